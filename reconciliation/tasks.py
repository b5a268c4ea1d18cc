"""Jobs of this app: matching after rows were stored."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from dwaybank.actor import Actor
from dwaybank.jobs import queue
from dwaybank.jobs.upkeep import DEAD_AFTER
from reconciliation.mapping import match_accounts, run_matching

MATCH = "reconciliation.match_account"


@queue.task(name=MATCH, queue="matching")
def match_account(account_id: str, user_id: str | None, run: str) -> None:
    """Match the open lines of one account; safe to run again."""
    actor = Actor(UUID(user_id) if user_id else None, run)
    run_matching(actor=actor, now=timezone.now(), account_id=UUID(account_id))


def match_later(account_ids: Sequence[UUID], actor: Actor) -> None:
    """Match these accounts: by a job each where a worker lives, else here and now. What follows an import or a sync.

    An account whose job waits already gets no second one. Raises DomainError as ``run_matching`` where it runs here.
    """
    if not _a_worker_lives():
        match_accounts(account_ids, actor)
        return
    for account_id in account_ids:
        name = f"{MATCH} {account_id}"
        try:
            with transaction.atomic():
                match_account.configure(lock=name, queueing_lock=name).defer(
                    account_id=str(account_id), user_id=str(actor.user_id) if actor.user_id else None, run=actor.run
                )
        except AlreadyEnqueued:
            continue  # the job that waits will see the new rows


def _a_worker_lives() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > "
            "CURRENT_TIMESTAMP - make_interval(secs => %s))",
            [DEAD_AFTER.total_seconds()],
        )
        lives: bool = cursor.fetchone()[0]
    return lives
