"""Keep the queue in order: jobs of dead workers go back, old jobs go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status

from dwaybank.jobs.registry import queue

# A worker says that it lives every ten seconds; one that has not been heard of for so long is dead.
DEAD_AFTER: Final = timedelta(seconds=30)
KEPT_FOR: Final = timedelta(days=14)
# A job that took its worker down this often would go on doing so.
MAX_ATTEMPTS: Final = 10
_REMOVE = """
    DELETE FROM procrastinate_jobs job
    WHERE status IN ('succeeded', 'failed', 'cancelled', 'aborted')
        AND NOT EXISTS (
            SELECT FROM procrastinate_events event
            WHERE event.job_id = job.id AND event.at >= CURRENT_TIMESTAMP - make_interval(secs => %s)
        )
"""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Jobs of dead workers, queued again or given up; and how many finished jobs were removed."""

    requeued: int
    given_up: int
    removed: int


def keep_queue(*, dead_after: timedelta = DEAD_AFTER, kept_for: timedelta = KEPT_FOR) -> Upkeep:
    """Queue the jobs of dead workers again and remove jobs that ended long ago.

    A job whose worker died runs again from its beginning, so every task must bear that. It is given up where the
    same work waits already (its queueing lock is taken), and after ten attempts.
    """
    stalled = list(
        async_to_sync(queue.job_manager.get_stalled_jobs)(seconds_since_heartbeat=dead_after.total_seconds())
    )
    requeued = sum(_requeue(job) for job in stalled)
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, [kept_for.total_seconds()])
        removed = cursor.rowcount
    return Upkeep(requeued, len(stalled) - requeued, removed)


def _requeue(job: Job) -> bool:
    """Whether the job waits again."""
    if job.id is None:
        return False
    if job.attempts < MAX_ATTEMPTS:
        try:
            with transaction.atomic():
                queue.job_manager.retry_job_by_id(job.id, timezone.now())
        except ConnectorException:
            # the queueing lock is taken: what this job was to do waits already
            pass
        else:
            return True
    try:
        with transaction.atomic():
            async_to_sync(queue.job_manager.finish_job)(job=job, status=Status.FAILED, delete_job=False)
    except ConnectorException:
        # it ended by itself between the two looks: a slow worker, not a dead one
        return False
    return False


def waiting_jobs() -> dict[str, int]:
    """How many jobs wait, by task; those for later included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'todo' GROUP BY 1 ORDER BY 1")
        return dict(cursor.fetchall())
