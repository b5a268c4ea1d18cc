"""What every feed yields, whatever its format: the one contract between readers and the import.

Shaped after FDX (account, transaction with two dates, balances), with one difference: an amount here is
signed as the account holder sees it, money in positive and money out negative. Everything is frozen and
plain; a feed never touches the database, the network, the clock or the file system.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class FeedFormat(StrEnum):
    """The layouts that a reader can recognise by content."""

    OFX = "ofx"
    CSV_RBC = "csv-rbc"
    CSV_TD = "csv-td"
    CSV_BMO_ACCOUNT = "csv-bmo-account"
    CSV_BMO_CARD = "csv-bmo-card"
    CSV_CIBC_ACCOUNT = "csv-cibc-account"
    CSV_CIBC_CARD = "csv-cibc-card"
    CSV_TANGERINE = "csv-tangerine"
    CSV_SIMPLII = "csv-simplii"
    CSV_SCOTIABANK = "csv-scotiabank"
    CSV_ROGERS = "csv-rogers"
    CSV_DESJARDINS = "csv-desjardins"
    CSV_NATIONAL_BANK = "csv-national-bank"
    CSV_PROFILE = "csv-profile"  # a layout that a person described
    CAMT_053 = "camt053"
    CAMT_052 = "camt052"
    MT_940 = "mt940"
    MT_942 = "mt942"
    BAI2 = "bai2"
    QIF = "qif"


class AccountKind(StrEnum):
    """What sort of account a file describes, as far as it says."""

    CHEQUING = "chequing"
    SAVINGS = "savings"
    CREDIT_CARD = "credit_card"
    LINE_OF_CREDIT = "line_of_credit"
    DEPOSIT = "deposit"  # chequing or savings, the file does not say which
    UNKNOWN = "unknown"


class IdentifierKind(StrEnum):
    """What the account identifier in the file is: only an account number names the account for good."""

    ACCOUNT_NUMBER = "account_number"
    CARD_NUMBER = "card_number"
    MASKED_CARD = "masked_card"


class BalanceKind(StrEnum):
    OPENING = "opening"
    CLOSING = "closing"
    AVAILABLE = "available"


class Severity(StrEnum):
    """A warning loses nothing; an error means that a line (or the file) was not taken."""

    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class FeedProblem:
    """Something a person should know about one line (1-based) or, with line None, about the file."""

    line: int | None
    code: str
    severity: Severity
    message: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class FeedTransaction:
    """One booked movement: the values read, beside the raw record as the bank wrote it.

    ``amount`` is signed (money in +), exact, with at most two decimals. ``external_transaction_id`` is the
    bank's own id (OFX FITID) or None where the format has none. Dates are the bank's local dates.
    """

    line: int
    amount: Decimal
    currency: str
    transaction_date: date
    description: str
    raw: Mapping[str, str]
    external_transaction_id: str | None = None
    posted_date: date | None = None
    value_date: date | None = None
    merchant_name: str | None = None
    transaction_code: str | None = None
    bank_reference: str | None = None
    running_balance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FeedBalance:
    """A balance that the file states, signed like the amounts (owed on a card: negative)."""

    kind: BalanceKind
    amount: Decimal
    currency: str
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class FeedAccount:
    """One account in one currency, with its rows in file order.

    ``external_account_id`` is None where the file does not name the account (TD and CIBC account CSV).
    ``rejected`` counts the lines of this account that could not be read; each has its problem.
    """

    external_account_id: str | None
    identifier_kind: IdentifierKind | None
    kind: AccountKind
    currency: str
    transactions: tuple[FeedTransaction, ...]
    balances: tuple[FeedBalance, ...] = ()
    period_start: date | None = None
    period_end: date | None = None
    rejected: int = 0

    def balance(self, kind: BalanceKind) -> Decimal | None:
        """The stated balance of one kind in this account's currency, or None where the file gives none."""
        return next((b.amount for b in self.balances if b.kind == kind and b.currency == self.currency), None)

    @property
    def signed_sum(self) -> Decimal:
        """Sum of the readable rows, money in positive."""
        return sum((t.amount for t in self.transactions), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class StatementFeed:
    """A whole statement file as read: never silently empty.

    ``bank_id`` is 'rbc', 'td', 'bmo' or 'cibc', or None where the file is another institution's or does not say;
    ``institution`` is then that institution's name or the file's own mark, else "".
    """

    format: FeedFormat
    bank_id: str | None
    institution: str
    accounts: tuple[FeedAccount, ...]
    problems: tuple[FeedProblem, ...] = field(default=())


class StatementRefused(Exception):
    """The file as a whole cannot be taken: no statement, too large, damaged, or unreadable throughout.

    ``code`` is stable for machines; the message says what happened and what to do next.
    """

    def __init__(self, code: str, message: str, problems: tuple[FeedProblem, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.problems = problems
