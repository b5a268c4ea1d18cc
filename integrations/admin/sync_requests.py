"""Syncs that were asked for: why, by whom, how often tried, and how they ended."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.filters import only_one
from integrations.admin.shared import JOINED_SECRETS, REQUEST_TONES, SaysWhenOff, account, connection
from integrations.models import SyncRequest

_STATUS = columns.badge("request_status", REQUEST_TONES, label=_("status"))


@admin.register(SyncRequest)
class SyncRequestScreen(SaysWhenOff):
    """To read: 'Sync now' on a connection's page asks for one."""

    list_display = (
        columns.time("created_at", label=_("asked for"), sort="created_at"),
        _STATUS,
        "reason",
        connection(),
        columns.kept("message"),
        columns.number("attempts"),
        columns.time("next_attempt_at", label=_("next attempt")),
    )
    list_filter = ("request_status", "reason", only_one("connection", "connection"))
    list_select_related = ("connection",)
    never_loaded = JOINED_SECRETS
    ordering = ("-created_at",)
    date_hierarchy = "created_at"
    uuid_search = ("pk", "connection_id", "sync_log_id")
    search_help_text = _("The id of the request, of its connection or of its sync.")
    sections = (
        ("", (connection(), _STATUS, "reason", columns.kept("message"))),
        (
            _("What"),
            (account(), columns.day("window_start", label=_("from")), columns.day("window_end", label=_("to"))),
        ),
        (
            _("Attempts"),
            (
                columns.number("attempts"),
                columns.time("next_attempt_at", label=_("next attempt")),
                columns.id_link("sync_log_id", "integrations.BankSyncLog", label=_("last sync")),
                columns.time("started_at", label=_("first begun")),
                columns.time("ended_at", label=_("ended")),
            ),
        ),
        (
            _("Record"),
            (
                columns.code("id"),
                columns.time("created_at"),
                columns.id_link("requested_by", "dwaybank.User", label=_("asked for by")),
                columns.time("updated_at"),
            ),
        ),
    )
