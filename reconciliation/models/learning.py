"""The tables ``counterparty_aliases`` and ``rejected_pairs``: what reviewers' decisions teach."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.expressions import CurrentTimestamp
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class CounterpartyAlias(models.Model):
    """On this account, the bank writes ``bank_text`` where the ledger says ``counterparty``.

    ``confirmations``: decisions that said so, less those undone; at zero the alias says nothing.
    """

    id = uuid_key()
    account = foreign_key("dwaybank.Account")
    bank_text = models.CharField(max_length=255)
    counterparty = models.CharField(max_length=255)
    confirmations = models.IntegerField(db_default=1)
    confirmed_at = models.DateTimeField(db_default=CurrentTimestamp())
    created_at = timestamp_field()

    class Meta:
        db_table = "counterparty_aliases"
        verbose_name = _("counterparty alias")
        verbose_name_plural = _("counterparty aliases")
        constraints = [
            DatabaseForeignKey(
                field="account", on_delete=OnDelete.CASCADE, name="counterparty_aliases_account_id_fkey"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmations__gte=0),
                name="counterparty_aliases_confirmations_check",
                violation_error_message=_("An alias cannot be confirmed less than never."),
            ),
            models.UniqueConstraint(
                fields=["account", "bank_text", "counterparty"],
                name="idx_counterparty_aliases_unique",
                violation_error_message=_("This alias is known already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_text} = {self.counterparty}"


class RejectedPair(models.Model):
    """A reviewer said that these two are not the same movement. The memory fades with ``rejected_at``."""

    id = uuid_key()
    bank_transaction = foreign_key("integrations.BankTransactionKey")
    transaction = foreign_key("dwaybank.Transaction")
    rejected_by = foreign_key("dwaybank.User", db_column="rejected_by")
    rejected_at = models.DateTimeField(db_default=CurrentTimestamp())

    class Meta:
        db_table = "rejected_pairs"
        verbose_name = _("rejected pair")
        indexes = [Index(fields=["transaction"], name="idx_rejected_pairs_transaction")]
        constraints = [
            DatabaseForeignKey(
                field="bank_transaction", on_delete=OnDelete.CASCADE, name="rejected_pairs_bank_transaction_id_fkey"
            ),
            DatabaseForeignKey(
                field="transaction", on_delete=OnDelete.CASCADE, name="rejected_pairs_transaction_id_fkey"
            ),
            DatabaseForeignKey(field="rejected_by", on_delete=OnDelete.REFUSE, name="rejected_pairs_rejected_by_fkey"),
            models.UniqueConstraint(
                fields=["bank_transaction", "transaction"],
                name="idx_rejected_pairs_unique",
                violation_error_message=_("This pair was rejected already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_transaction_id} is not {self.transaction_id}"
