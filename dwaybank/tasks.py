"""Periodic tasks of the ground floor; each is a command too."""

from __future__ import annotations

from dwaybank.jobs import scheduled
from dwaybank.jobs.upkeep import keep_queue


@scheduled(name="dwaybank.keep_queue", cron="* * * * *", command="keep_queue")
def keep_the_queue() -> None:
    """Jobs of dead workers run again, old jobs go."""
    keep_queue()
