"""Bank connections: consent, health, accounts, last syncs. No credential is ever read here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.admin.display import list_url
from dwaybank.admin.filters import only_one
from integrations.admin.shared import CONNECTION_SECRETS, CONNECTION_TONES, customer
from integrations.models import BankConnection

_STATUS = columns.badge("connection_status", CONNECTION_TONES, label="status")


@admin.register(BankConnection)
class BankConnectionScreen(BackOfficeModelAdmin):
    """To read: connecting and disconnecting is the customer's, syncing the operator's command."""

    list_display = (
        "bank_name",
        customer(),
        _STATUS,
        "connection_type",
        columns.number("linked_accounts_count", label="accounts"),
        columns.number("consecutive_failures", label="failures in a row"),
        columns.time("last_successful_sync", label="last good sync"),
        columns.time("token_expires_at", label="token ends"),
    )
    list_filter = ("connection_status", "bank_id", "connection_type", only_one("user", "customer"))
    list_select_related = ("user",)
    ordering = ("bank_name", "-created_at")
    sorted_only_when_small = True
    never_loaded = CONNECTION_SECRETS
    not_in_lists = ("last_error_message",)
    uuid_search = ("pk", "user_id")
    email_search = ("user__email",)
    search_help_text = "The connection's id, or its customer's e-mail address or id."
    sections = (
        ("", ("bank_name", "bank_id", customer(), _STATUS, "connection_type")),
        (
            "Syncs",
            (
                columns.time("last_successful_sync", label="last good sync"),
                columns.time("last_sync_attempt", label="last attempt"),
                columns.number("consecutive_failures", label="failures in a row"),
                columns.time("last_error_at", label="last failure"),
                columns.text("last_error_message", label="its message"),
            ),
        ),
        (
            "Consent and access",
            (
                columns.time("consent_given_at", label="consent given"),
                columns.time("consent_expires_at", label="consent ends"),
                columns.listing("scopes"),
                columns.time("token_expires_at", label="token ends"),
                columns.time("token_last_refreshed", label="token refreshed"),
                columns.code("encryption_key_id", label="encryption key"),
                columns.time("data_retention_until", label="kept at least until"),
            ),
        ),
        (
            "Record",
            (
                columns.code("id"),
                columns.time("created_at"),
                columns.id_link("created_by", "dwaybank.User", label="created by"),
                columns.time("updated_at"),
                columns.time("deleted_at", label="disconnected"),
                columns.id_link("deleted_by", "dwaybank.User", label="disconnected by"),
            ),
        ),
    )

    def object_links(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        """Lists of what hangs on this connection."""
        wanted = (
            ("Bank transactions", "BankTransaction"),
            ("Sync logs", "BankSyncLog"),
            ("Errors", "IntegrationError"),
        )
        return [
            (text, list_url(f"integrations.{model}", f"connection={row.pk}"))
            for text, model in wanted
            if request.user.has_perm(f"integrations.view_{model.lower()}")
        ]
