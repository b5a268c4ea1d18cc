"""The table ``bank_balances``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from integrations.enums import BankBalanceKind


class BankBalance(models.Model):
    """A balance that a bank stated while syncing: signed as the account holder sees it (owed on a card: negative).

    ``bank_day`` is the day of ``as_of`` in the bank's own zone. Statements keep theirs in ``bank_statements``. Written
    by ``integrations.bank_balances``; stating the same again adds nothing.
    """

    id = uuid_key()
    account = foreign_key("dwaybank.Account")
    connection = foreign_key("integrations.BankConnection", null=True, blank=True)
    sync_log_id = models.UUIDField(_("sync"), null=True, blank=True)
    kind = models.CharField(max_length=20, choices=BankBalanceKind.choices)
    amount = MoneyField()
    currency = models.CharField(max_length=3)
    as_of = models.DateTimeField()
    bank_day = models.DateField(_("bank's day"))
    created_at = timestamp_field()

    class Meta:
        db_table = "bank_balances"
        verbose_name = _("bank balance")
        constraints = [
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="bank_balances_account_id_fkey"),
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.SET_NULL, name="bank_balances_connection_id_fkey"
            ),
            values_check("kind", BankBalanceKind, "bank_balances_kind_check"),
            # also serves "the balances of an account, by time"
            models.UniqueConstraint(
                fields=["account", "kind", "as_of"],
                name="bank_balances_account_kind_as_of_key",
                violation_error_message=_("This balance of this moment is known already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_day} {self.amount} {self.currency}"
