"""What is to be done now: connections whose time has come, requests that wait for it, deliveries, errors to retry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.models import Q

from integrations.enums import ResolutionStatus, SyncReason
from integrations.models import IntegrationError
from integrations.syncing.logs import reap_logs
from integrations.syncing.requests import release_due, request_sync
from integrations.syncing.switch import is_enabled
from integrations.webhooks.processing import process_waiting

# active, live, not waiting or running already, and due: its time has come, or it has never been synced; while the
# breaker is open, its probe has
_DUE = """
    SELECT c.id, COALESCE(c.consecutive_failures, 0) >= 5, s.synced_through IS NULL AND s.cursor IS NULL
    FROM bank_connections c
    LEFT JOIN connection_sync_states s ON s.connection_id = c.id
    WHERE c.deleted_at IS NULL AND c.connection_status = 'active' AND c.connection_type IN ('oauth', 'aggregation')
        AND CASE
            WHEN COALESCE(c.consecutive_failures, 0) >= 5 THEN COALESCE(s.next_probe_at, '-infinity') <= %(now)s
            ELSE COALESCE(s.next_sync_at, '-infinity') <= %(now)s
        END
        AND NOT EXISTS (
            SELECT FROM sync_requests r
            WHERE r.connection_id = c.id AND r.request_status IN ('queued', 'running')
                AND r.window_start IS NULL AND r.account_id IS NULL
        )
    ORDER BY s.next_sync_at NULLS FIRST, c.id
"""


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What one look at the clock set going."""

    requested: int
    released: int
    logs_closed: int
    deliveries: int


def request_due(now: datetime) -> list[UUID]:
    """Ask for a sync of every connection that is due; returns the requests."""
    with database.cursor() as cursor:
        cursor.execute(_DUE, {"now": now})
        found = cursor.fetchall()
    requests = []
    for connection_id, is_probe, is_first in found:
        reason = SyncReason.PROBE if is_probe else SyncReason.INITIAL if is_first else SyncReason.SCHEDULED
        requests.append(request_sync(connection_id=connection_id, reason=reason))
    return requests


def dispatch(now: datetime) -> Dispatched:
    """Close the logs of dead workers; then, if integration is on, set going everything that is due.

    Every worker does this once a minute; doing it twice does nothing twice.
    """
    closed = reap_logs(now)
    if not is_enabled():
        return Dispatched(0, 0, closed, 0)
    deliveries = process_waiting(now)
    requested = len(request_due(now))
    return Dispatched(requested, release_due(now), closed, deliveries)


def retry_errors(now: datetime, *, connection_id: UUID | None = None, everything: bool = False) -> list[UUID]:
    """Ask for a sync of each connection with an open error that is worth it; returns the requests.

    Those whose next retry is due, or with ``everything`` all that wait for us or the bank. Errors that only the
    customer can mend (authentication) are never retried so: the bank would lock the door.
    """
    due = Q(next_retry_at__lte=now)
    if everything:
        due |= Q(next_retry_at__isnull=True)
    open_errors = IntegrationError.objects.filter(
        due,
        operation_type="sync",
        connection__deleted_at__isnull=True,
        connection__connection_status="active",
        connection__connection_type__in=["oauth", "aggregation"],
        resolution_status__in=[ResolutionStatus.NEW, ResolutionStatus.IN_PROGRESS],
    ).exclude(error_type="authentication")
    if connection_id is not None:
        open_errors = open_errors.filter(connection=connection_id)
    with transaction.atomic():
        return [
            request_sync(connection_id=found, reason=SyncReason.RETRY)
            for found in open_errors.order_by("connection").values_list("connection", flat=True).distinct()
        ]
