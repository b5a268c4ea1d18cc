"""Figures for pictures on the first page: gathered now and then, kept, and only read by who looks.

An app registers a ``Figure``; ``gather_figures()`` (every quarter of an hour by a worker, ``manage.py
gather_figures`` by hand) asks each one's SQL and keeps its rows in the shared cache. The page reads them with one
query, so that it costs the same whatever the tables hold. They are counts, shares and durations: nothing of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format

from dwaybank.translation import Text

DAYS: Final = 14
_PREFIX: Final = "figure:"


def day_text(code: str) -> str:
    """A day as the reader's language writes it short."""
    return date_format(date.fromisoformat(code), "MONTH_DAY_FORMAT")


def month_text(code: str) -> str:
    """The month of a day."""
    return date_format(date.fromisoformat(code), "YEAR_MONTH_FORMAT")


@dataclass(frozen=True, slots=True)
class Figure:
    """One picture: who may see it, what it says, and the SQL that counts.

    ``sql`` is ``app/sql/figures/NAME.sql``. It takes ``first`` and ``last`` (days), ``zone``, and ``now``; it returns a
    label and one number (or NULL) for each of ``series``. ``label_text`` writes a label for people. An empty
    ``permission`` is for nobody. ``undrawn``: those of ``series`` that are of another unit, and in the table alone.
    """

    name: str
    title: Text
    label_heading: Text
    series: Sequence[Text]
    permission: str
    app: str
    label_text: Callable[[str], str] = day_text
    unit: str = ""
    note: Text = ""
    kind: Literal["line", "bar"] = "bar"
    is_stacked: bool = False
    undrawn: Sequence[Text] = ()
    rank: int = 100

    def sql(self) -> str:
        """The statement."""
        return resources.files(self.app).joinpath("sql", "figures", f"{self.name}.sql").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Gathered:
    """A figure as it was at a moment: labels, each with a number for each series."""

    at: datetime
    rows: Sequence[tuple[str, Sequence[Decimal | None]]]


_figures: Final[dict[str, Figure]] = {}


def register_figure(figure: Figure) -> None:
    """Gather and show this figure; the same name again replaces it."""
    _figures[figure.name] = figure


def figures() -> list[Figure]:
    """All of them, in their order."""
    return sorted(_figures.values(), key=lambda one: (one.rank, one.name))


def gather_figures(*, now: datetime) -> dict[str, int]:
    """Ask every figure's SQL and keep what it says; the number of rows of each."""
    last = timezone.localdate(now, ZoneInfo(settings.TIME_ZONE))
    about: dict[str, Any] = {
        "first": last - timedelta(days=DAYS - 1),
        "last": last,
        "zone": settings.TIME_ZONE,
        "now": now,
    }
    kept: dict[str, int] = {}
    for figure in figures():
        with connection.cursor() as cursor:
            cursor.execute(figure.sql(), about)
            rows = [(str(label), [_number(value) for value in values]) for label, *values in cursor.fetchall()]
        cache.set(_PREFIX + figure.name, {"at": now.isoformat(), "rows": rows}, timeout=None)
        kept[figure.name] = len(rows)
    return kept


def kept_figures(wanted: Sequence[Figure]) -> dict[str, Gathered]:
    """What is kept of these figures, by name, in one query; those never gathered are left out."""
    found: dict[str, Any] = cache.get_many([_PREFIX + figure.name for figure in wanted]) if wanted else {}
    return {key.removeprefix(_PREFIX): _gathered(value) for key, value in found.items()}


def _number(value: Any) -> str | None:
    return None if value is None else str(value)


def _gathered(value: Any) -> Gathered:
    rows = [(label, [None if one is None else Decimal(one) for one in values]) for label, values in value["rows"]]
    return Gathered(datetime.fromisoformat(value["at"]), rows)
