"""The table ``connection_sync_states``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from integrations.enums import ConsentState


class ConnectionSyncState(models.Model):
    """What the sync remembers of a connection between two runs, beside the schema document's columns.

    ``cursor`` is where the bank's list of changes was left, stored with the rows it stands for; ``synced_through`` the
    last day of the last window. ``next_sync_at`` carries the jitter; ``next_probe_at`` is set while the breaker is
    open (five failures in a row).
    """

    id = uuid_key()
    connection = foreign_key("integrations.BankConnection")
    cursor = models.TextField(null=True, blank=True, editable=False)
    synced_through = models.DateField(null=True, blank=True)
    next_sync_at = models.DateTimeField(null=True, blank=True)
    next_probe_at = models.DateTimeField(null=True, blank=True)
    consent_status = models.CharField(
        _("consent"), max_length=20, choices=ConsentState.choices, db_default=ConsentState.UNKNOWN
    )
    consent_id = models.CharField(max_length=255, blank=True, db_default="")
    consent_checked_at = models.DateTimeField(null=True, blank=True)
    consent_reminded_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.UUIDField(null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "connection_sync_states"
        verbose_name = _("sync state")
        indexes = [Index(fields=["next_sync_at"], name="idx_connection_sync_states_next")]
        constraints = [
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.CASCADE, name="connection_sync_states_connection_id_fkey"
            ),
            values_check("consent_status", ConsentState, "connection_sync_states_consent_check"),
            models.UniqueConstraint(fields=["connection"], name="idx_connection_sync_states_connection"),
        ]

    def __str__(self) -> str:
        return f"State of {self.connection_id}"
