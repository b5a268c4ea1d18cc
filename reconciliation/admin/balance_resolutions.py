"""What was proposed for balance conflicts, and what was decided."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from reconciliation.admin.shared import RESOLUTION_TONES
from reconciliation.models import BalanceResolution

_STATUS = columns.badge("resolution_status", RESOLUTION_TONES, label=_("status"))
_AMOUNT = columns.money("amount", currency=None, signed=True)
_PROPOSED_BY = columns.link("proposed_by", "dwaybank.User", label=_("proposed by"))
_PROPOSED = columns.time("proposed_at", label=_("proposed"))
_DECIDED_BY = columns.link("decided_by", "dwaybank.User", label=_("decided by"))
_CONFLICT = columns.link("conflict", "reconciliation.BalanceConflict")


@admin.register(BalanceResolution)
class BalanceResolutionScreen(BackOfficeModelAdmin):
    """To read: made and decided on the conflict's page."""

    list_display = (_PROPOSED, "method", _AMOUNT, _STATUS, _PROPOSED_BY, _DECIDED_BY, _CONFLICT)
    list_filter = ("resolution_status", "method", only_one("conflict", "conflict"))
    list_select_related = ("conflict", "proposed_by", "decided_by", "adjustment")
    never_loaded = ("conflict__explanation",)
    ordering = ("-proposed_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "conflict_id", "adjustment_id")
    search_help_text = _("The id of the resolution, of its conflict or of the adjusting ledger transaction.")
    sections = (
        (
            "",
            (
                _CONFLICT,
                "method",
                _AMOUNT,
                _STATUS,
                columns.text("reason"),
                _PROPOSED_BY,
                _PROPOSED,
                columns.money("bank_balance", currency=None, signed=True, label=_("bank, as proposed")),
                columns.money("dway_balance", currency=None, signed=True, label=_("DwayBank, as proposed")),
            ),
        ),
        (
            _("Decision"),
            (
                _DECIDED_BY,
                columns.time("decided_at", label=_("decided")),
                columns.kept("decision_reason", label=_("reason")),
                columns.yes_or_no("is_one_person", label=_("one person")),
                columns.link("adjustment", "dwaybank.Transaction", label=_("adjusting transaction")),
                "window_start",
                "window_end",
                columns.code("sync_request_id", label=_("sync request")),
            ),
        ),
        (_("Record"), (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )
