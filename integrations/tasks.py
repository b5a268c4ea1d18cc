"""Jobs of bank integration: each calls one function and hands it the clock."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from dwaybank.actor import Actor
from dwaybank.jobs import queue, scheduled
from integrations.banks.files.collecting import RUN, collect_statements, drop_folder
from integrations.connecting.consent import forget_old_attempts
from integrations.importing.following import FOLLOW_TASK, follow_as_job
from integrations.maintenance import archive_months, remove_old_logs
from integrations.partitions import ensure_partitions
from integrations.syncing.consents import check_consents
from integrations.syncing.due import dispatch
from integrations.syncing.refreshing import refresh_tokens
from integrations.syncing.requests import ENDED_TASK, SYNC_TASK, tell_listener
from integrations.syncing.running import run_request
from integrations.syncing.switch import is_enabled
from integrations.webhooks.processing import process_delivery
from integrations.webhooks.receiving import PROCESS_TASK

log = logging.getLogger(__name__)

# a delivery whose key could not be asked for just now: tried again in a minute by process_waiting()


@queue.task(name=SYNC_TASK, queue="syncs")
def sync(request_id: str) -> None:
    """One attempt at a sync request."""
    run_request(UUID(request_id), run="job:sync")


@queue.task(name=ENDED_TASK, queue="follow", retry=5)
def sync_ended(listener: str, request_id: str) -> None:
    """Tell one listener that a request has ended."""
    tell_listener(listener, UUID(request_id))


@queue.task(name=FOLLOW_TASK, queue="follow", retry=5)
def follow(follower: str, accounts: Sequence[str], user: str | None, run: str) -> None:
    """One follower, for accounts that got new rows."""
    follow_as_job(follower, [UUID(one) for one in accounts], Actor(UUID(user) if user else None, run))


@queue.task(name=PROCESS_TASK, queue="webhooks")
def process(delivery_id: str) -> None:
    """Work on one webhook delivery."""
    process_delivery(UUID(delivery_id), timezone.now())


@scheduled(name="integrations.dispatch", cron="* * * * *", command="sync_connections --due")
def dispatch_due() -> None:
    """Everything that is due: connections, waiting requests and deliveries, logs of dead workers."""
    dispatch(timezone.now())


@scheduled(name="integrations.refresh_tokens", cron="*/15 * * * *", command="refresh_tokens")
def refresh_due_tokens() -> None:
    """Tokens that end within the hour."""
    if is_enabled():
        refresh_tokens(timezone.now(), actor=Actor(None, "job:refresh_tokens"))


@scheduled(name="integrations.check_consents", cron="20 11 * * *", command="check_consents")
def look_at_consents() -> None:
    """Reminders of consents that end, once a day."""
    check_consents(timezone.now(), actor=Actor(None, "job:check_consents"))
    forget_old_attempts(timezone.now())


@scheduled(name="integrations.collect_statements", cron="*/10 * * * *", command="collect_statements")
def take_dropped_statements() -> None:
    """Statement files that banks dropped, where this deployment has a folder for them."""
    if settings.STATEMENT_DROP_DIR and is_enabled():
        folder = drop_folder(settings.STATEMENT_DROP_DIR)
        actor = Actor(None, f"job:collect_statements {RUN}")
        for one in collect_statements(folder, actor=actor, now=timezone.now, may_go_on=is_enabled):
            if one.problem:
                log.warning("collect_statements: %s", one.problem)


@scheduled(name="integrations.ensure_partitions", cron="40 7 * * *", command="ensure_partitions")
def months_ahead() -> None:
    """The months of the partitioned tables."""
    ensure_partitions(today=timezone.localdate(), ahead=3)


@scheduled(
    name="integrations.archive_bank_transactions", cron="10 7 2 * *", command="archive_bank_transactions --execute"
)
def archive_old_months() -> None:
    """Months of bank transactions past seven years go to the archive, once a month."""
    for done in archive_months(today=timezone.now().date()):
        log.info("archived %s bank transactions of %s", done.rows, f"{done.month:%Y-%m}")


@scheduled(name="integrations.cleanup_sync_logs", cron="50 7 * * *", command="cleanup_sync_logs --execute")
def forget_old_logs() -> None:
    """Sync logs past a year go."""
    log.info("removed %s sync logs", sum(remove_old_logs()))
