"""Pictures of figures over time, as a table that the browser also draws (``templates/admin/includes/chart.html``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from dwaybank.l10n import money_text, number_text

_CURRENCY: Final = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: ``value`` is what is drawn (empty for a gap), ``text`` what is read."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One place on the axis, with a figure for each series."""

    label: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Chart:
    """What ``chart.html`` shows under the name ``chart``; the page also includes ``chart_head.html`` in its head.

    ``mark`` is the label of the row at which a line with ``mark_text`` stands. ``is_stepped``: a figure holds until the
    next one, as a balance does. ``undrawn``: series of another unit, in the table alone.
    """

    title: str
    label_heading: str
    series: Sequence[str]
    rows: Sequence[Row]
    kind: Literal["line", "bar"] = "line"
    note: str = ""
    mark: str = ""
    mark_text: str = ""
    is_stepped: bool = False
    is_stacked: bool = False
    undrawn: Sequence[str] = ()


def cell(value: Decimal | int | None, unit: str = "") -> Cell:
    """A figure with separators and its unit; None is a gap."""
    if value is None:
        return Cell("", "\u2013")
    if isinstance(value, Decimal) and _CURRENCY.fullmatch(unit):
        return Cell(str(value), money_text(value, unit))
    figures = number_text(value, 2 if isinstance(value, Decimal) else None)
    return Cell(str(value), f"{figures} {unit}".strip())


def row(label: object, values: Iterable[Decimal | int | None], unit: str = "") -> Row:
    """A row of figures in one unit."""
    return Row(str(label), [cell(value, unit) for value in values])
