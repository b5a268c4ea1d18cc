"""Webhook deliveries with their verdict. What an accepted one says is shown; what signs it never is."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns, display
from dwaybank.admin.filters import only_one
from integrations.admin.shared import VERDICT_TONES, SaysWhenOff
from integrations.models import WebhookDelivery

_VERDICT = columns.badge("verdict", VERDICT_TONES)
_WEBHOOK = columns.link("webhook", "integrations.BankWebhook", text=lambda row: row.get_bank_id_display())


def _content(row: Any) -> SafeString | str:
    """The body as nested tables, secret-looking values hidden; as it came where it is no JSON."""
    if not row.body:
        return display.NOTHING
    try:
        return display.json_table(json.loads(bytes(row.body)))
    except ValueError:
        return display.paragraph(bytes(row.body[:2000]).decode("utf-8", "replace"))


@admin.register(WebhookDelivery)
class WebhookDeliveryScreen(SaysWhenOff):
    """To read."""

    list_display = (
        columns.time("received_at", label=_("received"), sort="received_at"),
        _VERDICT,
        "verdict_reason",
        _WEBHOOK,
        "event_type",
        columns.number("size_bytes", label=_("bytes")),
        columns.time("processed_at", label=_("processed")),
    )
    list_filter = ("verdict", only_one("webhook", "webhook"))
    list_select_related = ("webhook",)
    never_loaded = ("proof", "webhook__webhook_secret", "webhook__verification_token")
    not_in_lists = ("body",)
    date_hierarchy = "received_at"
    ordering = ("-received_at",)
    uuid_search = ("pk", "webhook_id", "sync_request_id")
    text_search = ("event_id",)
    search_help_text = _("The id of the delivery, of its webhook or of its event.")
    sections = (
        (
            "",
            (
                _VERDICT,
                columns.kept("verdict_reason", label=_("why")),
                columns.time("received_at", label=_("received")),
                _WEBHOOK,
                "event_type",
            ),
        ),
        (
            _("What was done"),
            (
                columns.time("processed_at", label=_("processed")),
                columns.link("sync_request", "integrations.SyncRequest", label=_("sync asked for")),
            ),
        ),
        (_("What it said"), (columns.column("content", _content),)),
        (
            _("Record"),
            (
                columns.code("id"),
                columns.code("event_id", label=_("event")),
                columns.number("size_bytes", label=_("bytes")),
                columns.code("body_sha256", label=_("SHA-256")),
            ),
        ),
    )
