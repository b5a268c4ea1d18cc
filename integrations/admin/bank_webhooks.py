"""Webhooks: where banks tell us of news. The secret and the verification token are never read here."""

from __future__ import annotations

from django.contrib import admin

from dwaybank.admin import columns
from integrations.admin.shared import JOINED_SECRETS, WEBHOOK_TONES, SaysWhenOff, connection
from integrations.models import BankWebhook

_STATUS = columns.badge("webhook_status", WEBHOOK_TONES, label="status")


@admin.register(BankWebhook)
class BankWebhookScreen(SaysWhenOff):
    """To read."""

    list_display = (
        "bank_id",
        connection(),
        _STATUS,
        columns.number("events_received", label="events"),
        columns.time("last_event_at", label="last event"),
        columns.number("consecutive_failures", label="failures in a row"),
        columns.time("expires_at", label="ends"),
    )
    list_filter = ("webhook_status", "bank_id")
    list_select_related = ("connection",)
    never_loaded = ("webhook_secret", "verification_token", *JOINED_SECRETS)
    not_in_lists = ("webhook_metadata",)
    ordering = ("bank_id", "-created_at")
    sorted_only_when_small = True
    uuid_search = ("pk", "connection_id")
    search_help_text = "The id of the webhook or of its connection."
    sections = (
        ("", ("bank_id", connection(), _STATUS, columns.text("webhook_url", label="address"))),
        (
            "Events",
            (
                columns.listing("webhook_events", label="asked for"),
                columns.listing("supported_events", label="supported"),
                columns.number("events_received", label="received"),
                columns.time("last_event_at", label="last"),
                columns.time("last_successful_event_at", label="last good"),
                columns.number("consecutive_failures", label="failures in a row"),
            ),
        ),
        (
            "Record",
            (
                "webhook_version",
                columns.json("webhook_metadata", label="metadata"),
                columns.time("last_verification_at", label="verified"),
                columns.time("expires_at", label="ends"),
                columns.code("id"),
                columns.time("created_at"),
                columns.time("updated_at"),
            ),
        ),
    )
