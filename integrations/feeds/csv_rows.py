"""One CSV record to one FeedTransaction, by the roles that its profile gives to the columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from integrations.feeds.amounts import parse_amount
from integrations.feeds.banks import bank_code
from integrations.feeds.cleaning import clean, collapsed, is_clean, joined_description, plausible_merchant
from integrations.feeds.contract import AccountKind, FeedProblem, FeedTransaction
from integrations.feeds.csv_lines import CsvRecord
from integrations.feeds.csv_profiles import ACCOUNT_WORDS, AmountRule, CsvProfile, Role
from integrations.feeds.csv_recognition import is_card_identifier
from integrations.feeds.dates import parse_date
from integrations.feeds.problems import LineError, ProblemCode, shown, warning
from integrations.feeds.source import IDENTIFIER_LIMIT, within

_ASSUMED_CURRENCY = "CAD"
_ZERO = Decimal("0.00")
# What a spreadsheet makes of a long number when the file was opened and saved in one.
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
_MONEY_ROLES = frozenset({Role.CREDIT, Role.USD, Role.BALANCE})
_WITH_CENTS = re.compile(r"[.,][0-9]{2}[-$ ]*$")

_QUOTE_DEFECTS = {
    ProblemCode.QUOTE_UNCLOSED: "A quoted field is opened and not closed before the next row.",
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
    """A record that was read. ``direction`` is the bank's word for it in capitals, or ""."""

    key: AccountKey
    kind: AccountKind
    transaction: FeedTransaction
    direction: str
    record: CsvRecord
    warnings: tuple[FeedProblem, ...]


def read_row(profile: CsvProfile, record: CsvRecord, section: int) -> CsvRow:
    """The row of one record; LineError where it cannot be taken."""
    cells = _cells(profile, record)
    _check_end(profile, record)
    external_id = _external_id(profile, cells)
    day = parse_date(cells[Role.DATE], profile.date_forms)
    posted = parse_date(cells[Role.POSTED_DATE], profile.date_forms) if Role.POSTED_DATE in cells else None
    amount, currency = _amount(profile.amounts, cells)
    kind = _kind(profile, cells)
    text = cells[Role.DESCRIPTION]
    warnings = _warnings(record, amount)
    balance = _balance(cells.get(Role.BALANCE, ""), record, warnings)
    transaction = FeedTransaction(
        line=record.line,
        amount=amount,
        currency=currency,
        transaction_date=day,
        description=joined_description(text, cells.get(Role.MORE_DESCRIPTION, "")),
        raw={column.name: clean(cell) for column, cell in zip(profile.columns, record.cells, strict=False)},
        posted_date=day if profile.dated_by_posting else posted,
        merchant_name=plausible_merchant(text) if kind is AccountKind.CREDIT_CARD and amount < 0 else None,
        transaction_code=bank_code(text)[0] if profile.bank_id == "bmo" else None,
        bank_reference=_reference(cells.get(Role.REFERENCE, "")),
        running_balance=balance,
    )
    direction = collapsed(cells.get(Role.DIRECTION, "")).upper()
    key = AccountKey(section, external_id, currency)
    return CsvRow(key, kind, transaction, direction, record, tuple(warnings))


def account_of_rejected(profile: CsvProfile, record: CsvRecord, section: int) -> AccountKey | None:
    """The account that a rejected record names, or None where even that is not readable."""
    try:
        cells = _cells(profile, record)
        currency = _amount(profile.amounts, cells)[1] if Role.USD in cells else _ASSUMED_CURRENCY
        return AccountKey(section, _external_id(profile, cells), currency)
    except LineError:
        named = any(column.role is Role.ACCOUNT for column in profile.columns)
        return None if named else AccountKey(section, None, _ASSUMED_CURRENCY)


def _cells(profile: CsvProfile, record: CsvRecord) -> dict[Role, str]:
    """Clean cells by role; LineError where their number or their quotes are wrong."""
    if record.defect is not None:
        raise LineError(record.defect, _QUOTE_DEFECTS[record.defect])
    expected = len(profile.columns)
    spare = record.cells[expected:]
    if len(record.cells) < expected or len(spare) > profile.spare_cells or any(s.strip() for s in spare):
        raise LineError(
            ProblemCode.FIELD_COUNT,
            f"The line has {len(record.cells)} fields; {profile.title} has {expected}.",
        )
    return {column.role: clean(cell) for column, cell in zip(profile.columns, record.cells, strict=False)}


def _check_end(profile: CsvProfile, record: CsvRecord) -> None:
    """Reject a line on which the file stops inside a number: "100" may be what is left of "1000.00".

    A number with its cents or behind a closing quote is whole. TD states a balance behind every row, so a
    blank one is cut off as well.
    """
    role = profile.columns[-1].role
    if not record.unended or len(record.cells) != len(profile.columns) or role not in _MONEY_ROLES:
        return
    cell = record.cells[-1].strip()
    whole = _WITH_CENTS.search(cell) or record.raw.rstrip().endswith('"')
    if not whole and (cell or role is Role.BALANCE):
        raise LineError(
            ProblemCode.FILE_TRUNCATED,
            "The file stops in the middle of this line, so its last number may be cut. Download it again.",
        )


def _external_id(profile: CsvProfile, cells: dict[Role, str]) -> str | None:
    """The account or card number as written, without blanks around it and BMO's single quotes."""
    if Role.ACCOUNT not in cells:
        return None
    written = cells[Role.ACCOUNT].strip()
    bare = written.strip("'").strip()
    if not bare:
        raise LineError(ProblemCode.ACCOUNT_MISSING, "The row does not name its account.")
    if _SCIENTIFIC.fullmatch(bare) or (profile.names_card and not is_card_identifier(bare)):
        raise LineError(
            ProblemCode.ACCOUNT_UNREADABLE,
            f"The number {shown(written)} is no account or card number. "
            "A file that was saved in a spreadsheet loses such numbers: download it again.",
        )
    return within(IDENTIFIER_LIMIT, "The account number", bare)


def _amount(rule: AmountRule, cells: dict[Role, str]) -> tuple[Decimal, str]:
    """(amount with money in positive, currency)."""
    if rule is AmountRule.TWO_CURRENCIES:
        return _of_two_currencies(cells[Role.CAD], cells[Role.USD])
    if rule is AmountRule.TWO_SIDES:
        return _of_two_sides(cells[Role.DEBIT], cells[Role.CREDIT]), _ASSUMED_CURRENCY
    amount = parse_amount(cells[Role.AMOUNT])
    return (_ZERO - amount if rule is AmountRule.INVERTED else amount), _ASSUMED_CURRENCY


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


def _kind(profile: CsvProfile, cells: dict[Role, str]) -> AccountKind:
    word = collapsed(cells.get(Role.ACCOUNT_KIND, "")).lower()
    return next((kind for pattern, kind in ACCOUNT_WORDS if pattern.fullmatch(word)), profile.account_kind)


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
