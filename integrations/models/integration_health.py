"""The view ``bank_integration_health``, to read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dwaybank.db.constraints import foreign_key
from integrations.enums import Bank, ConnectionStatus


class BankIntegrationHealth(models.Model):
    """Health of each connection that is not deleted: score 0 to 100, the last seven days, token state."""

    connection = models.OneToOneField(
        "integrations.BankConnection",
        primary_key=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="health",
    )
    user = foreign_key("dwaybank.User")
    bank_id = models.CharField(_("bank"), max_length=20, choices=Bank.choices)
    bank_name = models.CharField(max_length=100)
    connection_status = models.CharField(_("status"), max_length=20, choices=ConnectionStatus.choices)
    linked_accounts_count = models.IntegerField()
    last_successful_sync = models.DateTimeField(null=True)
    consecutive_failures = models.IntegerField()
    health_score = models.IntegerField()
    sync_count_7d = models.BigIntegerField(_("syncs in 7 days"), null=True)
    error_count_7d = models.BigIntegerField(_("failures in 7 days"), null=True)
    avg_sync_duration_ms = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    token_status = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "bank_integration_health"
        managed = False
        verbose_name = _("connection health")
        verbose_name_plural = _("connection health")

    def __str__(self) -> str:
        return f"{self.bank_name} {self.health_score}"
