"""Whether reports leave in time, as a picture for the first page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dwaybank.figures import Figure, month_text, register_figure

register_figure(
    Figure(
        name="reports_on_time",
        title=_("Reports by the month they were due"),
        label_heading=_("Month"),
        series=(_("In time"), _("Late"), _("Not filed though due")),
        # the counts hold reports on suspicion too
        permission="compliance.view_suspicion",
        app="compliance",
        label_text=month_text,
        is_stacked=True,
        rank=5,
    )
)
