"""The table ``bank_transaction_duplicates``: which stored row is the same movement as which."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import timestamp_field, uuid_key


class BankTransactionDuplicate(models.Model):
    """A movement that a second source reported (OFX, then CSV): the later row, and the one it repeats.

    The later row has processing_status ``duplicate``; only the row it points to counts. ``source`` is the later
    row's feed (``csv-td``, ``ofx``): one source repeats a movement once, so of two equal coffees in it the second
    is a movement of its own.
    """

    id = uuid_key()
    bank_transaction = foreign_key("integrations.BankTransactionKey")
    duplicate_of = foreign_key("integrations.BankTransactionKey")
    source = models.CharField(max_length=30)
    created_at = timestamp_field()

    class Meta:
        db_table = "bank_transaction_duplicates"
        verbose_name = _("duplicate")
        constraints = [
            DatabaseForeignKey(
                field="bank_transaction",
                on_delete=OnDelete.CASCADE,
                name="bank_transaction_duplicates_bank_transaction_id_fkey",
            ),
            DatabaseForeignKey(
                field="duplicate_of",
                on_delete=OnDelete.CASCADE,
                name="bank_transaction_duplicates_duplicate_of_id_fkey",
            ),
            models.UniqueConstraint(
                fields=["bank_transaction"], name="bank_transaction_duplicates_bank_transaction_id_key"
            ),
            models.UniqueConstraint(fields=["duplicate_of", "source"], name="bank_transaction_duplicates_source_key"),
            models.CheckConstraint(
                condition=~models.Q(bank_transaction=models.F("duplicate_of")),
                name="bank_transaction_duplicates_two_rows_check",
                violation_error_message=_("A row cannot be a duplicate of itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_transaction_id} repeats {self.duplicate_of_id}"
