"""The table ``accounts``: DwayBank's accounts, its own and those held at other banks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import MoneyField, currency_field, timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class Account(models.Model):
    """One account in DwayBank's ledger. ``is_external``: held at another bank and fed by its data.

    Written by DwayBank's services; the back office adds external accounts when it links them, and keeps the
    four columns about bank data.
    """

    id = uuid_key()
    user = foreign_key("dwaybank.User")
    account_name = models.CharField(max_length=255)
    account_type = models.CharField(max_length=50)
    currency = currency_field()
    current_balance = MoneyField(db_default=0)
    is_external = models.BooleanField(_("held at another bank"), db_default=False)
    deleted_at = models.DateTimeField(null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()
    # Added for bank integration
    external_bank_name = models.CharField(max_length=100, null=True, blank=True)
    external_account_id = models.CharField(max_length=255, null=True, blank=True)
    last_sync_date = models.DateTimeField(null=True, blank=True)
    sync_enabled = models.BooleanField(null=True, db_default=False)

    class Meta:
        db_table = "accounts"
        verbose_name = _("account")
        indexes = [
            Index(fields=["user"], name="idx_accounts_user_id"),
            # "which accounts does the sync of this bank touch"
            Index(
                fields=["external_bank_name"],
                name="idx_accounts_external_bank",
                condition=models.Q(external_bank_name__isnull=False),
            ),
            Index(
                fields=["external_account_id"],
                name="idx_accounts_external_id",
                condition=models.Q(external_account_id__isnull=False),
            ),
            # "what is due for a sync"
            Index(
                fields=["sync_enabled"],
                name="idx_accounts_sync_enabled",
                condition=models.Q(sync_enabled=True),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="user", on_delete=OnDelete.CASCADE, name="accounts_user_id_fkey"),
        ]

    def __str__(self) -> str:
        return f"{self.account_name} ({self.external_account_id or self.pk})"
