"""The table ``bank_account_syncs``."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class AccountSync(models.Model):
    """What one sync said about one account: how many rows and, where they were asked for by days, which days.

    For live connections what ``bank_statements`` is for files; balances are in ``bank_balances``. Written once.
    """

    id = uuid_key()
    account = foreign_key("dwaybank.Account")
    connection = foreign_key("integrations.BankConnection")
    sync_log_id = models.UUIDField(_("sync"))
    currency = models.CharField(max_length=3)
    window_start = models.DateField(null=True, blank=True)
    window_end = models.DateField(null=True, blank=True)
    transactions_seen = models.IntegerField(_("seen"), db_default=0)
    transactions_imported = models.IntegerField(_("imported"), db_default=0)
    transactions_duplicates = models.IntegerField(_("duplicates"), db_default=0)
    transactions_rejected = models.IntegerField(_("rejected"), db_default=0)
    pending_seen = models.IntegerField(_("pending"), db_default=0)
    created_at = timestamp_field()

    class Meta:
        db_table = "bank_account_syncs"
        verbose_name = _("account sync")
        indexes = [
            Index(fields=["account", "-created_at"], name="idx_bank_account_syncs_account"),
            Index(fields=["connection"], name="idx_bank_account_syncs_connection_id"),
        ]
        constraints = [
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="bank_account_syncs_account_id_fkey"),
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.CASCADE, name="bank_account_syncs_connection_id_fkey"
            ),
            models.UniqueConstraint(fields=["sync_log_id", "account"], name="idx_bank_account_syncs_once"),
            models.CheckConstraint(
                condition=Q(
                    transactions_seen=F("transactions_imported")
                    + F("transactions_duplicates")
                    + F("transactions_rejected")
                ),
                name="bank_account_syncs_counts_check",
                violation_error_message=_("Every row is imported, a duplicate or rejected."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} in sync {self.sync_log_id}"
