"""What each sync said about each account: days and counts."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from integrations.admin.shared import JOINED_SECRETS, account, connection
from integrations.models import AccountSync


@admin.register(AccountSync)
class AccountSyncScreen(BackOfficeModelAdmin):
    """To read: for live connections what statements are for files."""

    list_display = (
        columns.time("created_at", label=_("synced"), sort="created_at"),
        account(),
        connection(),
        columns.day("window_start", label=_("from")),
        columns.day("window_end", label=_("to")),
        columns.number("transactions_imported", label=_("new")),
        columns.number("transactions_seen", label=_("seen")),
        columns.number("pending_seen", label=_("pending")),
    )
    list_filter = (only_one("account", "account"), only_one("connection", "connection"))
    list_select_related = ("account", "connection")
    never_loaded = JOINED_SECRETS
    ordering = ("-created_at",)
    date_hierarchy = "created_at"
    uuid_search = ("pk", "account_id", "connection_id", "sync_log_id")
    search_help_text = _("The id of the account, of its connection or of the sync.")
    sections = (
        ("", (account(), connection(), columns.id_link("sync_log_id", "integrations.BankSyncLog", label=_("sync")))),
        (
            _("Rows"),
            (
                columns.day("window_start", label=_("asked for from")),
                columns.day("window_end", label=_("asked for to")),
                columns.number("transactions_seen", label=_("seen")),
                columns.number("transactions_imported", label=_("new")),
                columns.number("transactions_duplicates", label=_("known")),
                columns.number("transactions_rejected", label=_("rejected")),
                columns.number("pending_seen", label=_("pending")),
            ),
        ),
        (_("Record"), (columns.code("id"), columns.time("created_at"))),
    )
