"""What comes in from the banks, as pictures for the first page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dwaybank.figures import Figure, register_figure
from integrations.enums import Bank


def bank_text(code: str) -> str:
    """What people call the bank."""
    return str(Bank(code).label) if code in Bank.values else code


register_figure(
    Figure(
        name="syncs_per_day",
        title=_("Syncs per day"),
        label_heading=_("Day"),
        series=(_("Completed"), _("In part"), _("Failed")),
        permission="integrations.view_banksynclog",
        app="integrations",
        is_stacked=True,
        rank=10,
    )
)
register_figure(
    Figure(
        name="ingest_volume",
        title=_("Movements that came in"),
        label_heading=_("Day"),
        series=(_("New movements"), _("Known already")),
        permission="integrations.view_banktransaction",
        app="integrations",
        is_stacked=True,
        rank=20,
    )
)
register_figure(
    Figure(
        name="health_by_bank",
        title=_("Connection health by bank"),
        label_heading=_("Bank"),
        series=(_("Mean score"), _("Worst score"), _("Connections")),
        permission="integrations.view_bankintegrationhealth",
        app="integrations",
        label_text=bank_text,
        note=_("100 is best"),
        undrawn=(_("Connections"),),
        rank=30,
    )
)
