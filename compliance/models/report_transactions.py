"""The table ``compliance_report_transactions``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.enums import TransactionRole
from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class ComplianceReportTransaction(models.Model):
    """One transaction of one report: why it is in it, and a copy of what is filed of it.

    ``snapshot`` is ``{"transaction": …, "definitions": [...]}`` in the regulator's shape; ids of its definitions are
    its own and are renumbered when the payload is made. While the report is a draft the copy follows its sources; from
    review on a trigger keeps this row as it is, so that later edits never change what was filed.
    """

    id = uuid_key()
    report = foreign_key("compliance.ComplianceReport", related_name="transactions")
    position = models.IntegerField()
    transaction_role = models.CharField(_("role"), max_length=20, choices=TransactionRole.choices)
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)
    occurred_at = models.DateTimeField(_("took place"), null=True, blank=True)
    amount_cad = MoneyField(verbose_name=_("in Canadian dollars"), null=True, blank=True)
    cash_record = foreign_key("compliance.LargeCashRecord", null=True, blank=True)
    bank_transaction = foreign_key("integrations.BankTransactionKey", null=True, blank=True)
    ledger_transaction = foreign_key("dwaybank.Transaction", null=True, blank=True)
    snapshot = models.JSONField()
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "compliance_report_transactions"
        verbose_name = _("transaction of a report")
        verbose_name_plural = _("transactions of reports")
        indexes = [
            Index(fields=["report", "position"], name="idx_compliance_report_transactions_report"),
            # "in which reports is this receipt"
            Index(
                fields=["cash_record"],
                name="idx_compliance_report_transactions_cash_record",
                condition=models.Q(cash_record__isnull=False),
            ),
        ]
        constraints = [
            DatabaseForeignKey(
                field="report", on_delete=OnDelete.CASCADE, name="compliance_report_transactions_report_id_fkey"
            ),
            DatabaseForeignKey(
                field="cash_record",
                on_delete=OnDelete.REFUSE,
                name="compliance_report_transactions_cash_record_id_fkey",
            ),
            DatabaseForeignKey(
                field="bank_transaction",
                on_delete=OnDelete.SET_NULL,
                name="compliance_report_transactions_bank_transaction_id_fkey",
            ),
            DatabaseForeignKey(
                field="ledger_transaction",
                on_delete=OnDelete.SET_NULL,
                name="compliance_report_transactions_ledger_transaction_id_fkey",
            ),
            values_check("transaction_role", TransactionRole, "compliance_report_transactions_role_check"),
            models.CheckConstraint(
                condition=models.Q(window_start__isnull=True, window_end__isnull=True)
                | models.Q(
                    window_start__isnull=False, window_end__isnull=False, window_end__gt=models.F("window_start")
                ),
                name="compliance_report_transactions_window_check",
                violation_error_message=_("A window has a start and a later end."),
            ),
            models.UniqueConstraint(
                fields=["report", "cash_record"],
                name="idx_compliance_report_transactions_once",
                violation_error_message=_("This receipt stands in the report already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_transaction_role_display()} {self.amount_cad or ''}".strip()
