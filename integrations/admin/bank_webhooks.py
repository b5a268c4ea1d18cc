"""Webhooks: where banks tell us of news. The secret and the verification token are never read here."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from integrations.admin.shared import JOINED_SECRETS, WEBHOOK_TONES, SaysWhenOff, connection
from integrations.models import BankWebhook

_STATUS = columns.badge("webhook_status", WEBHOOK_TONES, label=_("status"))


@admin.register(BankWebhook)
class BankWebhookScreen(SaysWhenOff):
    """To read."""

    list_display = (
        "bank_id",
        connection(),
        _STATUS,
        columns.number("events_received", label=_("events")),
        columns.time("last_event_at", label=_("last event")),
        columns.number("consecutive_failures", label=_("failures in a row")),
        columns.time("expires_at", label=_("ends")),
    )
    list_filter = ("webhook_status", "bank_id")
    list_select_related = ("connection",)
    never_loaded = ("webhook_secret", "verification_token", *JOINED_SECRETS)
    not_in_lists = ("webhook_metadata",)
    ordering = ("bank_id", "-created_at")
    sorted_only_when_small = True
    uuid_search = ("pk", "connection_id")
    search_help_text = _("The id of the webhook or of its connection.")
    sections = (
        ("", ("bank_id", connection(), _STATUS, columns.text("webhook_url", label=_("address")))),
        (
            _("Events"),
            (
                columns.listing("webhook_events", label=_("asked for")),
                columns.listing("supported_events", label=_("supported")),
                columns.number("events_received", label=_("received")),
                columns.time("last_event_at", label=_("last")),
                columns.time("last_successful_event_at", label=_("last good")),
                columns.number("consecutive_failures", label=_("failures in a row")),
            ),
        ),
        (
            _("Record"),
            (
                "webhook_version",
                columns.json("webhook_metadata", label=_("metadata")),
                columns.time("last_verification_at", label=_("verified")),
                columns.time("expires_at", label=_("ends")),
                columns.code("id"),
                columns.time("created_at"),
                columns.time("updated_at"),
            ),
        ),
    )
