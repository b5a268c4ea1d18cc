"""The table ``transaction_mappings``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from reconciliation.enums import MappingType, ReconciliationStatus


class TransactionMapping(models.Model):
    """The fact that one bank transaction and one ledger transaction are the same movement; one to one.

    It points to ``bank_transaction_keys``, so that it outlives the archiving of the bank transaction.
    """

    id = uuid_key()
    transaction = foreign_key("dwaybank.Transaction")
    bank_transaction = foreign_key("integrations.BankTransactionKey")
    mapping_type = models.CharField(max_length=20, choices=MappingType.choices)
    mapping_confidence = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    mapping_algorithm = models.CharField(max_length=50, null=True, blank=True)
    reconciliation_status = models.CharField(
        _("status"),
        max_length=20,
        null=True,
        blank=True,
        choices=ReconciliationStatus.choices,
        db_default=ReconciliationStatus.MATCHED,
    )
    discrepancy_amount = MoneyField(null=True, blank=True)
    discrepancy_reason = models.TextField(null=True, blank=True)
    reviewed_by = foreign_key("dwaybank.User", null=True, blank=True, db_column="reviewed_by")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_notes = models.TextField(null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "transaction_mappings"
        verbose_name = _("mapping")
        indexes = [
            Index(fields=["reconciliation_status"], name="idx_transaction_mappings_reconciliation_status"),
            Index(fields=["mapping_type"], name="idx_transaction_mappings_mapping_type"),
            # "what did this reviewer decide"
            Index(
                fields=["reviewed_by"],
                name="idx_transaction_mappings_reviewed_by",
                condition=models.Q(reviewed_by__isnull=False),
            ),
        ]
        constraints = [
            DatabaseForeignKey(
                field="transaction",
                on_delete=OnDelete.CASCADE,
                name="transaction_mappings_transaction_id_fkey",
            ),
            DatabaseForeignKey(
                field="bank_transaction",
                on_delete=OnDelete.CASCADE,
                name="transaction_mappings_bank_transaction_id_fkey",
            ),
            DatabaseForeignKey(
                field="reviewed_by", on_delete=OnDelete.REFUSE, name="transaction_mappings_reviewed_by_fkey"
            ),
            values_check("mapping_type", MappingType, "transaction_mappings_mapping_type_check"),
            values_check(
                "reconciliation_status",
                ReconciliationStatus,
                "transaction_mappings_reconciliation_status_check",
            ),
            models.CheckConstraint(
                condition=models.Q(mapping_confidence__isnull=True)
                | models.Q(mapping_confidence__gte=0, mapping_confidence__lte=1),
                name="transaction_mappings_confidence_range",
                violation_error_message=_("A confidence lies between 0 and 1."),
            ),
            models.UniqueConstraint(
                fields=["transaction"],
                name="idx_transaction_mappings_transaction_id",
                violation_error_message=_("This ledger transaction is already mapped."),
            ),
            models.UniqueConstraint(
                fields=["bank_transaction"],
                name="idx_transaction_mappings_bank_transaction_id",
                violation_error_message=_("This bank transaction is already mapped."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mapping_type_display()} {self.bank_transaction_id} = {self.transaction_id}"
