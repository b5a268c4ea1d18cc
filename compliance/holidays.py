"""Holidays of the federal law, by rule rather than by list.

Source: Interpretation Act (R.S.C. 1985, c. I-21) s. 35(1), "holiday"; Holidays Act for Canada Day. The day of general
thanksgiving is fixed by proclamation: second Monday of October since 1957. Days that a province adds are the caller's.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from compliance.marking import gettext_noop

SOURCE: Final = gettext_noop("Interpretation Act s. 35")
_MONDAY: Final = 0
_SUNDAY: Final = 6
_SATURDAY: Final = 5


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar (Meeus/Jones/Butcher computus)."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leaps, century_rest = divmod(century, 4)
    correction = (century + 8) // 25
    lunar = (century - correction + 1) // 3
    epact = (19 * golden + century - leaps - lunar + 15) % 30
    year_leaps, year_rest = divmod(in_century, 4)
    weekday = (32 + 2 * century_rest + 2 * year_leaps - epact - year_rest) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=32)
def named_holidays(year: int) -> dict[date, str]:
    """The federal holidays of a year that have a name, with it; Sundays are holidays beside these."""
    easter = easter_sunday(year)
    canada_day = date(year, 7, 1)
    if canada_day.weekday() == _SUNDAY:
        canada_day = date(year, 7, 2)
    may_25 = date(year, 5, 25)
    days = {
        date(year, 1, 1): gettext_noop("New Year's Day"),
        easter - timedelta(days=2): gettext_noop("Good Friday"),
        easter + timedelta(days=1): gettext_noop("Easter Monday"),
        # the Monday before May 25
        may_25 - timedelta(days=(may_25.weekday() - _MONDAY) % 7 or 7): gettext_noop("Victoria Day"),
        canada_day: gettext_noop("Canada Day"),
        _monday_of(year, 9, 1): gettext_noop("Labour Day"),
        _monday_of(year, 10, 2): gettext_noop("Thanksgiving Day"),
        date(year, 11, 11): gettext_noop("Remembrance Day"),
        date(year, 12, 25): gettext_noop("Christmas Day"),
    }
    if year >= 2021:
        days[date(year, 9, 30)] = gettext_noop("National Day for Truth and Reconciliation")
    return days


def _monday_of(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_MONDAY - first.weekday()) % 7 + 7 * (nth - 1))


def is_holiday(day: date) -> bool:
    """Whether ``day`` is a holiday in law: a Sunday or a named day. Saturdays are not."""
    return day.weekday() == _SUNDAY or day in named_holidays(day.year)


def next_day_not_holiday(day: date) -> date:
    """``day`` itself, or the first day after it that is no holiday (Interpretation Act s. 26)."""
    while is_holiday(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int, also_closed: frozenset[date] = frozenset()) -> date:
    """The day that is ``count`` working days after ``day``, which itself does not count.

    Working days are Monday to Friday without the named holidays and the days ``also_closed`` (a province's): the
    regulations use the words without defining them, so this is the project's reading.
    """
    if count < 1:
        raise ValueError("count is a number of days after, at least 1.")
    while count:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY and day not in named_holidays(day.year) and day not in also_closed:
            count -= 1
    return day
