"""The chain over the audit, to read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin
from dwaybank.models import AuditSeal


def events(seal: AuditSeal) -> int:
    """How many events the seal holds."""
    return len(seal.event_ids)


def fingerprint(seal: AuditSeal) -> str:
    """The seal's hash, to compare with an exported anchor."""
    return bytes(seal.hash).hex()


@admin.register(AuditSeal)
class AuditSealScreen(BackOfficeModelAdmin):
    """Seals by number; whether they hold is what 'manage.py verify_audit' says."""

    list_display = (
        "id",
        "month",
        "position",
        columns.column("events", events, label=_("events")),
        columns.time("sealed_at", label=_("sealed")),
        "key_id",
    )
    ordering = ("-pk",)
    never_loaded = ("event_hashes", "previous_hash", "signature")
    sections = (
        (
            "",
            (
                "id",
                "month",
                "position",
                columns.column("events", events, label=_("events")),
                columns.time("sealed_at", label=_("sealed")),
            ),
        ),
        (
            _("Proof"),
            (
                columns.column("fingerprint", fingerprint, label=_("hash")),
                "key_id",
                "first_txid",
                "next_txid",
                "cluster",
            ),
        ),
    )
