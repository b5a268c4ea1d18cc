"""Sync logs of live connections, through the schema's functions."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection as database

from integrations.enums import SyncStatus, SyncType
from integrations.models import BankSyncLog
from integrations.syncing.locks import LockKind, connection_lock

# A log of a statement import holds no lock; no import takes so long.
_ABANDONED_IMPORT: Final = timedelta(hours=6)
_OPEN: Final = (SyncStatus.STARTED, SyncStatus.IN_PROGRESS)
_DEAD: Final = {
    "error_message": "The worker that ran this sync ended without a word; it was closed as timed out.",
    "errors_count": 1,
}


def open_log(connection_id: UUID, sync_type: SyncType, metadata: dict[str, Any]) -> UUID:
    """Open a log by ``record_sync_attempt()``. Raises the database's error for a deleted connection."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT record_sync_attempt(%s, %s, 'full', p_sync_metadata => %s)",
            [connection_id, sync_type.value, json.dumps(metadata)],
        )
        return UUID(str(cursor.fetchone()[0]))


def note_progress(log_id: UUID, *, step: str, transactions: int = 0, accounts: int = 0) -> None:
    """What a running sync is doing, for those who watch it."""
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE bank_sync_logs SET sync_status = 'in_progress', transactions_processed = %s, "
            "accounts_processed = %s, sync_metadata = COALESCE(sync_metadata, '{}') || %s::jsonb "
            "WHERE id = %s AND completed_at IS NULL",
            [transactions, accounts, json.dumps({"step": step}), log_id],
        )


def close_log(log_id: UUID, status: SyncStatus, results: dict[str, Any]) -> None:
    """Close a log by ``complete_sync_attempt()``: its counts, and the connection's failures."""
    with database.cursor() as cursor:
        cursor.execute("SELECT complete_sync_attempt(%s, %s, %s)", [log_id, status.value, json.dumps(results)])


def close_stale_logs(connection_id: UUID) -> int:
    """Close as timed out what earlier runs of this connection left open. The caller holds its sync lock, so that
    none of them can be running; imports of files hold no such lock and are left alone."""
    stale = BankSyncLog.objects.filter(
        connection=connection_id, completed_at__isnull=True, sync_metadata__has_key="request"
    ).values_list("pk", flat=True)
    found = list(stale)
    for log_id in found:
        close_log(log_id, SyncStatus.TIMEOUT, _DEAD)
    return len(found)


def reap_logs(now: datetime) -> int:
    """Close as timed out every log whose worker is dead; returns how many.

    A worker holds its connection's lock for as long as it lives, so whoever gets the lock knows that nobody runs it.
    """
    closed = 0
    open_logs = BankSyncLog.objects.filter(sync_status__in=_OPEN, completed_at__isnull=True)
    connections = (
        open_logs.filter(sync_metadata__has_key="request").order_by("connection").values_list("connection", flat=True)
    )
    for connection_id in list(connections.distinct()):
        with connection_lock(LockKind.SYNC, connection_id, wait=False) as held:
            if held:
                closed += close_stale_logs(connection_id)
    abandoned = open_logs.exclude(sync_metadata__has_key="request").filter(started_at__lt=now - _ABANDONED_IMPORT)
    for log_id in list(abandoned.values_list("pk", flat=True)):
        close_log(log_id, SyncStatus.TIMEOUT, _DEAD)
        closed += 1
    return closed
