"""How far reconciliation has come, as pictures for the first page."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from dwaybank.figures import Figure, register_figure

_AGES: Final = {
    "1": _("up to a day"),
    "3": _("1 to 3 days"),
    "7": _("3 to 7 days"),
    "30": _("7 to 30 days"),
    "older": _("over 30 days"),
}


def age_text(code: str) -> str:
    """An age for people."""
    return str(_AGES.get(code, code))


register_figure(
    Figure(
        name="match_rate",
        title=_("Bank lines mapped to the ledger"),
        label_heading=_("Day of the line"),
        series=(_("Mapped"),),
        permission="reconciliation.view_transactionmapping",
        app="reconciliation",
        unit="%",
        kind="line",
        rank=40,
    )
)
register_figure(
    Figure(
        name="conflict_age",
        title=_("Open balance conflicts by age"),
        label_heading=_("Age"),
        series=(_("Conflicts"),),
        permission="reconciliation.view_balanceconflict",
        app="reconciliation",
        label_text=age_text,
        rank=50,
    )
)
register_figure(
    Figure(
        name="time_to_decision",
        title=_("Time to decision"),
        label_heading=_("Day of the decision"),
        series=(_("Mappings"), _("Balances")),
        permission="reconciliation.view_mappingproposal",
        app="reconciliation",
        unit="h",
        kind="line",
        note=_("median, in hours"),
        rank=60,
    )
)
