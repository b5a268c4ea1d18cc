"""Dates as the bank wrote them: real calendar days, no time zone, no guess about the order of the fields."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum

from integrations.feeds.problems import LineError, ProblemCode, shown

_FIRST_YEAR = 1900
_LAST_YEAR = 2100
_OFX_DIGITS = 8
_SHORT_DIGITS = 6
_SHORT_YEAR_DIGITS = 2
_FIRST_SHORT_YEAR = 70
_ISO_LENGTH = 10
_MONTHS = 12
_EXCEL_EPOCH = date(1899, 12, 30)


_NAME = r"(?P<month>[^\W\d_]{3,9})"
_ORDINAL = "(?:st|nd|rd|th|er)?"
# The time of day, and the zone, that some exports write behind the day
_TIME = re.compile(
    r"(?<=[0-9])(?:T| T?|, )[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?"
    r"(?: ?(?:Z|UTC|GMT|E[SD]T|[+-][0-9]{2}:?[0-9]{2}))?"
)
# Without accents and points, lower case
_MONTH_NAMES = {
    name: month
    for month, names in enumerate(
        (
            "january jan janvier janv",
            "february feb fevrier fev fevr",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juil",
            "august aug aout",
            "september sep sept septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec decembre",
        ),
        1,
    )
    for name in names.split()
}


class DateForm(Enum):
    """One way to write a day; the value is (how people call it, pattern)."""

    MONTH_DAY_YEAR = (
        "M/D/YYYY",  # kept
        r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})",
    )
    YEAR_SLASHES = (
        "YYYY/MM/DD",  # kept
        r"(?P<year>[0-9]{4})/(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})",
    )
    ISO = (
        "YYYY-MM-DD",  # kept
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})",
    )
    COMPACT = (
        "YYYYMMDD",  # kept
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
    )
    # With any of the usual separators, for layouts whose order of the fields a person or the file itself states
    ANY_YMD = (
        "year, month, day",  # kept
        r"(?P<year>[0-9]{4})(?P<s>[-/. ])(?P<month>[0-9]{1,2})(?P=s)(?P<day>[0-9]{1,2})",
    )
    ANY_MDY = (
        "month, day, year",  # kept
        r"(?P<month>[0-9]{1,2})(?P<s>[-/. ])(?P<day>[0-9]{1,2})(?:(?P=s)|')(?P<year>[0-9]{4}|[0-9]{2})",
    )
    ANY_DMY = (
        "day, month, year",  # kept
        r"(?P<day>[0-9]{1,2})(?P<s>[-/. ])(?P<month>[0-9]{1,2})(?:(?P=s)|')(?P<year>[0-9]{4}|[0-9]{2})",
    )
    # With the name of the month, English or French, whole or short: the order of the fields is then certain
    NAMED_YMD = (
        "year, name of the month, day",  # kept
        rf"(?P<year>[0-9]{{4}})[-/. ]?{_NAME}[-/. ]{{0,2}}(?P<day>[0-9]{{1,2}})",
    )
    NAMED_MDY = (
        "name of the month, day, year",  # kept
        rf"{_NAME}[-/. ]{{0,2}}(?P<day>[0-9]{{1,2}}){_ORDINAL}[-/., ]{{1,2}}(?P<year>[0-9]{{4}}|[0-9]{{2}})",
    )
    NAMED_DMY = (
        "day, name of the month, year",  # kept
        rf"(?P<day>[0-9]{{1,2}}){_ORDINAL}[-/. ]?{_NAME}[-/., ]{{0,2}}(?P<year>[0-9]{{4}}|[0-9]{{2}})",
    )

    # What Excel keeps of a day, where the cell has lost its format: days since 1899-12-30, of 2001 to 2050
    SERIAL = (
        "a day number of Excel",  # kept
        r"(?P<serial>3[7-9][0-9]{3}|4[0-9]{4}|5[0-4][0-9]{3})(?:\.[0-9]+)?",
    )

    def __init__(self, label: str, pattern: str) -> None:
        self.label = label
        self.pattern = re.compile(pattern)


def parse_date(text: str, forms: Sequence[DateForm]) -> date:
    """The day in ``text``, written in one of ``forms``; a time of day behind it is passed over, not converted.

    Raises LineError (``date_missing``, ``date_unreadable``) where it is not a real day of 1900 to 2100.
    """
    bare = text.strip()
    if not bare:
        raise LineError(ProblemCode.DATE_MISSING, "The date is blank.")
    if not bare.isascii():
        bare = unicodedata.normalize("NFC", bare)  # an accent may be a character of its own
    if len(bare) > _ISO_LENGTH and ":" in bare:
        bare = _without_time(bare)
    for form in forms:
        match = form.pattern.fullmatch(bare)
        if match and form is DateForm.SERIAL:
            return _EXCEL_EPOCH + timedelta(int(match["serial"]))
        if match:
            return _real_day(full_year(match["year"]), _month(match["month"], text), int(match["day"]), text)
    expected = " or ".join(form.label for form in forms)
    raise LineError(ProblemCode.DATE_UNREADABLE, f"The date {shown(text)} is not written as {expected}.")


def _without_time(bare: str) -> str:
    time = _TIME.search(bare)
    return bare[: time.start()] if time and time.end() == len(bare) else bare


def _month(written: str, text: str) -> int:
    """The month of digits or of a name, whatever became of its accents."""
    if written.isdigit():
        return int(written)
    plain = unicodedata.normalize("NFKD", written.casefold())
    month = _MONTH_NAMES.get("".join(ch for ch in plain if not unicodedata.combining(ch)))
    if month is None:
        raise LineError(ProblemCode.DATE_UNREADABLE, f"The date {shown(text)} names no month.")
    return month


def full_year(digits: str) -> int:
    """The year of four digits, or of two: 70 to 99 are 1970 to 1999, 00 to 69 are 2000 to 2069."""
    year = int(digits)
    if len(digits) > _SHORT_YEAR_DIGITS:
        return year
    return year + (1900 if year >= _FIRST_SHORT_YEAR else 2000)


def parse_short_date(text: str) -> date:
    """The day of a date YYMMDD (SWIFT, BAI2) or YYYYMMDD.

    Raises LineError (``date_missing``, ``date_unreadable``).
    """
    bare = text.strip()
    if not bare:
        raise LineError(ProblemCode.DATE_MISSING, "The date is blank.")
    if len(bare) not in (_SHORT_DIGITS, _OFX_DIGITS) or not (bare.isascii() and bare.isdigit()):
        raise LineError(ProblemCode.DATE_UNREADABLE, f"The date {shown(text)} is not written as YYMMDD.")
    return _real_day(full_year(bare[:-4]), int(bare[-4:-2]), int(bare[-2:]), text)


def parse_iso_date(text: str) -> date:
    """The day of an ISO 8601 date or date-time, as written: no conversion by the zone that may follow.

    Raises LineError (``date_missing``, ``date_unreadable``).
    """
    bare = text.strip()
    behind = bare[_ISO_LENGTH:]
    if behind and behind[0] not in "T +-Z":
        raise LineError(ProblemCode.DATE_UNREADABLE, f"The date {shown(text)} is not written as YYYY-MM-DD.")
    return parse_date(bare[:_ISO_LENGTH], (DateForm.ISO,))


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
