"""The table ``transaction_parts``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from reconciliation.enums import GroupMade


class TransactionPart(models.Model):
    """One ledger transaction as part of another, so that a mapping stays one to one where money moved in batches.

    One bank line of several ledger transactions: the back office makes the whole (``made`` = parent) and maps it.
    Several bank lines of one ledger transaction: it makes the parts (``made`` = parts) and maps each. What it made has
    the status ``grouping`` and is no money of its own. The parts add up to the whole: a deferred trigger holds that.
    """

    id = uuid_key()
    parent = foreign_key("dwaybank.Transaction")
    part = foreign_key("dwaybank.Transaction")
    made = models.CharField(max_length=10, choices=GroupMade.choices)
    created_at = timestamp_field()

    class Meta:
        db_table = "transaction_parts"
        verbose_name = _("part of a ledger transaction")
        verbose_name_plural = _("parts of ledger transactions")
        indexes = [Index(fields=["parent"], name="idx_transaction_parts_parent")]
        constraints = [
            DatabaseForeignKey(field="parent", on_delete=OnDelete.CASCADE, name="transaction_parts_parent_id_fkey"),
            DatabaseForeignKey(field="part", on_delete=OnDelete.CASCADE, name="transaction_parts_part_id_fkey"),
            values_check("made", GroupMade, "transaction_parts_made_check"),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("part")),
                name="transaction_parts_self_check",
                violation_error_message=_("A ledger transaction is no part of itself."),
            ),
            models.UniqueConstraint(
                fields=["part"],
                name="idx_transaction_parts_part",
                violation_error_message=_("This ledger transaction is part of another already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} in {self.parent_id}"
