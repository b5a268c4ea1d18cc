"""The job queue: Procrastinate on the same PostgreSQL, so that a job and the change it belongs to commit together.

Tasks stand in ``<app>/tasks.py`` and are thin: they parse their arguments and call a function. Arguments are JSON and
hold ids, never secrets. ``scheduled()`` declares a periodic task; ``upkeep`` keeps the queue itself in order;
``manage.py worker`` runs jobs.
"""

from dwaybank.jobs.registry import SCHEDULED, Scheduled, defer_once, queue, scheduled

__all__ = ["SCHEDULED", "Scheduled", "defer_once", "queue", "scheduled"]
