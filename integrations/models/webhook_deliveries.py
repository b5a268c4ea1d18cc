"""The table ``webhook_deliveries``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import DatabaseForeignKey, OnDelete, foreign_key, values_check
from dwaybank.db.fields import timestamp_field, uuid_key
from dwaybank.db.indexes import Index
from integrations.enums import DeliveryVerdict


class WebhookDelivery(models.Model):
    """One request to a webhook and what was decided about it before anything of it was parsed.

    Of an accepted one the bytes are kept as they came; of a refused one only their number and hash, so that a stranger
    cannot fill the disk. An ``unverified`` one waits, with its signature in ``proof``, for a key that has to be asked
    for. An event id is accepted once per hook. ``processed_at`` is when its sync was asked for: not while integration
    is switched off.
    """

    id = uuid_key()
    webhook = foreign_key("integrations.BankWebhook")
    verdict = models.CharField(max_length=20, choices=DeliveryVerdict.choices)
    verdict_reason = models.TextField(blank=True, db_default="")
    event_id = models.CharField(max_length=255, null=True, blank=True)
    event_type = models.CharField(max_length=100, blank=True, db_default="")
    body = models.BinaryField(null=True)
    proof = models.TextField(blank=True, db_default="", editable=False)
    body_sha256 = models.CharField("SHA-256", max_length=64, blank=True, db_default="")
    size_bytes = models.BigIntegerField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    sync_request = foreign_key("integrations.SyncRequest", null=True, blank=True)
    created_at = timestamp_field()

    class Meta:
        db_table = "webhook_deliveries"
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [
            Index(fields=["webhook", "-received_at"], name="idx_webhook_deliveries_webhook"),
            Index(fields=["-received_at"], name="idx_webhook_deliveries_received_at"),
            # "accepted and not yet processed"
            Index(
                fields=["received_at"],
                name="idx_webhook_deliveries_waiting",
                condition=Q(
                    verdict__in=[DeliveryVerdict.ACCEPTED, DeliveryVerdict.UNVERIFIED], processed_at__isnull=True
                ),
            ),
        ]
        constraints = [
            DatabaseForeignKey(field="webhook", on_delete=OnDelete.CASCADE, name="webhook_deliveries_webhook_id_fkey"),
            DatabaseForeignKey(
                field="sync_request", on_delete=OnDelete.SET_NULL, name="webhook_deliveries_sync_request_id_fkey"
            ),
            values_check("verdict", DeliveryVerdict, "webhook_deliveries_verdict_check"),
            models.CheckConstraint(
                condition=Q(verdict=DeliveryVerdict.ACCEPTED)
                | Q(verdict=DeliveryVerdict.UNVERIFIED, processed_at__isnull=True)
                | Q(processed_at__isnull=True, body__isnull=True),
                name="webhook_deliveries_refused_check",
                violation_error_message=_("What was not accepted is never processed, and its bytes are not kept."),
            ),
            models.CheckConstraint(
                condition=~Q(verdict=DeliveryVerdict.ACCEPTED) | Q(event_id__isnull=False, body__isnull=False),
                name="webhook_deliveries_accepted_check",
            ),
            models.UniqueConstraint(
                fields=["webhook", "event_id"],
                condition=Q(verdict=DeliveryVerdict.ACCEPTED),
                name="idx_webhook_deliveries_event_once",
                violation_error_message=_("This event was received before."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.pk}"
