"""Balance conflicts: the table to read, and the addresses of their queue and pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import one_of, only_one
from dwaybank.translation import Text
from integrations.admin.shared import JOINED_SECRETS, account, connection
from reconciliation.admin import account_coverage, conflict_page, conflict_queue, conflict_statistics
from reconciliation.admin.conflict_queue import conflict_url, queue_url
from reconciliation.admin.shared import CAUSES, CONFLICT_TONES, cause_words
from reconciliation.models import BalanceConflict

_STATUS = columns.badge("conflict_status", CONFLICT_TONES, label=_("status"))
_GAP = columns.money("gap", signed=True, label=_("difference"))
_CAUSE = columns.column("cause", lambda row: cause_words(row.cause) or display.NOTHING)
_OPENED = columns.time("opened_at", label=_("opened"))
_CLAIMED = columns.link("claimed_by", "dwaybank.User", label=_("claimed by"))


@admin.register(BalanceConflict)
class BalanceConflictScreen(BackOfficeModelAdmin):
    """To read: written by comparing; decided on its own page."""

    list_display = (_OPENED, account(), _GAP, _STATUS, _CAUSE, columns.day("parted_on", label=_("since")), _CLAIMED)
    list_filter = (
        "conflict_status",
        one_of("cause", _("cause"), [(str(cause), words) for cause, words in CAUSES.items()]),
        only_one("account", "account"),
    )
    list_select_related = ("account", "connection", "claimed_by")
    never_loaded = JOINED_SECRETS
    not_in_lists = ("explanation",)
    ordering = ("-opened_at",)
    sorted_only_when_small = True
    uuid_search = ("pk", "account_id")
    search_help_text = _("The id of the conflict or of its account.")
    sections = (
        (
            "",
            (
                account(),
                connection(),
                _STATUS,
                columns.day("bank_day", label=_("bank's day")),
                columns.money("bank_balance", signed=True, label=_("bank")),
                columns.money("dway_balance", signed=True, label=_("DwayBank")),
                _GAP,
            ),
        ),
        (
            _("Found"),
            (
                columns.day("parted_on", label=_("since")),
                columns.day("parted_from", label=_("at the earliest")),
                _CAUSE,
                columns.flag("is_certain", label=_("certain"), yes=_("Certain"), tone=display.Tone.GOOD),
                columns.json("explanation"),
                "comparisons",
            ),
        ),
        (_("Work"), (_CLAIMED, columns.time("claimed_at", label=_("claimed")), columns.day("snoozed_until"))),
        (
            _("Record"),
            (
                _OPENED,
                columns.time("compared_at", label=_("compared")),
                columns.time("closed_at", label=_("closed")),
                columns.kept("closed_reason", label=_("why it was closed")),
                "version",
                columns.code("id"),
                columns.time("created_at"),
                columns.time("updated_at"),
            ),
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """With the queue, a conflict's own page and the statistics."""
        wrap, name = self.admin_site.admin_view, "reconciliation_balanceconflict"
        return [
            path("queue/", wrap(conflict_queue.queue_view), name=f"{name}_queue"),
            path("queue/act/", wrap(conflict_queue.bulk_view), name=f"{name}_bulk"),
            path("statistics/", wrap(conflict_statistics.statistics_view), name=f"{name}_statistics"),
            path("coverage/<uuid:account_id>/", wrap(account_coverage.coverage_view), name=f"{name}_coverage"),
            path("<uuid:conflict_id>/decide/", wrap(conflict_page.conflict_view), name=f"{name}_decide"),
            *super().get_urls(),
        ]

    def list_links(self, request: HttpRequest) -> Sequence[tuple[Text, str]]:
        """The queue."""
        return [(_("Open the queue"), queue_url())]

    def object_links(self, request: HttpRequest, row: Any) -> Sequence[tuple[Text, str]]:
        """Its own page, and its comparisons."""
        return [
            (_("Open the conflict"), conflict_url(row.pk)),
            (
                _("Comparisons"),
                display.list_url("reconciliation.BalanceSyncHistory", f"account={row.account_id}"),
            ),
        ]
