"""The table ``transactions``: DwayBank's ledger."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import MoneyField, currency_field, timestamp_field, uuid_key
from dwaybank.db.indexes import GinIndex, Index
from dwaybank.enums import TransactionType


class Transaction(models.Model):
    """One movement in DwayBank's ledger: a magnitude, and a direction in ``transaction_type``.

    Written by DwayBank's services, and by the back office only through a reviewer's decision.
    """

    id = uuid_key()
    account = foreign_key("dwaybank.Account")
    amount = MoneyField()
    currency = currency_field()
    transaction_type = models.CharField(max_length=20, choices=TransactionType.choices)
    transaction_date = models.DateField()
    description = models.TextField(null=True, blank=True)
    status = models.CharField(max_length=20, null=True, blank=True, db_default="posted")
    created_at = timestamp_field()
    updated_at = timestamp_field()
    # Added for bank integration
    external_transaction_id = models.CharField(max_length=255, null=True, blank=True)
    import_source = models.CharField(max_length=50, null=True, blank=True, db_default="manual")
    bank_reference = models.CharField(max_length=255, null=True, blank=True)
    transaction_metadata = models.JSONField(null=True, blank=True)

    class Meta:
        db_table = "transactions"
        verbose_name = _("ledger transaction")
        indexes = [
            # "the ledger of one account, by day": matching and the account's own page
            Index(fields=["account", "transaction_date"], name="idx_transactions_account_date"),
            Index(
                fields=["external_transaction_id"],
                name="idx_transactions_external_id",
                condition=models.Q(external_transaction_id__isnull=False),
            ),
            Index(fields=["import_source"], name="idx_transactions_import_source"),
            GinIndex(
                fields=["transaction_metadata"],
                name="idx_transactions_metadata_gin",
                condition=models.Q(transaction_metadata__isnull=False),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="transactions_account_id_fkey"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="transactions_amount_check",
                violation_error_message=_("An amount is a magnitude; its direction is the transaction type."),
            ),
            values_check("transaction_type", TransactionType, "transactions_type_check"),
        ]

    def __str__(self) -> str:
        sign = "-" if self.transaction_type == TransactionType.DEBIT else "+"
        return f"{self.transaction_date} {sign}{self.amount} {self.currency} {self.description or ''}".strip()
