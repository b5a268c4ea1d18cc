"""Movements that banks announced and have not booked, and what became of them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.filters import only_one
from integrations.admin.shared import JOINED_SECRETS, PENDING_TONES, account, bank_transaction, connection
from integrations.models import PendingTransaction

_STATUS = columns.badge("pending_status", PENDING_TONES, label=_("status"))


@admin.register(PendingTransaction)
class PendingTransactionScreen(BackOfficeModelAdmin):
    """To read: none of these is booked."""

    list_display = (
        columns.day("transaction_date", label=_("date"), sort="transaction_date"),
        account(),
        "description",
        columns.movement("amount"),
        _STATUS,
        bank_transaction("posted_as", label=_("booked as")),
        columns.time("last_seen_at", label=_("last told")),
    )
    list_display_links = ("description",)
    list_filter = ("pending_status", "linked_by", only_one("account", "account"), only_one("connection", "connection"))
    list_select_related = ("account", "posted_as")
    not_in_lists = ("raw_data",)
    ordering = ("-transaction_date", "-first_seen_at")
    sorted_only_when_small = True
    uuid_search = ("pk", "account_id", "connection_id", "posted_as_id")
    search_help_text = _("The id of the row, of its account or of its connection.")
    sections = (
        (
            "",
            (
                columns.day("transaction_date", label=_("date")),
                columns.movement("amount"),
                columns.text("description"),
                account(),
                connection(),
            ),
        ),
        (
            _("What became of it"),
            (
                _STATUS,
                bank_transaction("posted_as", label=_("booked as")),
                "linked_by",
                columns.time("first_seen_at", label=_("first told")),
                columns.time("last_seen_at", label=_("last told")),
                columns.time("ended_at", label=_("ended")),
            ),
        ),
        (_("As the bank wrote it"), (columns.json("raw_data", label=_("record")),)),
        (_("Record"), (columns.code("id"), columns.code("external_transaction_id", label=_("the bank's id")))),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """A row's page also names its connection."""
        queryset = super().get_queryset(request)
        return queryset if self._is_list(request) else queryset.select_related("connection").defer(*JOINED_SECRETS)
