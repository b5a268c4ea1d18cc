"""What a CSV layout is: its columns, what they mean, how amounts and dates are written. Data only.

``csv_layouts`` and ``csv_layouts_others`` declare those of banks, ``csv_profile`` those that people describe;
``csv_reader`` is the one engine that reads them all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from integrations.feeds.contract import AccountKind, FeedFormat
from integrations.feeds.dates import DateForm


class Role(Enum):
    """What a column means to the engine."""

    ACCOUNT_KIND = auto()
    ACCOUNT = auto()
    ACCOUNT_PART = auto()
    BRANCH = auto()
    DATE = auto()
    POSTED_DATE = auto()
    REFERENCE = auto()
    DESCRIPTION = auto()
    MORE_DESCRIPTION = auto()
    AMOUNT = auto()
    CAD = auto()
    USD = auto()
    CURRENCY = auto()
    DEBIT = auto()
    CREDIT = auto()
    BALANCE = auto()
    DIRECTION = auto()
    STATUS = auto()
    OTHER = auto()


class AmountRule(Enum):
    """How the amount columns become one amount, money in positive."""

    SIGNED = auto()  # one column, money out negative
    INVERTED = auto()  # one column, money out positive
    DIRECTED = auto()  # one column; the word beside it says the direction, whatever the sign
    TWO_SIDES = auto()  # a column for money out, one for money in, both without sign
    TWO_CURRENCIES = auto()  # a signed column per currency


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``name`` is the key in the raw record, ``headings`` are the texts that may stand above the column.
    ``optional`` columns may be missing where the headings are given by name; ``shape`` is what every cell of a
    layout without headings looks like, where that tells it from others.
    """

    name: str
    role: Role
    headings: tuple[str, ...] = ()
    optional: bool = False
    shape: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """One layout.

    ``bank_id`` is None where the bank is none of the four; ``institution`` then names it.
    ``header`` says that a file always has column headings (else it may have them). Headings may then stand in any
    order, and ``extra_columns`` allows others among them;
    ``sections`` that preamble and headings may come again for another account;
    ``spare_cells`` how many blank cells may stand behind the last column;
    ``record_start`` matches a line that can only begin a record;
    ``dated_by_posting`` that the one date is the day of posting;
    ``posting_books`` that a row without a day of posting is not booked yet;
    ``names_card`` that the account column holds a card number, which does not name the account for good;
    ``currency`` is the currency where no column says it.
    """

    format: FeedFormat
    bank_id: str | None
    title: str
    columns: tuple[Column, ...]
    amounts: AmountRule
    date_forms: tuple[DateForm, ...]
    record_start: re.Pattern[str]
    institution: str = ""
    account_kind: AccountKind = AccountKind.UNKNOWN
    header: bool = False
    extra_columns: bool = False
    sections: bool = False
    preamble: re.Pattern[str] | None = None
    spare_cells: int = 0
    dated_by_posting: bool = False
    posting_books: bool = False
    names_card: bool = False
    currency: str = "CAD"

    def has(self, role: Role) -> bool:
        """Whether a column has this role."""
        return any(column.role is role for column in self.columns)


# RBC's words for the sort of account, lower case; damaged letters are matched by any character.
ACCOUNT_WORDS: tuple[tuple[re.Pattern[str], AccountKind], ...] = (
    (re.compile(r"chequing|checking|ch.{1,3}ques?"), AccountKind.CHEQUING),
    (re.compile(r"savings?|.{0,3}pargne|e-savings"), AccountKind.SAVINGS),
    (re.compile(r"visa|master ?card|credit card|carte.*"), AccountKind.CREDIT_CARD),
    (re.compile(r"line of credit|royal credit ?line|marge.*|ligne de cr.*"), AccountKind.LINE_OF_CREDIT),
)

# Texts of lines that state a balance instead of a movement. Whole texts only: a movement may be called
# "Balance transfer".
BALANCE_TEXT = re.compile(
    r"(?:opening|closing|starting|ending|beginning|previous|current|final) balance"
    r"|balance (?:brought|carried) forward|balance forward"
    r"|solde (?:d'ouverture|de cl[ôo]ture|de fermeture|initial|final|pr[ée]c[ée]dent|report[ée])",
    re.IGNORECASE,
)
# Texts of lines that state a total. Such a line has no date: with one it may be a shop called "Total".
TOTAL_TEXT = re.compile(
    r"(?:sub)?totals?|total (?:debits?|credits?|withdrawals?|deposits?)|totaux|total g[ée]n[ée]ral|grand total",
    re.IGNORECASE,
)
