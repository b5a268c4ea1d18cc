"""Archiving and cleaning: told first, done in steps that a kill cannot undo, logged, never two at once."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dwaybank.actor import Actor
from dwaybank.db import patience
from dwaybank.db.sql_files import sql_text
from dwaybank.models import SystemLog
from dwaybank.retention import RetentionRefused, approve_purge, execute_plan, plan_purge, retention_rule
from integrations.maintenance import archive_months, logs_to_remove, remove_old_logs
from integrations.models import ArchivedBankTransaction, BankConnection, BankSyncLog, BankTransaction
from integrations.partitions import existing_months
from tests.factories import BankConnectionFactory, BankSyncLogFactory, BankTransactionFactory, UserFactory
from tests.servers import process_environment

pytestmark = pytest.mark.django_db(transaction=True)

MARCH, APRIL = date(2015, 3, 14), date(2015, 4, 2)


def ask(command: str, *arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(command, *arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


@contextmanager
def another_session(statement: str) -> Iterator[psycopg.Connection[Any]]:
    """A session that holds what the statement locks until it is closed."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as session:
        session.execute(statement)
        yield session
        session.rollback()


@pytest.fixture
def old_rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BankTransaction]]:
    """Rows of two months past seven years, one month of which waits in DEFAULT; locks are given up on at once."""
    monkeypatch.setattr(patience, "LOCK_TIMEOUT_MS", 50)
    monkeypatch.setattr(patience, "PAUSE_S", 0.01)
    with connection.cursor() as cursor:
        cursor.execute("SELECT create_bank_transactions_partition(%s)", [MARCH])
    made = [BankTransactionFactory.create(transaction_date=day) for day in (MARCH, MARCH, APRIL)]
    BankTransactionFactory.create()
    yield made
    with connection.cursor() as cursor:
        for month in existing_months("bank_transactions_archive"):
            cursor.execute(f"DROP TABLE bank_transactions_archive_y{month:%Y}m{month:%m}")


def test_archiving_is_told_first_done_month_by_month_and_found_afterwards(
    old_rows: list[BankTransaction], client: Client
) -> None:
    due = [{"month": "2015-03", "rows": 2}, {"month": "2015-04", "rows": 1}]
    assert ask("archive_bank_transactions") == {"dry_run": True, "months": due, "problem": None}
    assert BankTransaction.objects.count() == 4

    # broken off after the first month: that one stays archived, as another session sees
    steps = archive_months(today=timezone.now().date())
    assert next(steps).month == MARCH.replace(day=1)
    steps.close()
    with another_session("SELECT 1") as other:
        assert other.execute("SELECT count(*) FROM bank_transactions_archive").fetchone() == (2,)
    assert ask("archive_bank_transactions", "--execute")["months"] == due[1:]
    assert ask("archive_bank_transactions", "--execute")["months"] == []
    assert [log.metadata for log in SystemLog.objects.order_by("created_at")] == [
        {"month": "2015-03"},
        {"month": "2015-03", "archived_count": 2},
        {"month": "2015-04"},
        {"month": "2015-04", "archived_count": 1},
    ]
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:integrations_archivedbanktransaction_changelist"), {"q": str(old_rows[0].pk)})
    assert str(old_rows[0].pk) in page.content.decode()
    with pytest.raises(CommandError, match="--attempts must be 1 or more"):
        call_command("archive_bank_transactions", attempts=0)


def test_who_holds_a_lock_is_named_and_nothing_is_half_done(old_rows: list[BankTransaction]) -> None:
    with (
        another_session("SELECT count(*) FROM bank_transactions") as other,
        pytest.raises(CommandError, match=f"process {other.info.backend_pid} "),
    ):
        call_command("archive_bank_transactions", "--execute", "--attempts", "2")
    assert not ArchivedBankTransaction.objects.exists()
    with (
        another_session("SELECT pg_advisory_xact_lock(hashtext('archive_bank_transactions'), 0)"),
        pytest.raises(CommandError),
    ):
        call_command("archive_bank_transactions", "--execute", "--attempts", "1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT archive_old_bank_transactions()")
        assert cursor.fetchone() == (3,)


