"""The six CSV layouts, declared as data; ``csv_reader`` is the one engine that reads them all.

Facts come from importers and sample files of many people (bank pages do not document these layouts):
firefly-iii/import-configurations, bank2ynab, double-entry-generator, SwiftBeanCountImporter and others. No
layout but RBC's says its currency: the rest are taken as Canadian dollars.
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
    DATE = auto()
    POSTED_DATE = auto()
    REFERENCE = auto()
    DESCRIPTION = auto()
    MORE_DESCRIPTION = auto()
    AMOUNT = auto()
    CAD = auto()
    USD = auto()
    DEBIT = auto()
    CREDIT = auto()
    BALANCE = auto()
    DIRECTION = auto()
    OTHER = auto()


class AmountRule(Enum):
    """How the amount columns become one amount, money in positive."""

    SIGNED = auto()  # one column, money out negative
    INVERTED = auto()  # one column, money out positive
    TWO_SIDES = auto()  # a column for money out, one for money in, both without sign
    TWO_CURRENCIES = auto()  # a signed column per currency


@dataclass(frozen=True, slots=True)
class Column:
    """``name`` is the key in the raw record, ``headings`` are the texts that may stand above the column."""

    name: str
    role: Role
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CsvProfile:
    """One layout.

    ``header`` says that a file always has column headings (else it may have them);
    ``sections`` that preamble and headings may come again for another account;
    ``spare_cells`` how many blank cells may stand behind the last column;
    ``record_start`` matches a line that can only begin a record;
    ``dated_by_posting`` that the one date is the day of posting;
    ``names_card`` that the account column holds a card number, which does not name the account for good.
    """

    format: FeedFormat
    bank_id: str
    title: str
    columns: tuple[Column, ...]
    amounts: AmountRule
    date_forms: tuple[DateForm, ...]
    record_start: re.Pattern[str]
    account_kind: AccountKind = AccountKind.UNKNOWN
    header: bool = False
    sections: bool = False
    preamble: re.Pattern[str] | None = None
    spare_cells: int = 0
    dated_by_posting: bool = False
    names_card: bool = False


_ISO_START = r'\s*"?[0-9]{4}-[0-9]{2}-[0-9]{2}"?\s*,'
_SLASH_START = r'\s*"?[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"?\s*,'
_CARD = r"'?[0-9*Xx]{8,24}'?\s*,"

RBC = CsvProfile(
    format=FeedFormat.CSV_RBC,
    bank_id="rbc",
    title="RBC CSV (accounts and cards, English or French)",
    columns=(
        Column("Account Type", Role.ACCOUNT_KIND, ("Account Type", "Type de compte")),
        Column("Account Number", Role.ACCOUNT, ("Account Number", "Numéro du compte", "Numéro de compte")),
        Column(
            "Transaction Date",
            Role.DATE,
            ("Transaction Date", "Date de l'opération", "Date de la transaction"),
        ),
        Column("Cheque Number", Role.REFERENCE, ("Cheque Number", "Numéro du chèque", "Numéro de chèque")),
        Column("Description 1", Role.DESCRIPTION, ("Description 1",)),
        Column("Description 2", Role.MORE_DESCRIPTION, ("Description 2",)),
        Column("CAD$", Role.CAD, ("CAD$", "CAD[$]", "$CAD", "CAD")),
        Column("USD$", Role.USD, ("USD$", "USD[$]", "$USD", "USD")),
    ),
    amounts=AmountRule.TWO_CURRENCIES,
    date_forms=(DateForm.MONTH_DAY_YEAR, DateForm.ISO),
    record_start=re.compile(rf"[^,\n]{{1,40}},[^,\n]{{1,40}},(?:{_SLASH_START}|{_ISO_START})"),
    header=True,
    spare_cells=1,
)

_TWO_SIDES = (
    Column("Date", Role.DATE, ("Date", "Transaction Date")),
    Column("Description", Role.DESCRIPTION, ("Description", "Transaction Description", "Transaction details")),
    Column("Debit", Role.DEBIT, ("Debit", "Debits", "Withdrawals", "Withdrawal")),
    Column("Credit", Role.CREDIT, ("Credit", "Credits", "Deposits", "Deposit")),
)

TD = CsvProfile(
    format=FeedFormat.CSV_TD,
    bank_id="td",
    title="TD CSV (account or card: date, description, debit, credit, balance)",
    columns=(*_TWO_SIDES, Column("Balance", Role.BALANCE, ("Balance",))),
    amounts=AmountRule.TWO_SIDES,
    date_forms=(DateForm.MONTH_DAY_YEAR, DateForm.ISO),
    record_start=re.compile(rf"{_SLASH_START}|{_ISO_START}"),
)

BMO_ACCOUNT = CsvProfile(
    format=FeedFormat.CSV_BMO_ACCOUNT,
    bank_id="bmo",
    title="BMO account CSV",
    columns=(
        Column("First Bank Card", Role.ACCOUNT, ("First Bank Card",)),
        Column("Transaction Type", Role.DIRECTION, ("Transaction Type",)),
        Column("Date Posted", Role.DATE, ("Date Posted",)),
        Column("Transaction Amount", Role.AMOUNT, ("Transaction Amount",)),
        Column("Description", Role.DESCRIPTION, ("Description",)),
    ),
    amounts=AmountRule.SIGNED,
    date_forms=(DateForm.COMPACT,),
    record_start=re.compile(_CARD),
    header=True,
    sections=True,
    preamble=re.compile(r"\s*\"?Following data is valid as of", re.IGNORECASE),
    dated_by_posting=True,
    names_card=True,
    account_kind=AccountKind.DEPOSIT,
)

BMO_CARD = CsvProfile(
    format=FeedFormat.CSV_BMO_CARD,
    bank_id="bmo",
    title="BMO card CSV",
    columns=(
        Column("Item #", Role.OTHER, ("Item #",)),
        Column("Card #", Role.ACCOUNT, ("Card #",)),
        Column("Transaction Date", Role.DATE, ("Transaction Date",)),
        Column("Posting Date", Role.POSTED_DATE, ("Posting Date",)),
        Column("Transaction Amount", Role.AMOUNT, ("Transaction Amount",)),
        Column("Description", Role.DESCRIPTION, ("Description",)),
    ),
    amounts=AmountRule.INVERTED,
    date_forms=(DateForm.COMPACT,),
    record_start=re.compile(rf"[0-9]{{1,6}},{_CARD}"),
    account_kind=AccountKind.CREDIT_CARD,
    header=True,
    sections=True,
    preamble=BMO_ACCOUNT.preamble,
    names_card=True,
)

CIBC_ACCOUNT = CsvProfile(
    format=FeedFormat.CSV_CIBC_ACCOUNT,
    bank_id="cibc",
    title="CIBC account CSV (date, description, debit, credit)",
    columns=_TWO_SIDES,
    amounts=AmountRule.TWO_SIDES,
    date_forms=(DateForm.ISO,),
    record_start=re.compile(_ISO_START),
    account_kind=AccountKind.DEPOSIT,
)

CIBC_CARD = CsvProfile(
    format=FeedFormat.CSV_CIBC_CARD,
    bank_id="cibc",
    title="CIBC card CSV (date, description, debit, credit, masked card)",
    columns=(
        *_TWO_SIDES,
        Column("Card Number", Role.ACCOUNT, ("Card Number", "Card", "Card No.", "Credit Card Number")),
    ),
    amounts=AmountRule.TWO_SIDES,
    date_forms=(DateForm.ISO,),
    record_start=re.compile(_ISO_START),
    account_kind=AccountKind.CREDIT_CARD,
    names_card=True,
)

# Layouts with headings of their own first; the headerless ones exclude each other by their columns.
PROFILES = (RBC, BMO_ACCOUNT, BMO_CARD, CIBC_CARD, TD, CIBC_ACCOUNT)

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
