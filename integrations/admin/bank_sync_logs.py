"""Syncs: one attempt each to bring in data."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.filters import only_one
from dwaybank.kept import kept_values
from integrations.admin.integration_health import duration
from integrations.admin.shared import JOINED_SECRETS, SYNC_TONES, SaysWhenOff, connection, customer
from integrations.admin.sync_progress import progress_context, progress_view
from integrations.models import BankSyncLog

_STATUS = columns.badge("sync_status", SYNC_TONES, label=_("status"))
_DURATION = columns.column("duration", lambda row: duration(row.duration_ms))


def _errors(row: Any) -> SafeString:
    """What was noted: codes, and sentences in the reader's language."""
    return display.json_table(kept_values(row.error_details))


_STARTED = columns.time("started_at", label=_("started"), sort="started_at")


@admin.register(BankSyncLog)
class BankSyncLogScreen(SaysWhenOff):
    """To read: written by ``record_sync_attempt()`` and ``complete_sync_attempt()``."""

    list_display = (
        _STARTED,
        connection(),
        customer(),
        _STATUS,
        "sync_type",
        "sync_operation",
        columns.number("transactions_processed", label=_("rows")),
        columns.number("transactions_imported", label=_("new")),
        columns.number("transactions_duplicates", label=_("duplicates")),
        columns.number("errors_count", label=_("errors")),
        _DURATION,
    )
    list_filter = ("sync_status", "sync_type", "sync_operation", only_one("connection", "connection"))
    list_select_related = ("connection", "user")
    never_loaded = JOINED_SECRETS
    not_in_lists = ("error_details", "sync_metadata")
    date_hierarchy = "started_at"
    ordering = ("-started_at",)
    uuid_search = ("pk", "connection_id", "user_id")
    search_help_text = _("The id of the sync, its connection or its customer.")
    change_form_template = "admin/integrations/banksynclog/change_form.html"
    sections = (
        ("", (connection(), customer(), _STATUS, "sync_type", "sync_operation")),
        (_("Time"), (_STARTED, columns.time("completed_at", label=_("ended")), _DURATION)),
        (
            _("Counts"),
            (
                columns.number("accounts_processed", label=_("accounts seen")),
                columns.number("accounts_imported", label=_("accounts new")),
                columns.number("accounts_updated", label=_("accounts updated")),
                columns.number("transactions_processed", label=_("rows seen")),
                columns.number("transactions_imported", label=_("rows new")),
                columns.number("transactions_duplicates", label=_("rows known")),
                columns.number("errors_count", label=_("errors")),
                columns.number("warnings_count", label=_("warnings")),
            ),
        ),
        (
            _("Details"),
            (
                columns.column("error_details", _errors, label=_("errors")),
                columns.json("sync_metadata", label=_("metadata")),
            ),
        ),
        (_("Record"), (columns.code("id"),)),
    )

    def get_urls(self) -> list[Any]:
        """With the progress of a running sync."""
        view = self.admin_site.admin_view(progress_view)
        return [path("<uuid:log_id>/progress/", view, name="integrations_banksynclog_progress"), *super().get_urls()]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """With what it is doing, while it runs."""
        if obj is not None and obj.completed_at is None:
            context["progress"] = progress_context(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)
