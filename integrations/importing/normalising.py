"""From a feed's row to the columns of ``bank_transactions``: one text, one merchant, one searchable record."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from dwaybank.db.ids import time_ordered_beginning
from integrations.feeds.contract import FeedTransaction

_MAX_WORDS: Final = 20
_MAX_MERCHANT: Final = 255
# What banks put before the name of a shop; the name follows.
_CARD_PREFIX: Final = re.compile(
    r"^(?:\[[A-Z]{2}\]\s*)?"
    r"(?:(?:POINT OF SALE\s*-\s*(?:INTERAC\s+)?(?:VISA DEBIT\s+)?|POS\s+(?:PURCHASE|MERCHANDISE)\b|"
    r"(?:INTERAC\s+|CONTACTLESS INTERAC\s+|ONLINE\s+)?(?:RETAIL\s+)?PURCHASE\b|ACHAT\b(?: INTERAC\b)?)[\s;:\-]*)+"
    r"(?:\d{4,}\s+)?",
    re.IGNORECASE,
)
# Movements that have a counterparty or a reason, but no shop.
_NO_MERCHANT: Final = re.compile(
    r"^(?:\[[A-Z]{2}\]\s*)?(?:"
    r"E-?TRANSFER|VIREMENT|INTERAC E-|SEND E-|TRANSFER|WIRE|"
    r"(?:MONTHLY |PLAN |OVERDRAFT |NSF )?FEE|FRAIS|SERVICE CHARGE|INTEREST|INT[ÉE]R[ÊE]T|"
    r"PAYROLL|PAIE\b|PAYMENT|PAIEMENT|DIRECT DEPOSIT|PREAUTHORIZED|DEPOSIT|D[ÉE]P[ÔO]T|"
    r"MOBILE CHEQUE|CHEQUE|CH[ÈE]QUE|CHQ|WITHDRAWAL|RETRAIT|INSTANT TELLER|ATM|ABM|"
    r"MORTGAGE|LOAN|GOVT?|CANADA)",
    re.IGNORECASE,
)
_NAME_ENDS: Final = re.compile(r"[;#*]|\s\d|\d{3,}|\s{3,}")


class Identity(NamedTuple):
    """What tells one row from another, ready for COPY into the staging table (``sql/importing/stage.sql``).

    A plain tuple: an import makes one per line of the file. ``id`` is what the row is stored under, should it be new.
    """

    position: int
    line: int
    bank_identity: str | None
    content_identity: str
    signed_amount: str
    currency: str
    transaction_date: str
    posted_date: str | None
    raw_description: str
    id: str


class Record(NamedTuple):
    """What is stored of one row; made for the rows that are stored, and for no other. The last two are JSON texts."""

    id: str
    amount: str
    currency: str
    transaction_type: str
    transaction_date: str
    posted_date: str | None
    value_date: str | None
    raw_description: str
    normalized_description: str
    merchant_name: str | None
    transaction_code: str | None
    bank_reference: str | None
    raw_data: str
    normalized_data: str


def fold(text: str) -> str:
    """Lower-case ASCII: accents off, so that 'Épicerie' and 'EPICERIE' are one word."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def words_of(text: str) -> list[str]:
    """The words by which a description is searched and compared, folded, in order, each once."""
    return list(dict.fromkeys(re.findall(r"[a-z0-9]{2,}", fold(text))))[:_MAX_WORDS]


def merchant_of(transaction: FeedTransaction) -> str | None:
    """The shop's name in capitals without store numbers, or None where the row names no shop."""
    text = transaction.merchant_name or _CARD_PREFIX.sub("", transaction.description)
    if _NO_MERCHANT.match(text):
        return None
    name = _NAME_ENDS.split(text, maxsplit=1)[0].strip(" -,.").upper()
    return name[:_MAX_MERCHANT] or None


def content_identity(transaction: FeedTransaction) -> str:
    """What makes a row without an id itself: day, signed amount, currency, text, reference; 32 hex digits."""
    parts = (
        transaction.transaction_date.isoformat(),
        str(transaction.amount),
        transaction.currency,
        " ".join(fold(transaction.description).split()),
        transaction.bank_reference or "",
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class AccountRows:
    """The rows of one account in file order, positions from 1. ``origin`` names the statement or sync they came by.

    Nothing is kept beside the feed's own rows: what is needed of one is made when it is asked for, so that a file of
    known rows costs their identities and no more.
    """

    transactions: Sequence[FeedTransaction]
    source: str
    origin: Mapping[str, str]
    id_begins: str = field(default_factory=time_ordered_beginning)

    def identities(self) -> Iterator[Identity]:
        """Each row's identity, in order.

        A row without a bank id gets one from its content and its occurrence: the second equal coffee of a day is
        ``…:2``, in every file that holds both.
        """
        seen: Counter[str] = Counter()
        for position, transaction in enumerate(self.transactions, start=1):
            identity = content_identity(transaction)
            seen[identity] += 1
            yield Identity(
                position=position,
                line=transaction.line,
                bank_identity=transaction.external_transaction_id,
                content_identity=f"content:{identity}:{seen[identity]}",
                signed_amount=str(transaction.amount),
                currency=transaction.currency,
                transaction_date=transaction.transaction_date.isoformat(),
                posted_date=_iso(transaction.posted_date),
                raw_description=transaction.description,
                id=self._id(position),
            )

    def bank_identity(self, position: int) -> str | None:
        """The bank's own id of one row."""
        return self.transactions[position - 1].external_transaction_id

    def words(self, position: int) -> list[str]:
        """The words of one row."""
        return words_of(self.transactions[position - 1].description)

    def record(self, position: int) -> Record:
        """What is stored of one row."""
        transaction = self.transactions[position - 1]
        merchant = merchant_of(transaction)
        normalized = {
            "source": self.source,
            **self.origin,
            "line": transaction.line,
            "amount": str(transaction.amount),
            "currency": transaction.currency,
            "date": transaction.transaction_date.isoformat(),
            "posted": _iso(transaction.posted_date),
            "description": transaction.description,
            "merchant": merchant,
            "code": transaction.transaction_code,
            "reference": transaction.bank_reference,
            "balance": str(transaction.running_balance) if transaction.running_balance is not None else None,
            "words": words_of(transaction.description),
        }
        return Record(
            id=self._id(position),
            amount=str(abs(transaction.amount)),
            currency=transaction.currency,
            transaction_type="debit" if transaction.amount < 0 else "credit",
            transaction_date=transaction.transaction_date.isoformat(),
            posted_date=_iso(transaction.posted_date),
            value_date=_iso(transaction.value_date),
            raw_description=transaction.description,
            normalized_description=" ".join(transaction.description.upper().split()),
            merchant_name=merchant,
            transaction_code=(transaction.transaction_code or "")[:50] or None,
            bank_reference=transaction.bank_reference,
            raw_data=json.dumps(dict(transaction.raw), ensure_ascii=False),
            normalized_data=json.dumps(
                {key: value for key, value in normalized.items() if value is not None}, ensure_ascii=False
            ),
        )

    def _id(self, position: int) -> str:
        return f"{self.id_begins}{position:08x}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
