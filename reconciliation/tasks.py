"""Jobs of this app: matching and comparing balances after rows were stored, and after each sync of a bank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status
from procrastinate.tasks import Task

from dwaybank.actor import Actor
from dwaybank.jobs import queue, scheduled
from dwaybank.jobs.upkeep import DEAD_AFTER
from integrations.enums import RequestStatus
from integrations.models import AccountSync, SyncRequest
from reconciliation.balancing import compare_accounts
from reconciliation.balancing.comparing import accounts_to_compare
from reconciliation.balancing.resync import accounts_waiting_for
from reconciliation.mapping import match_accounts, run_matching

MATCH = "reconciliation.match_account"
COMPARE = "reconciliation.compare_balance"


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
    _defer(match_account, MATCH, account_ids, actor)


@queue.task(name=COMPARE, queue="matching")
def compare_balance(account_id: str, user_id: str | None, run: str) -> None:
    """Compare the balances of one account; run again, it records another comparison.

    Rows that wait to be matched would only look like a conflict: where a job will match them, it is compared after it.
    """
    if _waits(MATCH, account_id):
        _defer(compare_balance, COMPARE, [UUID(account_id)], Actor(UUID(user_id) if user_id else None, run))
        return
    compare_accounts([UUID(account_id)], Actor(UUID(user_id) if user_id else None, run))


def compare_later(account_ids: Sequence[UUID], actor: Actor) -> None:
    """Compare the balances of these accounts, as ``match_later`` matches them."""
    if not _a_worker_lives():
        compare_accounts(account_ids, actor)
        return
    _defer(compare_balance, COMPARE, account_ids, actor)


def match_and_compare_later(account_ids: Sequence[UUID], actor: Actor) -> None:
    """What follows new rows: match them, then compare, in this order; compared even where matching refused."""
    try:
        match_later(account_ids, actor)
    finally:
        compare_later(account_ids, actor)


def compare_after_sync(request: SyncRequest) -> None:
    """Compare what a sync that has ended said, and go on with the conflicts that waited for it.

    Accounts that got new rows are compared once these are matched (``match_and_compare_later``); the others here: a
    balance that moved without any row is the first sign of a lost one.
    """
    actor = Actor(request.requested_by, f"sync:{request.reason}")
    imported: dict[UUID, int] = {}
    if request.request_status == RequestStatus.COMPLETED and request.sync_log_id:
        heard = AccountSync.objects.filter(sync_log_id=request.sync_log_id)
        imported = dict(heard.values_list("account_id", "transactions_imported"))
    waiting = [pk for pk in accounts_waiting_for(request, actor) if not imported.get(pk)]
    quiet = [pk for pk, rows in imported.items() if not rows]
    compare_later(sorted({*quiet, *waiting}), actor)


@scheduled(name="reconciliation.compare_balances", cron="40 9 * * *", command="compare_balances")
def compare_every_balance() -> None:
    """Compare every account once a day: what was timing yesterday may be a conflict today."""
    compare_accounts(accounts_to_compare(), Actor(None, "scheduled:compare_balances"))


def _defer(task: Task[Any, Any, Any], kind: str, account_ids: Sequence[UUID], actor: Actor) -> None:
    """One job for each account, in the caller's transaction; jobs of an account run one after the other."""
    for account_id in account_ids:
        try:
            with transaction.atomic():
                task.configure(lock=f"account {account_id}", queueing_lock=f"{kind} {account_id}").defer(
                    account_id=str(account_id), user_id=str(actor.user_id) if actor.user_id else None, run=actor.run
                )
        except AlreadyEnqueued:
            continue  # the job that waits will see the new rows


def _waits(kind: str, account_id: str) -> bool:
    """Whether a job of a kind is in the queue for an account and has not begun."""
    waiting = ProcrastinateJob.objects.filter(status=Status.TODO.value, queueing_lock=f"{kind} {account_id}")
    return waiting.exists()


def _a_worker_lives() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > "
            "CURRENT_TIMESTAMP - make_interval(secs => %s))",
            [DEAD_AFTER.total_seconds()],
        )
        lives: bool = cursor.fetchone()[0]
    return lives
