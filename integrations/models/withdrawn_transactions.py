"""The table ``withdrawn_transactions``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from integrations.enums import WithdrawalKind


class WithdrawnTransaction(models.Model):
    """That a bank withdrew a row it had booked: told so (``removed``) or no longer lists it (``absent``).

    The bank transaction itself stays as it is, with its mapping; an integration error alerts staff. ``returned_at``
    is set when the bank lists the row again. At most one is open per row.
    """

    id = uuid_key()
    bank_transaction = foreign_key("integrations.BankTransactionKey")
    connection = foreign_key("integrations.BankConnection")
    account = foreign_key("dwaybank.Account")
    withdrawal_kind = models.CharField(_("how"), max_length=20, choices=WithdrawalKind.choices)
    sync_log_id = models.UUIDField(_("sync"))
    noticed_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)
    created_at = timestamp_field()

    class Meta:
        db_table = "withdrawn_transactions"
        verbose_name = _("withdrawn transaction")
        indexes = [
            Index(fields=["account", "-noticed_at"], name="idx_withdrawn_transactions_account"),
            Index(fields=["bank_transaction"], name="idx_withdrawn_transactions_row"),
        ]
        constraints = [
            DatabaseForeignKey(
                field="bank_transaction",
                on_delete=OnDelete.CASCADE,
                name="withdrawn_transactions_bank_transaction_id_fkey",
            ),
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.CASCADE, name="withdrawn_transactions_connection_id_fkey"
            ),
            DatabaseForeignKey(
                field="account", on_delete=OnDelete.CASCADE, name="withdrawn_transactions_account_id_fkey"
            ),
            values_check("withdrawal_kind", WithdrawalKind, "withdrawn_transactions_kind_check"),
            models.UniqueConstraint(
                fields=["bank_transaction"],
                condition=Q(returned_at__isnull=True),
                name="idx_withdrawn_transactions_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_transaction_id} {self.get_withdrawal_kind_display()}"
