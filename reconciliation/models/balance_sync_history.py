"""The table ``balance_sync_history``."""

from __future__ import annotations

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from reconciliation.enums import BalanceSyncStatus, BalanceSyncType, ResolutionMethod


class BalanceSyncHistory(models.Model):
    """One comparison of DwayBank's balance with the bank's, and how a difference was settled.

    Written by ``record_balance_sync()``. A difference above 0.01 is a conflict; above
    ``balance_discrepancy_threshold`` it needs a person. Who reviewed it cannot approve it.
    """

    id = uuid_key()
    account = foreign_key("dwaybank.Account")
    connection = foreign_key("integrations.BankConnection", null=True, blank=True)
    dway_balance_before = MoneyField()
    bank_balance = MoneyField()
    dway_balance_after = MoneyField()
    discrepancy_amount = models.GeneratedField(
        expression=RawSQL("ABS(dway_balance_before - bank_balance)", []),
        output_field=MoneyField(null=True),
        db_persist=True,
    )
    # NULL where the bank says zero and the two differ: no percentage of nothing, and never "0 %"
    discrepancy_percentage = models.GeneratedField(
        expression=RawSQL(
            "CASE WHEN dway_balance_before = bank_balance THEN 0 WHEN bank_balance = 0 THEN NULL "
            "ELSE ROUND((ABS(dway_balance_before - bank_balance) / ABS(bank_balance)) * 100, 2) END",
            [],
        ),
        output_field=models.DecimalField(max_digits=20, decimal_places=2, null=True),
        db_persist=True,
    )
    sync_type = models.CharField(max_length=50, choices=BalanceSyncType.choices)
    sync_status = models.CharField(_("status"), max_length=20, choices=BalanceSyncStatus.choices)
    resolution_method = models.CharField(max_length=50, null=True, blank=True, choices=ResolutionMethod.choices)
    conflict_detected = models.BooleanField(_("conflict"), null=True, db_default=False)
    conflict_resolution_id = models.UUIDField(null=True, blank=True)
    resolution_confidence = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    resolution_reasoning = models.TextField(null=True, blank=True)
    requires_manual_review = models.BooleanField(_("needs a person"), null=True, db_default=False)
    reviewed_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="reviewed_by")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    approved_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="approved_by")
    approved_at = models.DateTimeField(null=True, blank=True)
    sync_metadata = models.JSONField(null=True, blank=True)
    sync_timestamp = models.DateTimeField(db_default=CurrentTimestamp())
    created_at = timestamp_field()

    class Meta:
        db_table = "balance_sync_history"
        verbose_name = _("balance comparison")
        indexes = [
            Index(fields=["account"], name="idx_balance_sync_history_account_id"),
            Index(fields=["sync_timestamp"], name="idx_balance_sync_history_sync_timestamp"),
            # "all conflicts"
            Index(
                fields=["conflict_detected"],
                name="idx_balance_sync_history_conflict",
                condition=models.Q(conflict_detected=True),
            ),
            # "what waits for a person"
            Index(
                fields=["requires_manual_review"],
                name="idx_balance_sync_history_review",
                condition=models.Q(requires_manual_review=True),
            ),
            Index(fields=["account", "-sync_timestamp"], name="idx_balance_sync_history_recent"),
            # "the comparisons of this conflict": its page, and the triggers that follow its decision
            Index(
                fields=["conflict_resolution_id", "-sync_timestamp"],
                name="idx_balance_sync_history_resolution",
                condition=models.Q(conflict_resolution_id__isnull=False),
            ),
        ]
        constraints = [
            DatabaseForeignKey(
                field="account", on_delete=OnDelete.CASCADE, name="balance_sync_history_account_id_fkey"
            ),
            DatabaseForeignKey(
                field="connection",
                on_delete=OnDelete.SET_NULL,
                name="balance_sync_history_connection_id_fkey",
            ),
            DatabaseForeignKey(
                field="reviewed_by", on_delete=OnDelete.REFUSE, name="balance_sync_history_reviewed_by_fkey"
            ),
            DatabaseForeignKey(
                field="approved_by", on_delete=OnDelete.REFUSE, name="balance_sync_history_approved_by_fkey"
            ),
            values_check("sync_type", BalanceSyncType, "balance_sync_history_sync_type_check"),
            values_check("sync_status", BalanceSyncStatus, "balance_sync_history_sync_status_check"),
            values_check("resolution_method", ResolutionMethod, "balance_sync_history_resolution_method_check"),
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("reviewed_by")),
                name="balance_sync_history_two_people_check",
                violation_error_message=_("Whoever reviewed a balance conflict cannot approve it: two people decide."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_sync_status_display()} {self.account_id} {self.sync_timestamp}"
