"""One CSV record to one FeedTransaction, by the roles that its layout gives to the columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from integrations.feeds.amounts import parse_amount
from integrations.feeds.banks import bank_code
from integrations.feeds.cleaning import clean, collapsed, is_clean, joined_description, plausible_merchant
from integrations.feeds.contract import AccountKind, FeedProblem, FeedTransaction
from integrations.feeds.csv_layout import ACCOUNT_WORDS, AmountRule, CsvLayout, Role
from integrations.feeds.csv_lines import CsvRecord
from integrations.feeds.csv_recognition import is_card_identifier
from integrations.feeds.currencies import currency_code
from integrations.feeds.dates import parse_date
from integrations.feeds.problems import LineError, ProblemCode, shown, warning
from integrations.feeds.source import IDENTIFIER_LIMIT, within

_ZERO = Decimal("0.00")
# What a spreadsheet makes of a long number when the file was opened and saved in one.
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
_MONEY_ROLES = frozenset({Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.CAD, Role.USD, Role.BALANCE})
_WITH_CENTS = re.compile(r"[.,][0-9]{2}[-$ ]*$")
# The words that stand beside an amount, and those that say whether a row is booked, lower case.
_OUT = re.compile(r"debits?|dr|withdrawals?|d.{1,3}bit|retrait|d|out|money out", re.IGNORECASE)
_IN = re.compile(r"credits?|cr|deposits?|cr.{1,3}dit|d.{1,3}p.{1,3}t|c|in|money in", re.IGNORECASE)
_BOOKED = re.compile(
    r"posted|booked|approved|completed?|settled|cleared|processed|final|report.{1,3}e?|comptabilis.{1,4}|"
    r"inscrite?|trait.{1,3}e?|approuv.{1,3}e?|termin.{1,3}e?|effectu.{1,3}e?",
    re.IGNORECASE,
)
_NOT_BOOKED = re.compile(
    r"pending|authori[sz]ed|authori[sz]ation|hold|on hold|processing|declined|rejected|cancell?ed|en attente|"
    r"en cours|autoris.{1,3}e?|refus.{1,3}e?|annul.{1,3}e?",
    re.IGNORECASE,
)

_QUOTE_DEFECTS = {
    ProblemCode.QUOTE_UNCLOSED: "A quoted field is opened and not closed before the next row.",
    ProblemCode.FIELD_COUNT: "The line has more or fewer fields than the line of headings.",
    ProblemCode.QUOTE_MALFORMED: "Text stands behind a closing quote; a quote inside a field is written twice.",
}


@dataclass(frozen=True, slots=True)
class AccountKey:
    """Which account of the file a row belongs to; ``section`` parts the blocks of a BMO file."""

    section: int
    external_id: str | None
    currency: str


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A record that was read.

    ``direction`` is the bank's word for it in capitals, or ""; ``written`` the amount with the sign it has in the
    file, where another column decides about the direction.
    """

    key: AccountKey
    kind: AccountKind
    transaction: FeedTransaction
    direction: str
    record: CsvRecord
    warnings: tuple[FeedProblem, ...]
    written: Decimal | None = None


class NotBooked(Exception):
    """The row is pending, declined or otherwise not booked: it is left out and counted."""


def read_row(layout: CsvLayout, record: CsvRecord, section: int) -> CsvRow:
    """The row of one record; LineError where it cannot be taken, NotBooked where it shall not be."""
    cells = _cells(layout, record)
    _check_end(layout, record)
    _check_booked(layout, cells)
    external_id = _external_id(layout, cells)
    day = parse_date(cells[Role.DATE], layout.date_forms)
    posted = parse_date(cells[Role.POSTED_DATE], layout.date_forms) if cells.get(Role.POSTED_DATE, "").strip() else None
    amount, currency = _amount(layout, cells)
    kind = _kind(layout, cells)
    text = cells[Role.DESCRIPTION]
    warnings = _warnings(record, amount)
    balance = _balance(cells.get(Role.BALANCE, ""), record, warnings)
    transaction = FeedTransaction(
        line=record.line,
        amount=amount,
        currency=currency,
        transaction_date=day,
        description=joined_description(text, cells.get(Role.MORE_DESCRIPTION, "")),
        raw=_raw(layout, record),
        posted_date=day if layout.dated_by_posting else posted,
        merchant_name=plausible_merchant(text) if kind is AccountKind.CREDIT_CARD and amount < 0 else None,
        transaction_code=bank_code(text)[0] if layout.bank_id == "bmo" else None,
        bank_reference=_reference(cells.get(Role.REFERENCE, "")),
        running_balance=balance,
    )
    direction = collapsed(cells.get(Role.DIRECTION, "")).upper()
    key = AccountKey(section, external_id, currency)
    written = parse_amount(cells[Role.AMOUNT]) if layout.amounts is AmountRule.DIRECTED else None
    return CsvRow(key, kind, transaction, direction, record, tuple(warnings), written)