def test_old_sync_logs_are_told_first_and_removed_in_steps() -> None:
    now = timezone.now()
    long_ago = datetime(2020, 5, 6, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT create_bank_sync_logs_partition('2020-05-01')")
    keeper = BankConnectionFactory.create()
    for started in [long_ago] * 2 + [now - timedelta(days=370)] * 3 + [now - timedelta(days=300)]:
        BankSyncLogFactory.create(connection=keeper, started_at=started)
    assert logs_to_remove(now).months == (date(2020, 5, 1),)
    assert ask("cleanup_sync_logs")["due"] == 5
    assert BankSyncLog.objects.count() == 6

    assert list(remove_old_logs(batch=2)) == [2, 2, 1]
    assert BankSyncLog.objects.count() == 1
    assert date(2020, 5, 1) not in existing_months("bank_sync_logs")
    assert [log.metadata for log in SystemLog.objects.order_by("created_at")] == [
        {"deleted_count": n} for n in (2, 2, 1)
    ]
    assert ask("cleanup_sync_logs", "--execute")["removed"] == 0


@pytest.mark.long
def test_cleaning_that_is_killed_goes_on_where_it_was_and_counts_every_row() -> None:
    keeper, long_ago = BankConnectionFactory.create(), timezone.now() - timedelta(days=370)
    BankSyncLogFactory.create_batch(400, connection=keeper, started_at=long_ago)
    command = [sys.executable, "manage.py", "cleanup_sync_logs", "--execute", "--batch", "1"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=process_environment(), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not SystemLog.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    left = BankSyncLog.objects.count()
    assert 0 < left < 400
    assert sum(log.metadata["deleted_count"] for log in SystemLog.objects.all()) == 400 - left
    assert ask("cleanup_sync_logs", "--execute")["removed"] == left


def test_a_purge_that_is_broken_off_counts_all_of_it_in_the_end_and_runs_once_at_a_time() -> None:
    now = timezone.now()
    long_ago = now - timedelta(days=8 * 366)
    ended = BankConnectionFactory.create(connection_status="disabled")
    BankConnection.objects.update(deleted_at=long_ago, data_retention_until=now - timedelta(days=1))
    for _ in range(3):
        BankTransactionFactory.create(connection=ended, created_at=long_ago)
    rule, one, two = retention_rule("bank_transactions"), *UserFactory.create_batch(2, staff=True)
    plan = plan_purge(rule=rule, at=now, by=one)
    approve_purge(plan=plan, by=two, at=now)
    actor = Actor(two.pk, "test")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("dwaybank.retention.BATCH", 2)
        steps = execute_plan(plan=plan, at=now, actor=actor)
        assert next(steps) == 2
        steps.close()
    with (
        another_session("SELECT pg_advisory_xact_lock(hashtext('purge'), hashtext('bank_transactions'))"),
        pytest.raises(RetentionRefused, match="Another run purges bank_transactions"),
    ):
        list(execute_plan(plan=plan, at=now, actor=actor))
    assert list(execute_plan(plan=plan, at=now, actor=actor)) == [1]
    plan.refresh_from_db()
    assert plan.rows_purged == 3


def test_months_are_told_before_they_are_made_and_logged() -> None:
    out = io.StringIO()
    call_command("ensure_partitions", "--months", "30", "--dry-run", stdout=out)
    assert "bank_sync_logs: would make 2027-" in out.getvalue()
    assert "Nothing was made." in out.getvalue()
    assert not SystemLog.objects.exists()


def test_pg_cron_is_told_where_it_is_and_forgets_on_the_way_back() -> None:
    """The extension is in no server here: a schema of its two functions stands for it."""
    forward, backward = sql_text("integrations", "schedules", "pg_cron", 1).split("-- reverse:")
    with connection.cursor() as cursor:
        cursor.execute(forward)  # without it: nothing
        cursor.execute(
            "CREATE SCHEMA cron CREATE TABLE job (jobname name, schedule text, command text); "
            "CREATE FUNCTION cron.schedule(text, text, text) RETURNS bigint LANGUAGE sql AS "
            "'INSERT INTO cron.job VALUES ($1, $2, $3) RETURNING 1::bigint'; "
            "CREATE FUNCTION cron.unschedule(text) RETURNS boolean LANGUAGE sql AS "
            "'DELETE FROM cron.job WHERE jobname = $1 RETURNING true'"
        )
        try:
            cursor.execute(forward)
            cursor.execute("SELECT command FROM cron.job ORDER BY jobname")
            commands = [command for (command,) in cursor.fetchall()]
            assert len(commands) == 4
            for command in commands:
                cursor.execute(command)
            cursor.execute(backward)
            cursor.execute("SELECT count(*) FROM cron.job")
            assert cursor.fetchone() == (0,)
        finally:
            cursor.execute("DROP SCHEMA cron CASCADE")
