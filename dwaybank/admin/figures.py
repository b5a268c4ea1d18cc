"""The pictures on the first page, from what was kept of the figures (``dwaybank.figures``)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from dwaybank.admin.charts import Chart, Row, cell
from dwaybank.admin.display import relative
from dwaybank.figures import Figure, Gathered, figures, kept_figures


def pictures_for(request: HttpRequest) -> dict[str, Any]:
    """Charts this person may see (``charts``), how old they are, and whether any waits to be gathered; one query."""
    wanted = [figure for figure in figures() if request.user.has_perm(figure.permission)]
    kept = kept_figures(wanted)
    charts = [_chart(figure, kept[figure.name]) for figure in wanted if figure.name in kept]
    oldest: datetime | None = min((one.at for one in kept.values()), default=None)
    return {
        "charts": charts,
        "charts_age": relative(oldest, timezone.now()) if oldest else "",
        "charts_missing": len(wanted) > len(charts),
    }


def _chart(figure: Figure, kept: Gathered) -> Chart:
    rows = [Row(figure.label_text(label), [cell(one, figure.unit) for one in values]) for label, values in kept.rows]
    empty = all(one in (None, 0) for _label, values in kept.rows for one in values)
    return Chart(
        title=str(figure.title),
        label_heading=str(figure.label_heading),
        series=[str(one) for one in figure.series],
        rows=rows,
        kind=figure.kind,
        note=_("Nothing in this time.") if empty else str(figure.note),
        is_stacked=figure.is_stacked,
        undrawn=[str(one) for one in figure.undrawn],
    )
