"""The table ``pending_transactions``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import MoneyField, timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from dwaybank.enums import TransactionType
from integrations.enums import PendingLink, PendingStatus


class PendingTransaction(models.Model):
    """A movement that a bank announced and has not booked. It is shown apart and never booked from here.

    Each ends as ``posted`` (booked as announced), ``changed`` (booked with another amount), ``vanished`` (withdrawn or
    no longer listed) or ``expired`` (nothing heard for long). ``posted_as`` is the booked row it became, ``linked_by``
    how that is known. One that is listed again after it vanished is pending again.
    """

    id = uuid_key()
    connection = foreign_key("integrations.BankConnection")
    account = foreign_key("dwaybank.Account")
    external_account_id = models.CharField(max_length=255)
    external_transaction_id = models.CharField(max_length=255)
    amount = MoneyField()
    currency = models.CharField(max_length=3)
    transaction_type = models.CharField(_("direction"), max_length=20, choices=TransactionType.choices)
    transaction_date = models.DateField()
    description = models.TextField(blank=True, db_default="")
    raw_data = models.JSONField()
    pending_status = models.CharField(
        _("status"), max_length=20, choices=PendingStatus.choices, db_default=PendingStatus.PENDING
    )
    posted_as = foreign_key("integrations.BankTransactionKey", null=True, blank=True, db_column="posted_as")
    linked_by = models.CharField(max_length=20, blank=True, choices=PendingLink.choices, db_default="")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "pending_transactions"
        verbose_name = _("pending transaction")
        indexes = [
            # "what is pending on this account"
            Index(
                fields=["account", "-transaction_date"],
                name="idx_pending_transactions_open",
                condition=Q(pending_status=PendingStatus.PENDING),
            ),
            Index(fields=["account", "-first_seen_at"], name="idx_pending_transactions_account"),
            Index(fields=["posted_as"], name="idx_pending_transactions_posted", condition=Q(posted_as__isnull=False)),
        ]
        constraints = [
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.CASCADE, name="pending_transactions_connection_id_fkey"
            ),
            DatabaseForeignKey(
                field="account", on_delete=OnDelete.CASCADE, name="pending_transactions_account_id_fkey"
            ),
            DatabaseForeignKey(
                field="posted_as", on_delete=OnDelete.SET_NULL, name="pending_transactions_posted_as_fkey"
            ),
            values_check("transaction_type", TransactionType, "pending_transactions_type_check"),
            values_check("pending_status", PendingStatus, "pending_transactions_status_check"),
            models.CheckConstraint(
                condition=Q(linked_by__in=["", *PendingLink.values]), name="pending_transactions_linked_by_check"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="pending_transactions_amount_check"),
            models.CheckConstraint(
                condition=Q(pending_status=PendingStatus.PENDING, ended_at__isnull=True)
                | (~Q(pending_status=PendingStatus.PENDING) & Q(ended_at__isnull=False)),
                name="pending_transactions_ended_check",
            ),
            models.CheckConstraint(
                condition=Q(pending_status__in=[PendingStatus.POSTED, PendingStatus.CHANGED])
                | Q(posted_as__isnull=True, linked_by=""),
                name="pending_transactions_link_check",
            ),
            models.UniqueConstraint(
                fields=["connection", "external_account_id", "external_transaction_id"],
                name="idx_pending_transactions_unique",
            ),
        ]

    def __str__(self) -> str:
        moved = f"{self.get_transaction_type_display()} {self.amount} {self.currency}"
        return f"{self.transaction_date} {moved} {self.get_pending_status_display()}"
