"""The table ``mapping_runs``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class MappingRun(models.Model):
    """One run of the matching engine over the open lines of one account or of all.

    The same lines, parameters and memory give the same ``run_hash``. Written by ``reconciliation.mapping``.
    """

    id = uuid_key()
    account = foreign_key("dwaybank.Account", null=True, blank=True)
    since = models.DateField(null=True, blank=True)
    run_hash = models.CharField(max_length=64)
    parameters = models.JSONField()
    bank_lines = models.IntegerField()
    ledger_lines = models.IntegerField()
    outcomes = models.JSONField()
    # charges and their reversals inside the ledger, which no bank line shows
    ledger_offsets = models.JSONField()
    seconds = models.DecimalField(max_digits=10, decimal_places=3)
    created_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="created_by")
    created_at = timestamp_field()

    class Meta:
        db_table = "mapping_runs"
        verbose_name = _("matching run")
        indexes = [
            Index(fields=["-created_at"], name="idx_mapping_runs_recent"),
            Index(fields=["account", "-created_at"], name="idx_mapping_runs_account"),
        ]
        constraints = [
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="mapping_runs_account_id_fkey"),
            DatabaseForeignKey(field="created_by", on_delete=OnDelete.REFUSE, name="mapping_runs_created_by_fkey"),
        ]

    def __str__(self) -> str:
        return f"{self.created_at} {self.run_hash[:12]}"
