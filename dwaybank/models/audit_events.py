"""The table ``audit_events``: every change of an audited row, as the database saw it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import values_check
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.indexes import Index
from dwaybank.enums import AuditAction

# An event that says who decided: a decision of its own, or an approval noted on the row it is about.
DECISIONS = models.expressions.RawSQL(
    "changed_columns && '{decided_by}' OR "
    "action = 'UPDATE' AND changed_columns && '{approved_by,reviewed_by,resolved_by,submitted_by}'",
    [],
    output_field=models.BooleanField(),
)


class AuditEventColumns(models.Model):
    """The columns of an audit event, live or archived."""

    occurred_at = models.DateTimeField(db_default=CurrentTimestamp(), editable=False)
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=255)
    action = models.CharField(max_length=10, choices=AuditAction.choices)
    actor_id = models.UUIDField(_("acting person"), null=True)
    run = models.TextField(blank=True, db_default="")
    run_id = models.CharField(max_length=64, blank=True, db_default="")
    reason = models.TextField(blank=True, db_default="")
    database_role = models.CharField(max_length=63)
    changed_columns = ArrayField(models.CharField(max_length=63))
    old_values = models.JSONField(null=True)
    new_values = models.JSONField(null=True)
    # the transaction that wrote: what is older than every running transaction is complete and can be sealed
    txid = models.BigIntegerField(
        db_default=models.expressions.RawSQL("pg_current_xact_id()::text::bigint", []), editable=False
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.table_name} {self.row_id}"


class AuditEvent(AuditEventColumns):
    """One insert, update or delete of one audited row. Written by the audit's triggers only; never changed, never
    deleted, never truncated. Secret columns appear by name in ``changed_columns``, never by value; of large ones the
    SHA-256 is kept. ``run`` says what was running, ``run_id`` which request or command run it was. It has no foreign
    keys: it outlives what it speaks of. Partitioned by month of ``occurred_at`` (UTC).
    """

    id = models.BigAutoField(primary_key=True)

    class Meta:
        db_table = "audit_events"
        verbose_name = _("audit event")
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
            # "who approved what"
            Index(fields=["id"], name="idx_audit_events_decisions", condition=models.Q(DECISIONS)),
            # "what is not sealed yet"
            Index(fields=["txid"], name="idx_audit_events_txid"),
        ]
        constraints = [values_check("action", AuditAction, "audit_events_action_check")]


class ArchivedAuditEvent(AuditEventColumns):
    """An audit event whose month is past seven years: its whole partition moved here. The seals go on holding it."""

    id = models.BigIntegerField(primary_key=True)

    class Meta:
        db_table = "audit_events_archive"
        verbose_name = _("archived audit event")
        indexes = [Index(fields=["table_name", "row_id", "id"], name="idx_audit_events_archive_row")]
