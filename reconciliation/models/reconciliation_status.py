"""The view ``transaction_reconciliation_status``, to read."""

from __future__ import annotations

from django.db import models

from dwaybank.db.constraints import foreign_key


class TransactionReconciliationStatus(models.Model):
    """Per external account: how many bank transactions are mapped, and what the two sides sum to (signed)."""

    account = models.OneToOneField(
        "dwaybank.Account",
        primary_key=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="reconciliation_status",
    )
    user = foreign_key("dwaybank.User")
    account_name = models.CharField(max_length=255)
    external_bank_name = models.CharField(max_length=100, null=True)
    total_bank_transactions = models.BigIntegerField("bank transactions")
    mapped_transactions = models.BigIntegerField("mapped")
    unmapped_transactions = models.BigIntegerField("unmapped")
    total_bank_amount = models.DecimalField(max_digits=30, decimal_places=2)
    total_mapped_amount = models.DecimalField(max_digits=30, decimal_places=2)
    reconciliation_difference = models.DecimalField("difference", max_digits=30, decimal_places=2)
    automatic_mappings = models.BigIntegerField("automatic")
    manual_mappings = models.BigIntegerField("manual")
    discrepancies = models.BigIntegerField()
    earliest_transaction = models.DateField(null=True)
    latest_transaction = models.DateField(null=True)
    last_import = models.DateTimeField(null=True)

    class Meta:
        db_table = "transaction_reconciliation_status"
        managed = False
        verbose_name = "reconciliation status"
        verbose_name_plural = "reconciliation status"

    def __str__(self) -> str:
        return self.account_name
