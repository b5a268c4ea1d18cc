"""The table ``audit_events``: every change of an audited row, as the database saw it."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from dwaybank.db.constraints import values_check
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.indexes import Index
from dwaybank.db.triggers import refuse
from dwaybank.enums import AuditAction


class AuditEvent(models.Model):
    """One insert, update or delete of one audited row. Written by the trigger ``audit_table_changes()``
    only; never changed, never deleted. Secret columns appear by name in ``changed_columns``, never by value.
    It has no foreign keys: it outlives what it speaks of.
    """

    id = models.BigAutoField(primary_key=True)
    occurred_at = models.DateTimeField(db_default=CurrentTimestamp(), editable=False)
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=255)
    action = models.CharField(max_length=10, choices=AuditAction.choices)
    actor_id = models.UUIDField("acting person", null=True)
    run = models.TextField(blank=True, db_default="")
    reason = models.TextField(blank=True, db_default="")
    database_role = models.CharField(max_length=63)
    changed_columns = ArrayField(models.CharField(max_length=63))
    old_values = models.JSONField(null=True)
    new_values = models.JSONField(null=True)

    class Meta:
        db_table = "audit_events"
        verbose_name = "audit event"
        indexes = [
            # "the history of this row"
            Index(fields=["table_name", "row_id", "id"], name="idx_audit_events_row"),
            # "what did this person do"
            Index(
                fields=["actor_id", "id"],
                name="idx_audit_events_actor",
                condition=models.Q(actor_id__isnull=False),
            ),
            Index(fields=["occurred_at"], name="idx_audit_events_occurred_at"),
        ]
        constraints = [values_check("action", AuditAction, "audit_events_action_check")]
        triggers = [
            refuse(
                "audit_events_append_only",
                pgtrigger.Update | pgtrigger.Delete,
                "Audit events are never changed or deleted.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.table_name} {self.row_id}"
