"""The tables ``bank_transactions`` and ``bank_transactions_archive``, partitioned by month of
``transaction_date`` (``sql/tables/bank_transactions``)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import MoneyField, currency_field, timestamp_field, uuid_key
from dwaybank.db.indexes import GinIndex, Index
from dwaybank.enums import TransactionType
from integrations.enums import Bank, ProcessingStatus


class BankTransactionColumns(models.Model):
    """The columns that the live table and its archive share."""

    id = uuid_key()
    connection = foreign_key("integrations.BankConnection")
    account = foreign_key("dwaybank.Account")
    bank_id = models.CharField(_("bank"), max_length=20, choices=Bank.choices)
    external_transaction_id = models.CharField(max_length=255)
    external_account_id = models.CharField(max_length=255)
    raw_data = models.JSONField()
    normalized_data = models.JSONField()
    amount = MoneyField()
    currency = currency_field()
    transaction_type = models.CharField(_("direction"), max_length=20, choices=TransactionType.choices)
    transaction_date = models.DateField()
    posted_date = models.DateField(null=True, blank=True)
    value_date = models.DateField(null=True, blank=True)
    raw_description = models.TextField(null=True, blank=True)
    normalized_description = models.TextField(null=True, blank=True)
    merchant_name = models.CharField(max_length=255, null=True, blank=True)
    category = models.CharField(max_length=100, null=True, blank=True)
    subcategory = models.CharField(max_length=100, null=True, blank=True)
    transaction_code = models.CharField(max_length=50, null=True, blank=True)
    bank_reference = models.CharField(max_length=255, null=True, blank=True)
    processing_status = models.CharField(
        _("status"),
        max_length=20,
        null=True,
        blank=True,
        choices=ProcessingStatus.choices,
        db_default=ProcessingStatus.IMPORTED,
    )
    mapped_transaction = foreign_key("dwaybank.Transaction", null=True, blank=True)
    bank_created_at = models.DateTimeField(null=True, blank=True)
    imported_at = timestamp_field()
    processed_at = models.DateTimeField(null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        sign = "-" if self.transaction_type == TransactionType.DEBIT else "+"
        return f"{self.transaction_date} {sign}{self.amount} {self.currency} {self.raw_description or ''}".strip()


class BankTransaction(BankTransactionColumns):
    """One movement as a bank reported it: raw and normalised, a magnitude with its direction.

    Written by ``integrations.importing`` alone. The same bank id never stands twice for an account: that is
    held by ``bank_transaction_keys``, which triggers keep in step. In the database the key is
    (id, transaction_date). Earlier versions of a row that a bank changed are in
    ``bank_transaction_versions``.
    """

    class Meta:
        db_table = "bank_transactions"
        verbose_name = _("bank transaction")
        indexes = [
            Index(fields=["account"], name="idx_bank_transactions_account_id"),
            Index(fields=["connection"], name="idx_bank_transactions_connection_id"),
            Index(fields=["transaction_date"], name="idx_bank_transactions_transaction_date"),
            Index(fields=["processing_status"], name="idx_bank_transactions_processing_status"),
            Index(
                fields=["mapped_transaction"],
                name="idx_bank_transactions_mapped",
                condition=models.Q(mapped_transaction__isnull=False),
            ),
            # "rows that contain this": search in the admin, rows of one statement
            GinIndex(fields=["raw_data"], name="idx_bank_transactions_raw_data_gin", opclasses=["jsonb_path_ops"]),
            GinIndex(
                fields=["normalized_data"],
                name="idx_bank_transactions_normalized_gin",
                opclasses=["jsonb_path_ops"],
            ),
        ]
        constraints = [
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.CASCADE, name="bank_transactions_connection_id_fkey"
            ),
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="bank_transactions_account_id_fkey"),
            DatabaseForeignKey(
                field="mapped_transaction",
                on_delete=OnDelete.SET_NULL,
                name="bank_transactions_mapped_transaction_id_fkey",
            ),
            values_check("bank_id", Bank, "bank_transactions_bank_id_check"),
            values_check("transaction_type", TransactionType, "bank_transactions_type_check"),
            values_check("processing_status", ProcessingStatus, "bank_transactions_processing_status_check"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="bank_transactions_amount_check",
                violation_error_message=_("An amount is a magnitude; its direction is the transaction type."),
            ),
        ]


class ArchivedBankTransaction(BankTransactionColumns):
    """A bank transaction whose month is past seven years: its whole partition moved here, mappings intact.

    The application reads it, and purges what is past its time. Table, constraints and indexes are the live
    table's, made in SQL.
    """

    class Meta:
        db_table = "bank_transactions_archive"
        verbose_name = _("archived bank transaction")
