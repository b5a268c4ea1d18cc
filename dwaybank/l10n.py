"""Figures, money, dates and times as the reader's language writes them; plain text, without HTML.

English Canadian ``$1,234.56``, ``November 26, 2026``; French Canadian ``1 234,56 $``, ``26 novembre 2026``. Spaces
within a figure do not break. Figures for machines (attributes, JSON, CSV) are never written by these functions.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language

_NBSP: Final = "\u00a0"
# sign in English, sign in French, as the Translation Bureau's guides have them; others are written with their code
_SIGNS: Final = {
    "CAD": ("$", "$"),
    "USD": ("US$", f"${_NBSP}US"),
    "EUR": ("\u20ac", "\u20ac"),
    "GBP": ("\u00a3", "\u00a3"),
}


def is_french() -> bool:
    """Whether the reader's language is French."""
    return (get_language() or "").startswith("fr")


def number_text(value: Decimal | float | int, places: int | None = None) -> str:
    """``1,234.5``, in French ``1 234,5``; with ``places`` digits after the sign, or as many as the value has."""
    return number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


def count_text(count: int, counted: int) -> str:
    """A number that was counted to ``counted`` and no further: beyond it, that there are more."""
    return f"{number_text(counted)}+" if count > counted else number_text(count)


def percent_text(share: Decimal | float, places: int = 0) -> str:
    """A share between 0 and 1: ``97%``, in French ``97 %``."""
    figures = number_text(share * 100, places)
    return f"{figures}{_NBSP}%" if is_french() else f"{figures}%"


def money_text(amount: Decimal, currency: str | None, *, signed: bool = False) -> str:
    """``-$1,234.50``, in French ``-1 234,50 $``; bare without a currency. ``signed`` also writes a plus."""
    sign = "-" if amount < 0 else "+" if signed and amount else ""
    figures = number_text(abs(amount), 2)
    if not currency:
        return sign + figures
    english, french = _SIGNS.get(currency, (f"{currency}{_NBSP}", currency))
    return f"{sign}{figures}{_NBSP}{french}" if is_french() else f"{sign}{english}{figures}"


def day_text(value: date) -> str:
    """A day in a sentence: ``November 1, 2026``, ``1er novembre 2026``. Tables have ``2026-11-01`` in both."""
    text = date_format(value, "DATE_FORMAT")
    return text.replace("1 ", "1er ", 1) if is_french() and value.day == 1 else text


def short_day_text(value: date) -> str:
    """A day of a year that is said already: ``Nov 1``, ``1er nov.``."""
    if is_french():
        return f"{'1er' if value.day == 1 else value.day} {date_format(value, 'M')}"
    return date_format(value, "M j")


def month_text(value: date) -> str:
    """``November 2026``, ``novembre 2026``."""
    return date_format(value, "YEAR_MONTH_FORMAT")


def moment_text(value: datetime) -> str:
    """A time in the bank's zone: ``2026-11-26 14:30``, in French ``2026-11-26 14 h 30``."""
    return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
