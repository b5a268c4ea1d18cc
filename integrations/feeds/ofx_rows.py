"""One STMTTRN to one FeedTransaction.

What each field means here:

* ``currency`` is CURSYM of a CURRENCY aggregate, which says that TRNAMT is in it, else the account's (OFX 2.2, 5.2).
* ``amount`` is TRNAMT with its sign. TRNTYPE says nothing about the direction: CIBC's card files call a
  payment DEBIT and a purchase CREDIT.
* ``transaction_date`` and ``posted_date`` are the day of DTPOSTED as written, ``value_date`` that of DTAVAIL.
* ``external_transaction_id`` is FITID, or None where it is blank or nothing but zeros (a placeholder).
* ``bank_reference`` is CHECKNUM, else REFNUM; a number of nothing but zeros is none.
* ``transaction_code`` is the bank's own code where NAME begins with one (BMO's ``[CW]``), else TRNTYPE.
* ``description`` joins NAME (or the payee's) and every MEMO, code included; ``merchant_name`` is NAME without
  the code where it does not plainly describe a movement at the bank itself.
* ``raw`` has every leaf as written, "GROUP.LEAF" for leaves of a group, "LEAF#2" for a second one.
"""

from __future__ import annotations

from dataclasses import dataclass

from integrations.feeds.amounts import parse_amount
from integrations.feeds.banks import bank_code
from integrations.feeds.cleaning import clean, collapsed, is_clean, joined_description, plausible_merchant
from integrations.feeds.contract import FeedProblem, FeedTransaction
from integrations.feeds.currencies import currency_code
from integrations.feeds.dates import optional_ofx_date, parse_ofx_date
from integrations.feeds.ofx_document import RawRow
from integrations.feeds.problems import LineError, ProblemCode, shown, warning
from integrations.feeds.source import CODE_LIMIT, IDENTIFIER_LIMIT, within

# A row states these once; twice with two values means that two rows have run into each other.
_UNIQUE = ("TRNAMT", "DTPOSTED", "FITID", "CURRENCY.CURSYM", "CURRENCY", "CURSYM")
# Types that never have a shop behind them (OFX 2.2, 11.4.4.3).
_NO_MERCHANT_TYPES = frozenset({"INT", "DIV", "FEE", "SRVCHG", "DEP", "DIRECTDEP", "ATM", "XFER", "CASH"})


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row that was read, and what a person should know about it."""

    transaction: FeedTransaction
    warnings: tuple[FeedProblem, ...]


def read_row(row: RawRow, currency: str) -> ReadRow:
    """The transaction of one raw row of an account in ``currency``; LineError where it cannot be taken."""
    if row.overfull:
        raise LineError(ProblemCode.FIELD_COUNT, "The row has hundreds of fields: the end of the row is lost.")
    leaves = _Leaves(row)
    amount = parse_amount(leaves.text("TRNAMT"))
    posted = parse_ofx_date(leaves.text("DTPOSTED"))
    name = leaves.text("NAME") or leaves.text("PAYEE.NAME")
    code, bare_name = bank_code(name)
    kind = collapsed(leaves.text("TRNTYPE"))
    transaction = FeedTransaction(
        line=row.line,
        amount=amount,
        currency=_currency(leaves, currency),
        transaction_date=posted,
        description=joined_description(name, leaves.text("EXTDNAME"), *leaves.every("MEMO"), *leaves.every("MEMO2")),
        raw=leaves.written,
        external_transaction_id=_identifier("The id of the row (FITID)", leaves.text("FITID")),
        posted_date=posted,
        value_date=optional_ofx_date(leaves.text("DTAVAIL")),
        merchant_name=None if kind.upper() in _NO_MERCHANT_TYPES else plausible_merchant(bare_name),
        transaction_code=code or within(CODE_LIMIT, "TRNTYPE", kind) or None,
        bank_reference=_identifier("The cheque number", leaves.text("CHECKNUM"))
        or _identifier("The reference number", leaves.text("REFNUM")),
    )
    return ReadRow(transaction, leaves.warnings(row.line))


class _Leaves:
    """The leaves of one row: clean texts by name, and the raw record."""

    def __init__(self, row: RawRow) -> None:
        self.written: dict[str, str] = {}
        self._texts: dict[str, list[str]] = {}
        self._damaged: list[str] = []
        for name, text, written in row.leaves:
            texts = self._texts.setdefault(name, [])
            texts.append(clean(text))
            self.written[name if len(texts) == 1 else f"{name}#{len(texts)}"] = clean(written)
            if not (is_clean(text) and is_clean(written)) and name not in self._damaged:
                self._damaged.append(name)
        for name in _UNIQUE:
            values = sorted(set(self.every(name)))
            if len(values) > 1:
                raise LineError(
                    ProblemCode.FIELD_REPEATED,
                    f"{name} comes more than once with different values: {shown(' and '.join(values))}.",
                )

    def text(self, name: str) -> str:
        """The first text that is not blank, or ""."""
        return next((text for text in self._texts.get(name, ()) if text), "")

    def every(self, name: str) -> list[str]:
        return self._texts.get(name, [])

    def has_group(self, name: str) -> bool:
        """Whether a leaf inside the group states something."""
        return any(key.startswith(f"{name}.") and any(texts) for key, texts in self._texts.items())

    def warnings(self, line: int) -> tuple[FeedProblem, ...]:
        if not self._damaged:
            return ()
        return (
            warning(
                ProblemCode.CHARACTERS_REPLACED,
                f"Control characters in {', '.join(self._damaged)} were replaced by U+FFFD.",
                line=line,
            ),
        )


def _currency(leaves: _Leaves, currency: str) -> str:
    """The currency that TRNAMT is stated in: ORIGCURRENCY is only information and does not count."""
    stated = leaves.text("CURRENCY.CURSYM") or leaves.text("CURRENCY") or leaves.text("CURSYM")
    if not stated and not leaves.has_group("CURRENCY"):
        return currency
    return currency_code(stated)


def _identifier(name: str, text: str) -> str | None:
    return within(IDENTIFIER_LIMIT, name, text) if text.strip("0") else None
