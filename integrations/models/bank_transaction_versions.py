"""The table ``bank_transaction_versions``: what a bank transaction said before the bank changed it."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.fields import MoneyField, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.db.triggers import refuse


class BankTransactionVersion(models.Model):
    """One earlier content of a bank transaction. Written by a trigger on ``bank_transactions`` whenever
    date, amount, text or raw data change, whoever changes them; never changed itself."""

    id = uuid_key()
    bank_transaction = foreign_key("integrations.BankTransactionKey")
    replaced_at = models.DateTimeField(db_default=CurrentTimestamp(), editable=False)
    transaction_date = models.DateField()
    posted_date = models.DateField(null=True)
    amount = MoneyField()
    transaction_type = models.CharField(max_length=20)
    raw_description = models.TextField(null=True)
    raw_data = models.JSONField()
    normalized_data = models.JSONField()

    class Meta:
        db_table = "bank_transaction_versions"
        verbose_name = _("earlier version")
        indexes = [
            Index(fields=["bank_transaction", "replaced_at"], name="idx_bank_transaction_versions_row"),
        ]
        constraints = [
            DatabaseForeignKey(
                field="bank_transaction",
                on_delete=OnDelete.CASCADE,
                name="bank_transaction_versions_bank_transaction_id_fkey",
            ),
        ]
        triggers = [
            refuse("bank_transaction_versions_immutable", pgtrigger.Update, "Earlier versions are never changed."),
        ]

    def __str__(self) -> str:
        return f"{self.transaction_date} {self.amount} until {self.replaced_at}"