def account_of_rejected(layout: CsvLayout, record: CsvRecord, section: int) -> AccountKey | None:
    """The account that a rejected record names, or None where even that is not readable."""
    try:
        cells = _cells(layout, record)
        currency = _amount(layout, cells)[1] if Role.USD in cells else _currency(layout, cells)
        return AccountKey(section, _external_id(layout, cells), currency)
    except LineError:
        named = layout.has(Role.ACCOUNT) or layout.has(Role.CURRENCY)
        return None if named else AccountKey(section, None, layout.currency)


def _cells(layout: CsvLayout, record: CsvRecord) -> dict[Role, str]:
    """Clean cells by role; LineError where their number or their quotes are wrong."""
    if record.defect is not None:
        raise LineError(record.defect, _QUOTE_DEFECTS[record.defect])
    expected = len(layout.columns)
    spare = record.cells[expected:]
    if len(record.cells) < expected or len(spare) > layout.spare_cells or any(s.strip() for s in spare):
        raise LineError(
            ProblemCode.FIELD_COUNT,
            f"The line has {len(record.cells)} fields; {layout.title} has {expected}.",
        )
    return {column.role: clean(cell) for column, cell in zip(layout.columns, record.cells, strict=False)}


def _raw(layout: CsvLayout, record: CsvRecord) -> dict[str, str]:
    """Every cell of the record by the name of its column; the bank's own heading where the layout has none."""
    raw = {column.name: clean(cell) for column, cell in zip(layout.columns, record.cells, strict=False)}
    for heading, cell in record.more.items():
        raw.setdefault(clean(heading), clean(cell))
    return raw


def _check_end(layout: CsvLayout, record: CsvRecord) -> None:
    """Reject a line on which the file stops inside a number: "100" may be what is left of "1000.00".

    A number with its cents or behind a closing quote is whole. TD states a balance behind every row, so a
    blank one is cut off as well.
    """
    last = len(layout.columns) - 1 if record.last is None else record.last
    if not record.unended or len(record.cells) != len(layout.columns) or last >= len(layout.columns):
        return
    role = layout.columns[last].role
    if role not in _MONEY_ROLES:
        return
    cell = record.cells[last].strip()
    whole = _WITH_CENTS.search(cell) or record.raw.rstrip().endswith('"')
    if not whole and (cell or role is Role.BALANCE):
        raise LineError(
            ProblemCode.FILE_TRUNCATED,
            "The file stops in the middle of this line, so its last number may be cut. Download it again.",
        )


def is_direction_word(text: str) -> bool:
    """Whether the text is a word for money in or money out."""
    return bool(_OUT.fullmatch(text) or _IN.fullmatch(text))


def is_status_word(text: str) -> bool:
    """Whether the text is a word for booked or not booked."""
    return bool(_BOOKED.fullmatch(text) or _NOT_BOOKED.fullmatch(text))


def _check_booked(layout: CsvLayout, cells: dict[Role, str]) -> None:
    """Raise NotBooked for a row that its status, or a missing day of posting, says is not booked."""
    word = collapsed(cells.get(Role.STATUS, ""))
    if _NOT_BOOKED.fullmatch(word):
        raise NotBooked
    if word and not _BOOKED.fullmatch(word):
        raise LineError(
            ProblemCode.STATUS_UNREADABLE, f"The status {shown(word)} does not say whether the row is booked."
        )
    if layout.posting_books and not cells.get(Role.POSTED_DATE, "").strip():
        raise NotBooked


def _external_id(layout: CsvLayout, cells: dict[Role, str]) -> str | None:
    """The account or card number as written, without blanks around it and BMO's single quotes."""
    if Role.ACCOUNT not in cells:
        return None
    written = cells[Role.ACCOUNT].strip()
    bare = written.strip("'").strip()
    if not bare and any(column.role is Role.ACCOUNT and column.optional for column in layout.columns):
        return None
    if not bare:
        raise LineError(ProblemCode.ACCOUNT_MISSING, "The row does not name its account.")
    if _SCIENTIFIC.fullmatch(bare) or (layout.names_card and not is_card_identifier(bare)):
        raise LineError(
            ProblemCode.ACCOUNT_UNREADABLE,
            f"The number {shown(written)} is no account or card number. "
            "A file that was saved in a spreadsheet loses such numbers: download it again.",
        )
    part, branch = (collapsed(cells.get(role, "")) for role in (Role.ACCOUNT_PART, Role.BRANCH))
    whole = "-".join(text for text in (branch, bare, part) if text)
    return within(IDENTIFIER_LIMIT, "The account number", whole)


