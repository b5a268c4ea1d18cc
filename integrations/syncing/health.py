"""How connections are, from the view ``bank_integration_health`` and what waits beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection as database

from dwaybank.jobs.upkeep import waiting_jobs
from integrations.models import BankIntegrationHealth, BankSyncLog, IntegrationError, SyncRequest, WebhookDelivery
from integrations.syncing.switch import is_enabled

_EXPIRED: Final = "expired"
_WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > CURRENT_TIMESTAMP - interval '30 seconds'"


@dataclass(frozen=True, slots=True)
class Health:
    """The state of bank integration as a whole, and connection by connection, worst first."""

    enabled: bool
    workers: int
    connections: list[dict[str, Any]]
    running_syncs: int
    requests_waiting: int
    deliveries_waiting: int
    unresolved_errors: int
    jobs_waiting: dict[str, int]

    @property
    def needs_attention(self) -> bool:
        """Whether somebody should look."""
        poor = any(one["health_score"] < 80 or one["token_status"] == _EXPIRED for one in self.connections)
        return poor or not self.enabled or (self.workers == 0 and bool(self.jobs_waiting))


def integration_health() -> Health:
    """Look at everything once."""
    rows = BankIntegrationHealth.objects.order_by("health_score", "bank_name", "pk").values(
        "connection_id",
        "bank_id",
        "bank_name",
        "connection_status",
        "health_score",
        "token_status",
        "consecutive_failures",
        "last_successful_sync",
        "sync_count_7d",
        "error_count_7d",
        "avg_sync_duration_ms",
    )
    with database.cursor() as cursor:
        cursor.execute(_WORKERS)
        workers = int(cursor.fetchone()[0])
    return Health(
        enabled=is_enabled(),
        workers=workers,
        connections=[dict(row) for row in rows],
        running_syncs=BankSyncLog.objects.filter(
            sync_status__in=["started", "in_progress"], completed_at__isnull=True
        ).count(),
        requests_waiting=SyncRequest.objects.filter(request_status="queued").count(),
        deliveries_waiting=WebhookDelivery.objects.filter(verdict="accepted", processed_at__isnull=True).count(),
        unresolved_errors=IntegrationError.objects.filter(resolution_status__in=["new", "in_progress"]).count(),
        jobs_waiting=waiting_jobs(),
    )
