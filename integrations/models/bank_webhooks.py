"""The table ``bank_webhooks``."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from integrations.enums import Bank, WebhookStatus


class BankWebhook(models.Model):
    """Where and how a bank or aggregator tells us of news; one per connection.

    ``webhook_secret`` and ``verification_token`` hold ciphertext. Payloads are hints: the sync fetches the
    truth.
    """

    id = uuid_key()
    connection = foreign_key("integrations.BankConnection")
    bank_id = models.CharField(_("bank"), max_length=20, choices=Bank.choices)
    webhook_url = models.TextField()
    webhook_secret = models.TextField(editable=False)
    webhook_events = ArrayField(models.TextField())
    webhook_status = models.CharField(
        _("status"),
        max_length=20,
        null=True,
        blank=True,
        choices=WebhookStatus.choices,
        db_default=WebhookStatus.ACTIVE,
    )
    last_verification_at = models.DateTimeField(null=True, blank=True)
    verification_token = models.TextField(null=True, blank=True, editable=False)
    events_received = models.IntegerField(null=True, db_default=0)
    last_event_at = models.DateTimeField(null=True, blank=True)
    last_successful_event_at = models.DateTimeField(null=True, blank=True)
    consecutive_failures = models.IntegerField(null=True, db_default=0)
    supported_events = ArrayField(models.TextField(), null=True, blank=True)
    webhook_version = models.CharField(max_length=10, null=True, blank=True)
    webhook_metadata = models.JSONField(null=True, blank=True)
    created_at = timestamp_field()
    updated_at = timestamp_field()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "bank_webhooks"
        verbose_name = _("webhook")
        indexes = [
            Index(fields=["bank_id"], name="idx_bank_webhooks_bank_id"),
            Index(fields=["webhook_status"], name="idx_bank_webhooks_status"),
            # "which hooks end soon"
            Index(
                fields=["expires_at"],
                name="idx_bank_webhooks_expires_at",
                condition=models.Q(expires_at__isnull=False),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="connection", on_delete=OnDelete.CASCADE, name="bank_webhooks_connection_id_fkey"),
            values_check("bank_id", Bank, "bank_webhooks_bank_id_check"),
            values_check("webhook_status", WebhookStatus, "bank_webhooks_status_check"),
            models.UniqueConstraint(
                fields=["connection"],
                name="idx_bank_webhooks_connection_id",
                violation_error_message=_("This connection already has a webhook."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_bank_id_display()} {self.get_webhook_status_display()} {self.pk}"