def _currency(layout: CsvLayout, cells: dict[Role, str]) -> str:
    """The code in the row, else the layout's; LineError where the code is none."""
    stated = cells.get(Role.CURRENCY, "").strip()
    return currency_code(stated) if stated else layout.currency


def _amount(layout: CsvLayout, cells: dict[Role, str]) -> tuple[Decimal, str]:
    """(amount with money in positive, currency)."""
    if layout.amounts is AmountRule.TWO_CURRENCIES:
        return _of_two_currencies(cells[Role.CAD], cells[Role.USD])
    currency = _currency(layout, cells)
    if layout.amounts is AmountRule.TWO_SIDES:
        return _of_two_sides(cells[Role.DEBIT], cells[Role.CREDIT]), currency
    amount = parse_amount(cells[Role.AMOUNT])
    if layout.amounts is AmountRule.DIRECTED:
        return _directed(amount, cells[Role.DIRECTION]), currency
    return (_ZERO - amount if layout.amounts is AmountRule.INVERTED else amount), currency


def _directed(amount: Decimal, word: str) -> Decimal:
    """The magnitude in the direction that the word beside it says."""
    if _OUT.fullmatch(word.strip()):
        return _ZERO - abs(amount)
    if _IN.fullmatch(word.strip()):
        return abs(amount)
    raise LineError(
        ProblemCode.DIRECTION_UNREADABLE, f"{shown(word)} beside the amount says neither money in nor money out."
    )


def _of_two_currencies(cad: str, usd: str) -> tuple[Decimal, str]:
    """Exactly one is filled. A zero beside an amount says nothing and counts as blank."""
    stated = [(parse_amount(cell), code) for cell, code in ((cad, "CAD"), (usd, "USD")) if cell.strip()]
    if not stated:
        raise LineError(ProblemCode.AMOUNT_MISSING, "Neither the CAD$ nor the USD$ column is filled.")
    if len(stated) == 1:
        return stated[0]
    moving = [pair for pair in stated if pair[0]]
    if len(moving) == 1:
        return moving[0]
    if not moving:
        raise LineError(ProblemCode.AMOUNT_ZERO, "Both the CAD$ and the USD$ column state zero.")
    raise LineError(ProblemCode.AMOUNT_BOTH_SIDES, "Both the CAD$ and the USD$ column are filled.")


def _of_two_sides(debit: str, credit: str) -> Decimal:
    """Credit or minus debit: exactly one is filled. A zero beside an amount counts as blank."""
    sides = [_unsigned(cell) for cell in (debit, credit)]
    if sides == [None, None]:
        raise LineError(ProblemCode.AMOUNT_MISSING, "Neither the debit nor the credit column is filled.")
    out, into = (side or _ZERO for side in sides)
    if out and into:
        raise LineError(ProblemCode.AMOUNT_BOTH_SIDES, "Both the debit and the credit column are filled.")
    if not out and not into:
        raise LineError(ProblemCode.AMOUNT_ZERO, "The debit and credit columns state no other amount than zero.")
    return into - out


def _unsigned(cell: str) -> Decimal | None:
    if not cell.strip():
        return None
    amount = parse_amount(cell)
    if amount < 0:
        raise LineError(
            ProblemCode.AMOUNT_SIGNED,
            f"The amount {shown(cell)} has a sign in a column that says its direction by itself.",
        )
    return amount


def _kind(layout: CsvLayout, cells: dict[Role, str]) -> AccountKind:
    word = collapsed(cells.get(Role.ACCOUNT_KIND, "")).lower()
    return next((kind for pattern, kind in ACCOUNT_WORDS if pattern.fullmatch(word)), layout.account_kind)


def _reference(cell: str) -> str | None:
    number = collapsed(cell)
    return within(IDENTIFIER_LIMIT, "The cheque number", number) if number.strip("0") else None


def _balance(cell: str, record: CsvRecord, warnings: list[FeedProblem]) -> Decimal | None:
    """The running balance, or None where there is none; the amount of a row does not depend on it."""
    if not cell.strip():
        return None
    try:
        return parse_amount(cell)
    except LineError:
        warnings.append(
            warning(
                ProblemCode.BALANCE_UNREADABLE,
                f"The running balance {shown(cell)} is not a number and was left out; the row was taken.",
                line=record.line,
                raw=record.raw,
            )
        )
        return None


def _warnings(record: CsvRecord, amount: Decimal) -> list[FeedProblem]:
    found = []
    if not is_clean(record.raw):
        found.append(
            warning(
                ProblemCode.CHARACTERS_REPLACED,
                "Control characters in this row were replaced by U+FFFD.",
                line=record.line,
            )
        )
    if not amount:
        found.append(warning(ProblemCode.AMOUNT_ZERO, "The row moves no money.", line=record.line, raw=record.raw))
    return found
