"""Imports that meet: several at once, one killed in the middle, and any order of any files."""

from __future__ import annotations

import io
import itertools
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dwaybank.actor import Actor
from dwaybank.models import Account, User
from integrations.importing import FileOutcome, import_statement
from integrations.models import (
    BankConnection,
    BankStatement,
    BankSyncLog,
    BankTransaction,
    BankTransactionDuplicate,
    BankTransactionKey,
    IntegrationError,
    StatementFile,
)
from tests.examples import examples
from tests.factories import UserFactory
from tests.integrations.statements_text import Row, ofx, rbc_csv
from tests.servers import process_environment

SAMPLES = Path(settings.BASE_DIR) / "integrations" / "samples" / "statements"
TABLES = (
    Account,
    BankConnection,
    BankStatement,
    BankTransaction,
    BankTransactionDuplicate,
    BankTransactionKey,
    IntegrationError,
    StatementFile,
)


ROWS = 700


def table_counts() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in TABLES}


def command(owner: User, *paths: Path) -> list[str]:
    names = [str(path) for path in paths]
    return [
        sys.executable,
        "manage.py",
        "import_statement",
        *names,
        "--owner",
        owner.email,
        "--create-accounts",
    ]


@pytest.mark.django_db(transaction=True)
def test_three_processes_import_everything_and_nothing_is_doubled() -> None:
    owner = UserFactory.create()
    # one of each format and kind, an OFX before the CSV that repeats it
    names = ("bmo_all_accounts.ofx", "cibc_chequing.qfx", "rbc_chequing.ofx", "cibc_chequing.csv", "rbc_accounts.csv")
    files = [SAMPLES / name for name in names]

    processes = [
        subprocess.Popen(
            command(owner, *files),
            env=process_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode in {0, 1}, errors
        # in a pipe no progress bar, whatever the number of files
        assert "it/s" not in errors
        assert "%|" not in errors
    first = table_counts()
    assert first["BankTransaction"] == first["BankTransactionKey"] > 100

    call_command("import_statement", *files, owner=owner.email, create_accounts=True, json=True, stdout=io.StringIO())
    assert table_counts() == first
    assert not BankSyncLog.objects.filter(completed_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_a_kill_in_the_middle_leaves_no_half_file(tmp_path: Path) -> None:
    owner = UserFactory.create()
    accounts = []
    for number in range(4):
        rows = [Row(f"2026-10-{1 + n % 28:02d}", f"-{n}.{n % 100:02d}", f"SHOP {n}") for n in range(1, ROWS)]
        accounts.append(rbc_csv(*rows, account=f"01234-567890{number}"))
    path = tmp_path / "large.csv"
    path.write_bytes(accounts[0] + b"".join(part.split(b"\n", 1)[1] for part in accounts[1:]))
    whole = 4 * (ROWS - 1)

    for delay in (0.0, 0.2):
        process = subprocess.Popen(
            command(owner, path), env=process_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while process.poll() is None and not BankSyncLog.objects.filter(completed_at__isnull=True).exists():
            time.sleep(0.02)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        _wait_for_rollback()
        assert BankTransaction.objects.count() in {0, whole}
        assert BankStatement.objects.count() in {0, 4}
        if BankTransaction.objects.exists():
            break
        BankSyncLog.objects.filter(completed_at__isnull=True).update(completed_at="2026-11-01T00:00Z")

    call_command("import_statement", path, owner=owner.email, create_accounts=True, json=True, stdout=io.StringIO())
    assert BankTransaction.objects.count() == BankTransactionKey.objects.count() == whole


def _wait_for_rollback() -> None:
    """The server notices the death of its client and undoes the open transaction."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid, state, backend_start, query FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            others = cursor.fetchall()
            if not others:
                return
        time.sleep(0.05)
    pytest.fail(f"the killed import still holds its connection: {others}")


@pytest.mark.django_db
def test_a_failure_in_the_database_closes_the_log_and_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = UserFactory.create()

    def broken(*arguments: object, **options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr("integrations.importing.records.record_statement", broken)
    with pytest.raises(Exception, match="division by zero"):
        take(owner, ofx(Row("2026-10-05", "-4.95", "COFFEE", "F1")))

    assert not BankTransaction.objects.exists()
    assert not StatementFile.objects.exists()
    log = BankSyncLog.objects.get()
    assert log.sync_status == "failed"
    connected = BankConnection.objects.get()
    assert connected.consecutive_failures == 1
    assert "division by zero" in (connected.last_error_message or "")


def take(owner: User, data: bytes) -> FileOutcome:
    return import_statement(data=data, file_name="f", owner=owner, actor=Actor(None, "test"), create_accounts=True)


ACCOUNT_NUMBERS = itertools.count(1_000_000)  # an account belongs to one customer, also between examples
DAYS = [date(2026, 10, 1) + timedelta(days=n) for n in range(12)]
movements = st.lists(
    st.builds(
        Row,
        day=st.sampled_from([day.isoformat() for day in DAYS]),
        amount=st.sampled_from(["-4.95", "-4.95", "-10.00", "25.00"]),
        text=st.sampled_from(["COFFEE", "GROCER"]),
    ),
    min_size=1,
    max_size=25,
)
windows = st.lists(st.tuples(st.integers(0, 11), st.integers(1, 12), st.booleans()), min_size=1, max_size=6)


@pytest.mark.django_db
@hypothesis_settings(max_examples=examples(12), deadline=None, suppress_health_check=list(HealthCheck))
@given(history=movements, downloads=windows)
def test_any_downloads_in_any_order_store_each_movement_once(
    history: list[Row], downloads: list[tuple[int, int, bool]]
) -> None:
    """A bank's history, downloaded in overlapping windows as OFX or CSV: what was covered is stored once."""
    owner = UserFactory.create()
    account = f"01234-{next(ACCOUNT_NUMBERS)}"
    history = [Row(row.day, row.amount, row.text, f"F{number}") for number, row in enumerate(sorted(history, key=str))]
    covered: set[str] = set()
    for start, length, as_csv in [*downloads, *downloads]:
        days = {day.isoformat() for day in DAYS[start : start + length]}
        rows = [row for row in history if row.day in days]
        if not rows:
            continue
        outcome = take(owner, rbc_csv(*rows, account=account) if as_csv else ofx(*rows, account=account))
        (part,) = outcome.accounts
        assert part.transactions == part.imported + part.duplicates + part.rejected == len(rows)
        assert outcome.status == "imported"
        covered |= days

    expected = sorted((row.day, row.amount) for row in history if row.day in covered)
    stored = BankTransaction.objects.filter(account__user=owner).exclude(processing_status="duplicate")
    assert sorted((str(row.transaction_date), row.normalized_data["amount"]) for row in stored) == expected
    assert (
        len(set(stored.values_list("pk"))) == BankTransactionKey.objects.filter(pk__in=stored.values_list("pk")).count()
    )
