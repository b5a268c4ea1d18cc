"""Balance comparisons: DwayBank's figure beside the bank's."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import Tone
from dwaybank.admin.filters import only_one
from dwaybank.l10n import percent_text
from integrations.admin.shared import JOINED_SECRETS, account, connection
from reconciliation.admin.shared import BALANCE_TONES
from reconciliation.models import BalanceSyncHistory

_STATUS = columns.badge("sync_status", BALANCE_TONES, label=_("status"))
_COMPARED = columns.time("sync_timestamp", label=_("compared"), sort="sync_timestamp")
_CONFLICT = columns.flag("conflict_detected", label=_("conflict"), yes=_("Conflict"), tone=Tone.WARNING, no=_("None"))
_MANUAL = columns.flag("requires_manual_review", label=_("needs a person"), yes=_("Needs a person"), tone=Tone.WAITING)
_OURS = columns.column(
    "dway_balance_before",
    lambda row: display.money(row.dway_balance_before, row.account.currency, signed=True),
    label="DwayBank",
)
_THEIRS = columns.column(
    "bank_balance", lambda row: display.money(row.bank_balance, row.account.currency, signed=True), label=_("bank")
)
_GAP = columns.column(
    "discrepancy_amount", lambda row: display.money(row.discrepancy_amount, row.account.currency), label=_("difference")
)
_PERCENT = columns.column(
    "discrepancy_percentage",
    lambda row: (
        display.NOTHING if row.discrepancy_percentage is None else percent_text(row.discrepancy_percentage / 100, 2)
    ),
    label=_("of the bank's balance"),
)


@admin.register(BalanceSyncHistory)
class BalanceSyncHistoryScreen(BackOfficeModelAdmin):
    """To read: written by ``record_balance_sync()``."""

    list_display = (_COMPARED, account(), _OURS, _THEIRS, _GAP, _STATUS, _CONFLICT, _MANUAL)
    list_filter = ("requires_manual_review", "conflict_detected", "sync_status", only_one("account", "account"))
    list_select_related = ("account", "connection", "reviewed_by", "approved_by")
    never_loaded = JOINED_SECRETS
    not_in_lists = ("sync_metadata", "resolution_reasoning")
    date_hierarchy = "sync_timestamp"
    ordering = ("-sync_timestamp",)
    uuid_search = ("pk", "account_id")
    search_help_text = _("The id of the comparison or of its account.")
    sections = (
        ("", (account(), connection(), _COMPARED, "sync_type", _STATUS)),
        (
            _("Balances"),
            (
                _OURS,
                _THEIRS,
                _GAP,
                _PERCENT,
                columns.column(
                    "dway_balance_after",
                    lambda row: display.money(row.dway_balance_after, row.account.currency, signed=True),
                    label=_("DwayBank afterwards"),
                ),
            ),
        ),
        (
            _("Decision"),
            (
                _CONFLICT,
                _MANUAL,
                "resolution_method",
                "resolution_confidence",
                columns.kept("resolution_reasoning", label=_("reasoning")),
                columns.link("reviewed_by", "dwaybank.User", label=_("reviewed by")),
                columns.time("reviewed_at", label=_("reviewed")),
                columns.link("approved_by", "dwaybank.User", label=_("approved by")),
                columns.time("approved_at", label=_("approved")),
            ),
        ),
        (
            _("Record"),
            (columns.json("sync_metadata", label=_("metadata")), columns.code("id"), columns.time("created_at")),
        ),
    )
