"""JSON rows of a bank into the feed's values, field by field: a wrong type costs its row, never the fetch.

Pure: no HTTP, no database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from integrations.feeds.amounts import parse_amount
from integrations.feeds.cleaning import clean, collapsed
from integrations.feeds.contract import BalanceKind, FeedBalance, FeedProblem, FeedTransaction
from integrations.feeds.currencies import currency_code
from integrations.feeds.dates import parse_iso_date
from integrations.feeds.problems import LineError, ProblemCode, error, shown

BANK_TIME: Final = ZoneInfo("America/Toronto")
# Columns of the schema: ids and references are VARCHAR(255).
_ID_LIMIT: Final = 255
_FARTHEST_DIGIT: Final = 20
Row = Mapping[str, Any]


def text(row: Row, name: str) -> str:
    """A text field on one line; "" where it is missing or null. Raises LineError for another type."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise LineError(ProblemCode.UNEXPECTED_LINE, f"The field {name} is not a text.")
    return collapsed(clean(value))


def loose_text(row: Row, name: str) -> str:
    """A field that banks write as text or number (check numbers), as text; "" for anything else."""
    value = row.get(name)
    return collapsed(clean(str(value))) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def identifier(row: Row, name: str) -> str:
    """A bank's id: a text, or a whole number. Raises LineError where it is missing, blank or too long."""
    value = loose_text(row, name)
    if not value:
        raise LineError(ProblemCode.ID_MISSING, f"The field {name} holds no id.")
    if len(value) > _ID_LIMIT:
        raise LineError(ProblemCode.FIELD_TOO_LONG, f"The id {shown(value)} has more than {_ID_LIMIT} characters.")
    return value


def amount(row: Row, name: str) -> Decimal:
    """An exact amount from a JSON number or a text with one. Raises LineError (``amount_…``)."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise LineError(
            ProblemCode.AMOUNT_MISSING if value is None else ProblemCode.AMOUNT_UNREADABLE,
            f"The field {name} holds no amount.",
        )
    if isinstance(value, Decimal):
        # 1E+400 is a legal JSON number and would be written out in full
        if abs(value.adjusted()) > _FARTHEST_DIGIT:
            raise LineError(ProblemCode.AMOUNT_TOO_LARGE, f"The amount in {name} is not one a bank account holds.")
        value = format(value, "f")
    return parse_amount(str(value))


def optional_amount(row: Row, name: str) -> Decimal | None:
    """An amount that may be missing or null. Raises LineError where it is there and unreadable."""
    return None if row.get(name) is None else amount(row, name)


def balances(
    stated: Row, booked: str, available: str, *, owed: bool, currency: str, day: date
) -> tuple[FeedBalance, ...]:
    """The balances in these two fields, of those that are there; ``owed``: the booked one is what the holder owes.

    Raises LineError (``amount_…``).
    """
    found = []
    if (amount_booked := optional_amount(stated, booked)) is not None:
        signed = -amount_booked if owed and amount_booked else amount_booked
        found.append(FeedBalance(BalanceKind.CLOSING, signed, currency, day))
    if (amount_available := optional_amount(stated, available)) is not None:
        found.append(FeedBalance(BalanceKind.AVAILABLE, amount_available, currency, day))
    return tuple(found)


def currency(value: object) -> str:
    """A currency code; Canadian dollars where none is given. Raises LineError for another type or text."""
    if value is None or value == "":
        return "CAD"
    if not isinstance(value, str):
        raise LineError(ProblemCode.CURRENCY_UNREADABLE, "The currency is not a text.")
    return currency_code(value)


def plain_day(row: Row, name: str) -> date:
    """A day as written. Raises LineError (``date_…``)."""
    return parse_iso_date(text(row, name))


def optional_day(row: Row, name: str) -> date | None:
    """A day that may be missing or null. Raises LineError where it is there and unreadable."""
    return plain_day(row, name) if row.get(name) is not None else None


def instant_day(row: Row, name: str) -> date:
    """The bank's local day of a timestamp.

    Midnight is how banks write a mere day, whatever zone they put behind it, and is taken as written; a real instant
    with a zone is the day in Toronto. Raises LineError (``date_…``).
    """
    written = text(row, name)
    day = parse_iso_date(written)
    try:
        moment = datetime.fromisoformat(_short_fraction(written))
    except ValueError:
        raise LineError(ProblemCode.DATE_UNREADABLE, f"The time {shown(written)} is not a time.") from None
    if moment.tzinfo is None or moment.time() == time():
        return day
    return moment.astimezone(BANK_TIME).date()


def instant(row: Row, name: str) -> datetime | None:
    """An aware timestamp, or None where it is missing, unreadable or without a zone: for what nothing depends on."""
    value = row.get(name)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(_short_fraction(value.strip()))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _short_fraction(written: str) -> str:
    """The time with at most six digits of a second: some banks write seven."""
    head, point, tail = written.partition(".")
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}{point}{tail[: min(digits, 6)]}{tail[digits:]}" if point else written


def raw(row: Row) -> dict[str, str]:
    """The record as the bank sent it: texts as they are, everything else as JSON text."""
    return {
        clean(str(name)): clean(value)
        if isinstance(value, str)
        else clean(json.dumps(value, ensure_ascii=False, default=_number))
        for name, value in row.items()
    }


def _number(value: object) -> str:
    # a Decimal inside a nested value: its digits, as text
    return str(value)


@dataclass(slots=True)
class RowReader:
    """Reads rows one by one, keeps what was read and a problem for each row that was not.

    ``line`` numbers count the rows of a fetch, from 1.
    """

    problems: list[FeedProblem] = field(default_factory=list)
    line: int = 0

    def read(
        self, rows: Iterable[object], one: Callable[[Row, int], FeedTransaction | None]
    ) -> tuple[list[FeedTransaction], int]:
        """(rows read, rows rejected). ``one`` gives a row's transaction, or None for a row that is none."""
        read: list[FeedTransaction] = []
        rejected = 0
        for row in rows:
            self.line += 1
            try:
                if not isinstance(row, Mapping):
                    raise LineError(ProblemCode.UNEXPECTED_LINE, "A row is not an object.")
                transaction = one(row, self.line)
            except LineError as problem:
                rejected += 1
                self.problems.append(error(problem.code, problem.message, line=self.line, raw=_shown_row(row)))
                continue
            if transaction is not None:
                read.append(transaction)
        return read, rejected


def _shown_row(row: object) -> str:
    return json.dumps(raw(row) if isinstance(row, Mapping) else row, ensure_ascii=False, default=str)
