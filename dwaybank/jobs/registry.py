"""The queue's application object and the list of periodic tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, ParamSpec, TypeVar

from django.db import transaction
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

__all__ = ["SCHEDULED", "Scheduled", "defer_once", "queue", "scheduled"]

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A periodic task: its name in the queue, when it runs (cron, UTC), and the command that does the same by hand."""

    name: str
    cron: str
    command: str


SCHEDULED: Final[dict[str, Scheduled]] = {}


def scheduled(*, name: str, cron: str, command: str) -> Callable[[Callable[[], Any]], Task[Any, Any, Any]]:
    """Make a function without arguments a periodic task.

    Every worker offers it to the queue, which takes each moment once. It never runs twice at the same time (``lock``)
    nor queues up behind itself (``queueing_lock``). ``command`` names the ``manage.py`` command, with its options,
    that does the same.
    """

    def register(function: Callable[[], Any]) -> Task[Any, Any, Any]:
        def run(timestamp: int) -> None:
            function()

        run.__doc__ = function.__doc__
        task: Task[Any, Any, Any] = queue.task(name=name, queue="periodic", lock=name, queueing_lock=name)(run)
        queue.periodic(cron=cron)(task)
        SCHEDULED[name] = Scheduled(name, cron, command)
        return task

    return register


def defer_once(task: str, *, queue_name: str, once: str, lock: str | None = None, **arguments: Any) -> bool:
    """Queue a job in the caller's transaction unless one called ``once`` waits already; whether it was queued.

    Jobs with the same ``lock`` run one at a time, over all workers. Arguments are JSON.
    """
    job = queue.configure_task(task, queue=queue_name, lock=lock, queueing_lock=once)
    try:
        with transaction.atomic():
            job.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True
