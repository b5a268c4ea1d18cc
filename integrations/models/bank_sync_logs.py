"""The table ``bank_sync_logs``, partitioned by month of ``started_at`` (``sql/tables/bank_sync_logs``)."""

from __future__ import annotations

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.fields import uuid_key
from dwaybank.db.indexes import Index
from integrations.enums import SyncOperation, SyncStatus, SyncType


class BankSyncLog(models.Model):
    """One attempt to bring in data of one connection, from a bank API or a statement file.

    Opened by ``record_sync_attempt()``, closed once by ``complete_sync_attempt()``. In the database the key
    is (id, started_at), as PostgreSQL asks of a partitioned table.
    """

    id = uuid_key()
    connection = foreign_key("integrations.BankConnection")
    user = foreign_key("dwaybank.User")
    sync_type = models.CharField(max_length=50, choices=SyncType.choices)
    sync_operation = models.CharField(max_length=50, choices=SyncOperation.choices)
    sync_status = models.CharField(_("status"), max_length=20, choices=SyncStatus.choices)
    started_at = models.DateTimeField(db_default=CurrentTimestamp())
    completed_at = models.DateTimeField(null=True, blank=True)
    duration_ms = models.GeneratedField(
        expression=RawSQL(
            "CASE WHEN completed_at IS NOT NULL THEN EXTRACT(EPOCH FROM (completed_at - started_at)) * 1000 END",
            [],
        ),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    accounts_processed = models.IntegerField(null=True, db_default=0)
    accounts_imported = models.IntegerField(null=True, db_default=0)
    accounts_updated = models.IntegerField(null=True, db_default=0)
    transactions_processed = models.IntegerField(null=True, db_default=0)
    transactions_imported = models.IntegerField(null=True, db_default=0)
    transactions_duplicates = models.IntegerField(null=True, db_default=0)
    errors_count = models.IntegerField(null=True, db_default=0)
    warnings_count = models.IntegerField(null=True, db_default=0)
    error_details = models.JSONField(null=True, blank=True)
    sync_metadata = models.JSONField(null=True, blank=True)

    class Meta:
        db_table = "bank_sync_logs"
        verbose_name = _("sync log")
        indexes = [
            Index(fields=["connection"], name="idx_bank_sync_logs_connection_id"),
            Index(fields=["user"], name="idx_bank_sync_logs_user_id"),
            Index(fields=["sync_status"], name="idx_bank_sync_logs_status"),
            Index(fields=["started_at"], name="idx_bank_sync_logs_started_at"),
            Index(fields=["sync_type", "sync_operation"], name="idx_bank_sync_logs_type_operation"),
            # "the last good syncs of this customer"
            Index(
                fields=["user", "-started_at"],
                name="idx_bank_sync_logs_user_recent",
                condition=models.Q(sync_status=SyncStatus.COMPLETED),
            ),
        ]
        constraints = [
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.CASCADE, name="bank_sync_logs_connection_id_fkey"
            ),
            DatabaseForeignKey(field="user", on_delete=OnDelete.CASCADE, name="bank_sync_logs_user_id_fkey"),
            values_check("sync_type", SyncType, "bank_sync_logs_sync_type_check"),
            values_check("sync_operation", SyncOperation, "bank_sync_logs_sync_operation_check"),
            values_check("sync_status", SyncStatus, "bank_sync_logs_sync_status_check"),
        ]

    def __str__(self) -> str:
        what = f"{self.get_sync_type_display()} {self.get_sync_operation_display()}"
        return f"{what} {self.get_sync_status_display()} {self.pk}"
