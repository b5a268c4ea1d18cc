"""Jobs run in the test's own process and transaction, as a worker would take them."""

from __future__ import annotations

import json

from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.jobs import Status

from dwaybank.jobs import queue

MAX_JOBS = 1000


def run_jobs(*queues: str) -> list[str]:
    """Run every job that is due, and those they bring, in order; the names of their tasks. A job's error is raised."""
    done: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        worker = cursor.fetchone()[0]
    while len(done) < MAX_JOBS:
        job = async_to_sync(queue.job_manager.fetch_job)(queues=list(queues) or None, worker_id=worker)
        if job is None:
            return done
        done.append(job.task_name)
        # Django leaves JSON as text, which a worker's own connection does not
        arguments = json.loads(job.task_kwargs) if isinstance(job.task_kwargs, str) else job.task_kwargs
        queue.tasks[job.task_name](**arguments)
        async_to_sync(queue.job_manager.finish_job)(job=job, status=Status.SUCCEEDED, delete_job=False)
    raise AssertionError(f"more than {MAX_JOBS} jobs: they bring one another")
