"""That a sync is wanted: noted and queued in the transaction of whoever asks, told to listeners when it ended.

A request waits (``queued``), is tried (``running``), waits again after a temporary failure, and ends. Jobs are put into
the queue only when they are due: a job that waits for its time would hold back others of the same connection.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dwaybank.errors import DomainError
from dwaybank.jobs import defer_once, queue
from integrations.enums import RequestStatus, SyncReason
from integrations.models import SyncRequest

Listener = Callable[[SyncRequest], None]
SYNC_TASK: Final = "integrations.sync"
ENDED_TASK: Final = "integrations.sync_ended"
_listeners: Final[dict[str, Listener]] = {}

_ASK = """
    INSERT INTO sync_requests (
        connection_id, account_id, window_start, window_end, reason, requested_by
    ) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (connection_id, account_id, window_start, window_end) WHERE request_status = 'queued'
    DO UPDATE SET requested_by = COALESCE(sync_requests.requested_by, EXCLUDED.requested_by)
    RETURNING id, next_attempt_at
"""
# what waits or runs, is due, and has no job that will do it
_WITHOUT_JOB = """
    SELECT r.id, r.connection_id FROM sync_requests r
    WHERE r.request_status IN ('queued', 'running')
        AND (r.request_status = 'running' OR COALESCE(r.next_attempt_at, '-infinity') <= %s)
        AND NOT EXISTS (
            SELECT FROM procrastinate_jobs job
            WHERE job.queueing_lock = 'sync:' || r.id AND job.status IN ('todo', 'doing')
        )
    ORDER BY r.created_at, r.id
"""


def register_listener(name: str, listener: Listener) -> None:
    """Call ``listener`` with each request that has ended, as a job of its own. The same name again replaces it."""
    _listeners[name] = listener


def request_sync(
    *,
    connection_id: UUID,
    account_id: UUID | None = None,
    start: date | None = None,
    end: date | None = None,
    reason: str,
    requested_by: UUID | None = None,
) -> UUID:
    """Ask for a sync of a connection and queue it, in the caller's transaction; returns the request's id.

    With ``start`` and ``end`` (both included) the rows of these days are fetched again, of one account or of all; else
    what is new. The same request that waits already is returned, with its time: a bank that asked us to wait is not
    asked sooner. Raises DomainError for a window without order and an unknown reason.
    """
    if (start is None) != (end is None) or (start and end and start > end):
        raise DomainError(_("A window needs a first and a last day, in that order."))
    if reason not in SyncReason.values:
        raise DomainError(
            _("There is no reason %(reason)s; known are %(list)s.")
            % {"reason": repr(reason), "list": ", ".join(SyncReason.values)}
        )
    with transaction.atomic():
        with database.cursor() as cursor:
            cursor.execute(_ASK, [connection_id, account_id, start, end, reason, requested_by])
            request_id, next_attempt_at = cursor.fetchone()
        if next_attempt_at is None:
            _enqueue(request_id, connection_id)
    return UUID(str(request_id))


def _enqueue(request_id: UUID, connection_id: UUID) -> None:
    """One job for the request; of one connection one job runs at a time."""
    defer_once(
        SYNC_TASK,
        queue_name="syncs",
        once=f"sync:{request_id}",
        lock=f"connection:{connection_id}",
        request_id=str(request_id),
    )


def release_due(now: datetime) -> int:
    """Queue every request whose time has come and that no job will do; returns how many.

    That is also how a request goes on whose job was lost, and all that waited while integration was switched off.
    """
    with database.cursor() as cursor:
        cursor.execute(_WITHOUT_JOB, [now])
        found = cursor.fetchall()
    for request_id, connection_id in found:
        _enqueue(request_id, connection_id)
    return len(found)


def postpone(request: SyncRequest, *, now: datetime, until: datetime, message: str) -> None:
    """The attempt failed in a way that may pass: the request waits until then."""
    request.request_status = RequestStatus.QUEUED
    request.next_attempt_at = until
    request.message = message
    with transaction.atomic():
        # an equal request may have come meanwhile and waits: it is the later of the two and goes on alone
        equal = SyncRequest.objects.filter(
            connection=request.connection_id,
            account=request.account_id,
            window_start=request.window_start,
            window_end=request.window_end,
            request_status=RequestStatus.QUEUED,
        )
        if twin := equal.exclude(pk=request.pk).select_for_update(no_key=True).first():
            SyncRequest.objects.filter(pk=twin.pk).update(next_attempt_at=until, attempts=request.attempts)
            end_request(request, RequestStatus.CANCELLED, now=now, message=f"Goes on as request {twin.pk}. {message}")
            return
        request.save(update_fields=["request_status", "next_attempt_at", "message", "attempts"])


def end_request(request: SyncRequest, status: RequestStatus, *, now: datetime, message: str = "") -> None:
    """The request is over; listeners are told by a job each, in the same transaction."""
    request.request_status, request.ended_at, request.message = status, now, message
    request.next_attempt_at = None
    with transaction.atomic():
        request.save(
            update_fields=["request_status", "ended_at", "message", "next_attempt_at", "attempts", "sync_log_id"]
        )
        for name in _listeners:
            queue.configure_task(ENDED_TASK, queue="follow").defer(listener=name, request_id=str(request.pk))


def tell_listener(name: str, request_id: UUID) -> None:
    """Call one listener; one that is no longer registered has nothing to hear."""
    if listener := _listeners.get(name):
        listener(SyncRequest.objects.get(pk=request_id))


def cancel_waiting(connection_id: UUID, *, now: datetime, message: str) -> int:
    """End what waits for a connection that is paused or disconnected; returns how many requests."""
    waiting = SyncRequest.objects.filter(
        Q(connection=connection_id), request_status=RequestStatus.QUEUED
    ).select_for_update(no_key=True)
    with transaction.atomic():
        found = list(waiting.order_by("pk"))
        for request in found:
            end_request(request, RequestStatus.CANCELLED, now=now, message=message)
    return len(found)
