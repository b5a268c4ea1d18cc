"""The table ``linked_accounts``: by which names banks know DwayBank's external accounts."""

from __future__ import annotations

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from integrations.enums import Bank, IdentifierKind


class LinkedAccount(models.Model):
    """One name under which one bank reports one account through one connection.

    An account may have several names: its number in OFX, a debit card's number in a CSV; and a debit card may open
    several accounts. Only an account number belongs to one account. ``account_key`` is the
    name without spaces and dashes, so that ``01234-5678901`` and ``012345678901`` are one. A trigger keeps
    ``bank_connections.linked_accounts_count``.
    """

    id = uuid_key()
    connection = foreign_key("integrations.BankConnection")
    account = foreign_key("dwaybank.Account")
    bank_id = models.CharField(_("bank"), max_length=20, choices=Bank.choices)
    external_account_id = models.CharField(max_length=255)
    identifier_kind = models.CharField(max_length=20, choices=IdentifierKind.choices)
    currency = models.CharField(max_length=3)
    account_key = models.GeneratedField(
        expression=RawSQL("upper(regexp_replace(external_account_id, '[^0-9A-Za-z*]', '', 'g'))", []),
        output_field=models.CharField(max_length=255),
        db_persist=True,
    )
    created_at = timestamp_field()
    updated_at = timestamp_field()

    class Meta:
        db_table = "linked_accounts"
        verbose_name = _("linked account")
        indexes = [Index(fields=["account"], name="idx_linked_accounts_account_id")]
        constraints = [
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.CASCADE, name="linked_accounts_connection_id_fkey"
            ),
            DatabaseForeignKey(field="account", on_delete=OnDelete.CASCADE, name="linked_accounts_account_id_fkey"),
            values_check("bank_id", Bank, "linked_accounts_bank_id_check"),
            values_check("identifier_kind", IdentifierKind, "linked_accounts_identifier_kind_check"),
            models.UniqueConstraint(
                fields=["connection", "account_key", "currency", "account"],
                name="linked_accounts_connection_account_key",
                violation_error_message=_("This connection already knows this account by this name."),
            ),
            models.UniqueConstraint(
                fields=["bank_id", "account_key", "currency"],
                condition=models.Q(identifier_kind=IdentifierKind.ACCOUNT_NUMBER),
                name="linked_accounts_bank_account_key",
                violation_error_message=_("This account number is already linked to another connection."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_bank_id_display()} {self.external_account_id} {self.currency}"
