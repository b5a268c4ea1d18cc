"""The table ``bank_statements``: what one file said about one account."""

from __future__ import annotations

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class BankStatement(models.Model):
    """One account's part of a statement file: period, balances, counts at the first import, tie-out.

    Balances and sum are signed as the account holder sees them. Its rows name it in
    ``bank_transactions.normalized_data`` under ``statement``. Written once; importing the file again adds
    nothing.
    """

    id = uuid_key()
    file = foreign_key("integrations.StatementFile")
    account = foreign_key("dwaybank.Account")
    connection = foreign_key("integrations.BankConnection")
    sync_log_id = models.UUIDField(_("sync"), null=True, blank=True)
    external_account_id = models.CharField(max_length=255)
    currency = models.CharField(max_length=3)
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True)
    opening_balance = MoneyField(null=True, blank=True)
    closing_balance = MoneyField(null=True, blank=True)
    signed_sum = MoneyField()
    transactions_seen = models.IntegerField(_("seen"))
    transactions_imported = models.IntegerField(_("imported"))
    transactions_duplicates = models.IntegerField(_("duplicates"))
    transactions_changed = models.IntegerField(_("of these changed"), db_default=0)
    transactions_rejected = models.IntegerField(_("rejected"))
    ties_out = models.GeneratedField(
        expression=RawSQL("opening_balance + signed_sum = closing_balance", []),
        output_field=models.BooleanField(null=True),
        db_persist=True,
        help_text=_("Opening balance + rows = closing balance; unknown where the file gives not both."),
    )
    created_at = timestamp_field()

    class Meta:
        db_table = "bank_statements"
        verbose_name = _("statement")
        indexes = [
            Index(fields=["account", "period_end"], name="idx_bank_statements_account_period"),
            Index(fields=["connection"], name="idx_bank_statements_connection_id"),
        ]
        constraints = [
            DatabaseForeignKey(field="file", on_delete=OnDelete.CASCADE, name="bank_statements_file_id_fkey"),
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="bank_statements_account_id_fkey"),
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.CASCADE, name="bank_statements_connection_id_fkey"
            ),
            models.UniqueConstraint(fields=["file", "account"], name="bank_statements_file_account_key"),
            models.CheckConstraint(
                condition=models.Q(
                    transactions_seen=models.F("transactions_imported")
                    + models.F("transactions_duplicates")
                    + models.F("transactions_rejected")
                ),
                name="bank_statements_counts_check",
                violation_error_message=_("Rows seen must equal imported + duplicates + rejected."),
            ),
            models.CheckConstraint(
                condition=models.Q(transactions_changed__lte=models.F("transactions_duplicates")),
                name="bank_statements_changed_check",
                violation_error_message=_("Changed rows are counted among the duplicates."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.external_account_id} {self.period_start or '?'} \u2013 {self.period_end or '?'}"
