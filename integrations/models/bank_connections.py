"""The table ``bank_connections``."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from integrations.enums import Bank, ConnectionStatus, ConnectionType
from integrations.models.triggers import connection_retention_guard


class BankConnection(models.Model):
    """One customer's consent to read their data at one bank, with what is needed to do so.

    Credentials and tokens stand here only as ciphertext, with the id of the key that made it; a connection
    that is fed by statement files holds no secret (empty text under the key id ``none``). Connections are
    soft-deleted (``deleted_at``, ``deleted_by``); the database refuses to delete one before
    ``data_retention_until``.
    """

    id = uuid_key()
    user = foreign_key("dwaybank.User")
    bank_id = models.CharField(_("bank"), max_length=20, choices=Bank.choices)
    bank_name = models.CharField(max_length=100)
    connection_type = models.CharField(max_length=20, choices=ConnectionType.choices)
    encrypted_credentials = models.TextField(editable=False)
    encryption_key_id = models.CharField(max_length=100, editable=False)
    encrypted_access_token = models.TextField(null=True, blank=True, editable=False)
    encrypted_refresh_token = models.TextField(null=True, blank=True, editable=False)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    token_last_refreshed = models.DateTimeField(null=True, blank=True)
    connection_status = models.CharField(
        _("status"), max_length=20, choices=ConnectionStatus.choices, db_default=ConnectionStatus.ACTIVE
    )
    scopes = ArrayField(models.TextField(), null=True, blank=True)
    linked_accounts_count = models.IntegerField(null=True, db_default=0, editable=False)
    last_successful_sync = models.DateTimeField(null=True, blank=True)
    last_sync_attempt = models.DateTimeField(null=True, blank=True)
    consecutive_failures = models.IntegerField(null=True, db_default=0)
    last_error_message = models.TextField(null=True, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    consent_given_at = models.DateTimeField()
    consent_expires_at = models.DateTimeField(null=True, blank=True)
    data_retention_until = models.DateTimeField(null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()
    created_by = models.UUIDField(null=True, blank=True, editable=False)
    updated_by = models.UUIDField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_by = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "bank_connections"
        verbose_name = _("bank connection")
        permissions = [
            ("sync_connection", "Can sync a connection, and try again after errors"),
            ("pause_connection", "Can pause and resume a connection"),
            ("connect_bank", "Can connect a customer's bank and its webhook"),
            ("disconnect_bank", "Can disconnect a bank for good"),
        ]
        indexes = [
            Index(fields=["user"], name="idx_bank_connections_user_id"),
            Index(fields=["bank_id"], name="idx_bank_connections_bank_id"),
            Index(fields=["connection_status"], name="idx_bank_connections_status"),
            # "whose token ends soon"
            Index(
                fields=["token_expires_at"],
                name="idx_bank_connections_expires",
                condition=models.Q(token_expires_at__isnull=False),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="user", on_delete=OnDelete.CASCADE, name="bank_connections_user_id_fkey"),
            values_check("bank_id", Bank, "bank_connections_bank_id_check"),
            values_check("connection_type", ConnectionType, "bank_connections_connection_type_check"),
            values_check("connection_status", ConnectionStatus, "bank_connections_status_check"),
            models.UniqueConstraint(
                fields=["user", "bank_id"],
                condition=models.Q(deleted_at__isnull=True, connection_status=ConnectionStatus.ACTIVE),
                name="idx_bank_connections_active_user_bank",
                violation_error_message=_("This customer already has an active connection to this bank."),
            ),
        ]
        triggers = [connection_retention_guard]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.get_connection_status_display()} {self.pk}"
