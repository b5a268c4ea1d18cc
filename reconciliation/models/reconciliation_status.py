"""The view ``transaction_reconciliation_status``, to read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import foreign_key


class TransactionReconciliationStatus(models.Model):
    """Per external account: how many bank transactions are mapped, and what the two sides sum to (signed)."""

    account = models.OneToOneField(
        to="dwaybank.Account",
        primary_key=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="reconciliation_status",
    )
    user = foreign_key("dwaybank.User")
    account_name = models.CharField(max_length=255)
    external_bank_name = models.CharField(max_length=100, null=True)
    total_bank_transactions = models.BigIntegerField(_("bank transactions"))
    mapped_transactions = models.BigIntegerField(_("mapped"))
    unmapped_transactions = models.BigIntegerField(_("unmapped"))
    total_bank_amount = models.DecimalField(max_digits=30, decimal_places=2)
    total_mapped_amount = models.DecimalField(max_digits=30, decimal_places=2)
    reconciliation_difference = models.DecimalField(_("difference"), max_digits=30, decimal_places=2)
    automatic_mappings = models.BigIntegerField(_("automatic"))
    manual_mappings = models.BigIntegerField(_("manual"))
    discrepancies = models.BigIntegerField()
    earliest_transaction = models.DateField(null=True)
    latest_transaction = models.DateField(null=True)
    last_import = models.DateTimeField(null=True)

    class Meta:
        db_table = "transaction_reconciliation_status"
        managed = False
        verbose_name = _("reconciliation status")
        verbose_name_plural = _("reconciliation status")

    def __str__(self) -> str:
        return self.account_name
