"""Fields of BAI2 records to values: type codes, funds types, amounts, one detail (16) to one FeedTransaction.

Source: BAI2 Cash Management Balance Reporting Specifications, version 2, and TD's dialect of it (sender 0004).

* The sign comes from the type code: 100 to 399 in, 400 to 699 out, and of the bank's own 920 to 959 in, 960 to 999
  out. Amounts have no decimal point; the currency says how many decimals they have.
* ``transaction_date`` and ``posted_date`` are the as-of date of the group. TD reports several days in one group and
  states each row's day as the value date of funds type V: there that is the ``transaction_date``.
* ``bank_reference`` is the bank's, else the customer's; ``transaction_code`` is the type code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from integrations.feeds.bai2_records import BaiRecord
from integrations.feeds.cleaning import clean, collapsed
from integrations.feeds.contract import FeedTransaction
from integrations.feeds.currencies import from_minor_units
from integrations.feeds.dates import parse_short_date
from integrations.feeds.problems import LineError, ProblemCode, shown
from integrations.feeds.source import CODE_LIMIT, IDENTIFIER_LIMIT, within

_IN = (range(100, 400), range(920, 960))
_OUT = (range(400, 700), range(960, 1000))
# Sums over all credits and debits, which stand in details by mistake; and texts without an amount.
_TOTALS = frozenset({"100", "400"})
TEXT_ONLY = "890"
_LONGEST_NUMBER = 18
_SPREAD = 60  # amounts of funds type D


@dataclass(frozen=True, slots=True)
class Funds:
    """What a funds type says: the value date, and how many fields it takes, its own included."""

    value_date: date | None
    width: int


@dataclass(frozen=True, slots=True)
class SummaryItem:
    """One group of an account record (03): a balance, or a sum with its number of items."""

    code: str
    amount: str
    count: str


def funds_type(fields: Sequence[str]) -> Funds:
    """The funds type that ``fields`` begin with.

    S takes three more fields, V a date and a time, D a number and twice as many; 0, 1, 2, Z and blank take none.
    LineError for anything else.
    """
    kind = (fields[0] if fields else "").upper()
    if kind in ("", "0", "1", "2", "Z"):
        return Funds(None, 1)
    if kind == "S":
        return Funds(None, 4)
    if kind == "V":
        stated = fields[1] if len(fields) > 1 else ""
        return Funds(parse_short_date(stated) if stated.strip("0") else None, 3)
    if kind == "D":
        count = fields[1] if len(fields) > 1 else ""
        if count.isascii() and count.isdigit() and int(count[:9]) <= _SPREAD:
            return Funds(None, 2 + 2 * int(count))
    raise LineError(
        ProblemCode.FUNDS_TYPE_UNREADABLE, f"The funds type {shown(kind)} is not one of 0, 1, 2, S, V, D, Z."
    )


def summary_items(fields: Sequence[str]) -> list[SummaryItem]:
    """The groups of an account record behind its currency; LineError where one cannot be told from the next."""
    items = []
    place = 0
    while place < len(fields):
        code, amount, count = (*fields[place : place + 3], "", "", "")[:3]
        funds = funds_type(fields[place + 3 : place + 3 + 2])
        place += 3 + funds.width
        if code:
            items.append(SummaryItem(code, amount, count))
    return items


def signed_amount(written: str, currency: str) -> Decimal:
    """An amount in smallest units with or without sign; LineError where it is none."""
    sign, digits = (written[:1], written[1:]) if written[:1] in ("+", "-") else ("", written)
    if not digits:
        raise LineError(ProblemCode.AMOUNT_MISSING, "The amount is blank.")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > _LONGEST_NUMBER:
        raise LineError(
            ProblemCode.AMOUNT_UNREADABLE, f"The amount {shown(written)} is not a whole number of smallest units."
        )
    return from_minor_units(int(f"{sign}{digits}"), currency)


def direction(code: str) -> int:
    """1 for money in, -1 for money out; LineError where the type code says neither."""
    if len(code) == 3 and code.isascii() and code.isdigit() and code not in _TOTALS:
        if any(int(code) in codes for codes in _IN):
            return 1
        if any(int(code) in codes for codes in _OUT):
            return -1
    raise LineError(
        ProblemCode.DIRECTION_UNREADABLE,
        f"The type code {shown(code)} does not say whether money comes in or goes out.",
    )


def read_detail(record: BaiRecord, currency: str, as_of: date, *, day_of_value: bool) -> FeedTransaction:
    """The transaction of a detail record (16); LineError where it cannot be taken.

    ``day_of_value`` says that the value date is the day of the movement (TD).
    """
    fields = record.fields()
    code, amount = (*fields[:2], "", "")[:2]
    sign = direction(code)
    magnitude = signed_amount(amount, currency)
    if amount.startswith("-"):
        raise LineError(
            ProblemCode.AMOUNT_SIGNED, f"The amount {shown(amount)} has a sign; its type code says the direction."
        )
    funds = funds_type(fields[2:4])
    behind = 2 + funds.width
    if record.cut and len(fields) <= behind + 2:
        message = "The file stops inside this record before its text, so a number may be cut. Download it again."
        raise LineError(ProblemCode.FILE_TRUNCATED, message)
    references = [collapsed(clean(value)) for value in (*fields[behind : behind + 2], "", "")[:2]]
    reference = next((value for value in references if value.strip("0")), "")
    day = funds.value_date if day_of_value and funds.value_date else as_of
    return FeedTransaction(
        line=record.line,
        amount=sign * magnitude if magnitude else Decimal("0.00"),
        currency=currency,
        transaction_date=day,
        description=collapsed(clean(record.text_from(behind + 2))),
        raw={"record": clean(record.written), "type": clean(code), "customer reference": references[1]},
        posted_date=as_of,
        value_date=funds.value_date,
        transaction_code=within(CODE_LIMIT, "The type code", code),
        bank_reference=within(IDENTIFIER_LIMIT, "The bank's reference", reference) or None,
    )
