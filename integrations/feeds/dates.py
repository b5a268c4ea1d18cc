"""Dates as the bank wrote them: real calendar days, no time zone, no guess about the order of the fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import Enum

from integrations.feeds.problems import LineError, ProblemCode, shown

_FIRST_YEAR = 1900
_LAST_YEAR = 2100
_OFX_DIGITS = 8
_MONTHS = 12


class DateForm(Enum):
    """One way to write a day; the value is (how people call it, pattern)."""

    MONTH_DAY_YEAR = "M/D/YYYY", r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})"
    ISO = "YYYY-MM-DD", r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    COMPACT = "YYYYMMDD", r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"

    def __init__(self, label: str, pattern: str) -> None:
        self.label = label
        self.pattern = re.compile(pattern)


def parse_date(text: str, forms: Sequence[DateForm]) -> date:
    """The day in ``text``, written in one of ``forms``.

    Raises LineError (``date_missing``, ``date_unreadable``) where it is not a real day of 1900 to 2100.
    """
    bare = text.strip()
    if not bare:
        raise LineError(ProblemCode.DATE_MISSING, "The date is blank.")
    for form in forms:
        match = form.pattern.fullmatch(bare)
        if match:
            return _real_day(int(match["year"]), int(match["month"]), int(match["day"]), text)
    expected = " or ".join(form.label for form in forms)
    raise LineError(ProblemCode.DATE_UNREADABLE, f"The date {shown(text)} is not written as {expected}.")


def parse_ofx_date(text: str) -> date:
    """The day of an OFX date-time: its first eight digits, taken as written.

    No conversion by the zone that may follow: CIBC writes the time of the download there, and converting
    22:51 EST to UTC would move every row to the next day.
    """
    bare = text.strip()
    if not bare:
        raise LineError(ProblemCode.DATE_MISSING, "The date (DTPOSTED) is blank.")
    digits = bare[:_OFX_DIGITS]
    if len(digits) < _OFX_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise LineError(ProblemCode.DATE_UNREADABLE, f"The date {shown(text)} does not begin with YYYYMMDD.")
    return _real_day(int(digits[:4]), int(digits[4:6]), int(digits[6:]), text)


def optional_ofx_date(text: str) -> date | None:
    """The day of an OFX date-time that nothing depends on, or None where it is blank or unreadable."""
    try:
        return parse_ofx_date(text)
    except LineError:
        return None


def _real_day(year: int, month: int, day: int, text: str) -> date:
    hint = ""
    if month > _MONTHS >= day:
        hint = " If the file writes the day before the month, it is not in this bank's layout."
    try:
        found = date(year, month, day)
    except ValueError:
        raise LineError(
            ProblemCode.DATE_UNREADABLE, f"The date {shown(text)} is not a day of the calendar.{hint}"
        ) from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise LineError(
            ProblemCode.DATE_UNREADABLE,
            f"The date {shown(text)} lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}.",
        )
    return found
