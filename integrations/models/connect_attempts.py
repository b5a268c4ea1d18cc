"""The table ``connect_attempts``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index


class ConnectAttempt(models.Model):
    """A customer on the way to their bank and back: from the address we sent them to until the callback.

    ``state_sha256`` is the hash of the unguessable text that has to come back; ``sealed`` holds, encrypted, what the
    connector needs then (the code verifier of PKCE). Used once, and not after ``expires_at``.
    """

    id = uuid_key()
    user = foreign_key("dwaybank.User")
    connection = foreign_key("integrations.BankConnection", null=True, blank=True)
    connector_id = models.CharField(max_length=50)
    state_sha256 = models.CharField(max_length=64, editable=False)
    sealed = models.TextField(editable=False)
    redirect_uri = models.TextField()
    requested_by = models.UUIDField(null=True, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = timestamp_field()

    class Meta:
        db_table = "connect_attempts"
        verbose_name = _("connect attempt")
        indexes = [Index(fields=["expires_at"], name="idx_connect_attempts_open", condition=Q(used_at__isnull=True))]
        constraints = [
            DatabaseForeignKey(field="user", on_delete=OnDelete.CASCADE, name="connect_attempts_user_id_fkey"),
            DatabaseForeignKey(
                field="connection", on_delete=OnDelete.CASCADE, name="connect_attempts_connection_id_fkey"
            ),
            models.UniqueConstraint(fields=["state_sha256"], name="idx_connect_attempts_state"),
        ]

    def __str__(self) -> str:
        return f"{self.connector_id} {self.pk}"
