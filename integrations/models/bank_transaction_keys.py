"""The table ``bank_transaction_keys``: what makes a bank transaction unique."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.indexes import Index


class BankTransactionKey(models.Model):
    """Identity of one bank transaction, live or archived, in one unpartitioned table.

    A unique index on a partitioned table would have to hold the date, and so let a re-dated row in twice.
    Statement triggers on ``bank_transactions`` write this table; nothing else does.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    bank_id = models.CharField(_("bank"), max_length=20)
    external_account_id = models.CharField(max_length=255)
    external_transaction_id = models.CharField(max_length=255)
    transaction_date = models.DateField()

    class Meta:
        db_table = "bank_transaction_keys"
        verbose_name = _("bank transaction key")
        constraints = [
            models.UniqueConstraint(
                fields=["bank_id", "external_account_id", "external_transaction_id"],
                name="idx_bank_transactions_unique",
                violation_error_message=_("This bank transaction is already stored for this account."),
            ),
        ]
        indexes = [
            # whether an account has ids that its bank used again (ID~AMOUNT…): of most accounts there are none
            Index(
                fields=["bank_id", "external_account_id"],
                name="idx_bank_transaction_keys_reused",
                condition=models.Q(external_transaction_id__contains="~"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_id} {self.external_account_id} {self.external_transaction_id}"
