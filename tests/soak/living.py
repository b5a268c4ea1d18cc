"""Everything at once for a while, on a server of its own that is lost at the end and restored: every row accounted for.

    nice -n 10 python -m tests.soak.living --minutes 10

Customers' files are imported, matched by workers, and handed in again; old months are archived, old sync logs cleaned,
keys rotated; workers are killed; a base backup is taken, and restored beside, while all of that goes on. Then the
machine is lost (SIGKILL, data gone) and restored to the last second, as docs/backup.md says. Exit code: 0 everything
is accounted for, 1 a problem, each printed.
"""

from __future__ import annotations

import argparse
import base64
import os
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any, Final

import django

ROOT: Final = Path(__file__).resolve().parents[2]
ROWS: Final = 200
OLD_ROWS: Final = 20
IMPORTERS: Final = 2
WORKERS: Final = 2


def new_key(number: int) -> str:
    """An entry of ENCRYPTION_KEYS."""
    return f"living-{number}:" + base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass
class Story:
    """What was done, to be found again at the end."""

    rows: dict[str, Decimal] = field(default_factory=dict)  # signed amounts by the bank's id
    files: list[tuple[Any, bytes]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: threading.Event = field(default_factory=threading.Event)


def live(minutes: float) -> Story:
    """Run it; ``problems`` of what is returned must be empty."""
    from django.test import override_settings

    from tests.dwaybank.test_backup import block
    from tests.servers import default_database, run

    story, keys = Story(), [new_key(0)]
    with own_server() as server, override_settings(ENCRYPTION_KEYS=keys[0]):
        environment = {**server.environment("dwaybank"), "ENCRYPTION_KEYS": keys[0]}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True)
        backup, wal = server.folder / "backup", server.folder / "wal"

        def follow(target: Any, beginning: str, **more: str) -> None:
            variables = {**target.environment("dwaybank"), "BACKUP": str(backup), "WAL": str(wal), **more}
            run(["bash", "-euc", block(beginning)], env=variables)

        with default_database(server.url("dwaybank")):
            _settle_in()
            with under_load(story, environment, keys, minutes * 60) as wait:
                wait(0.3)
                follow(server, "pg_basebackup")
                wait(0.4)
                _restored_beside(story, server, follow)
            inventory, until = _closing_count(story, server, keys)
        server.kill()
        follow(server, "cp -a", UNTIL=until)
        _start_and_recover(server)
        with default_database(server.url("dwaybank")):
            _account_for(story, inventory)
    return story


@contextmanager
def own_server() -> Iterator[Any]:
    """A server with archived WAL, and an empty database."""
    from tests.servers import Server, run, server_folder

    with server_folder() as folder:
        for name in ("wal", "backup"):
            run(["mkdir", folder / name])
        archive = f"test ! -f {folder}/wal/%f && cp %p {folder}/wal/%f"
        server = Server(folder, "one", {"wal_level": "replica", "archive_mode": "on", "archive_command": archive})
        server.create()
        server.start()
        server.execute("CREATE DATABASE dwaybank")
        try:
            yield server
        finally:
            for name in ("one", "two"):
                Server(folder, name).stop()


def _settle_in() -> None:
    """Connections with secrets, for the keys to be rotated."""
    from dwaybank.secrets import Secret
    from integrations.credentials import ConnectionSecrets, store_secrets
    from tests.factories import BankConnectionFactory

    for made in BankConnectionFactory.create_batch(20, connection_type="oauth"):
        store_secrets(made.pk, ConnectionSecrets({"consent": Secret("c")}, Secret("token"), Secret("refresh")))


@contextmanager
def under_load(
    story: Story, environment: dict[str, str], keys: list[str], seconds: float
) -> Iterator[Callable[[float], None]]:
    """Everything works while the block runs, at least so long; the block may ``wait`` for a share of the time."""
    from tests.soak.world import Workers

    group = Workers(environment, "")
    group.start(WORKERS)
    work: list[Callable[[], None]] = [
        *(_importing(story, number) for number in range(IMPORTERS)),
        lambda: _command(story, "archive_bank_transactions", execute=True),
        lambda: _cleaning(story),
        lambda: _rotating(story, group, keys, pause=max(5.0, seconds / 8)),
    ]
    threads = [threading.Thread(target=_repeat, args=(story, one)) for one in work]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    try:
        yield lambda share: time.sleep(share * seconds)
        time.sleep(max(0.0, begun + seconds - time.monotonic()))
    finally:
        story.ended.set()
        for thread in threads:
            thread.join()
        group.stop()
    story.counts["workers killed"] = group.killed


def _repeat(story: Story, work: Callable[[], None]) -> None:
    from django.db import connections

    try:
        while not story.ended.is_set():
            work()
    except Exception as error:  # a thread's end must be seen, whatever it was
        story.problems.append(f"{type(error).__name__}: {error}")
        raise
    finally:
        connections.close_all()


def _importing(story: Story, number: int) -> Callable[[], None]:
    """A customer who hands in a new file each time, and now and then an earlier one again."""
    from django.db import OperationalError

    from dwaybank.actor import Actor
    from integrations.importing import import_statement
    from tests.factories import UserFactory
    from tests.integrations.statements_text import Row, ofx

    owner = UserFactory.create(email=f"living-{number}@example.ca")
    turn = 0

    def take(data: bytes) -> int:
        for _try in range(10):
            try:
                outcome = import_statement(
                    data=data, file_name="f.ofx", owner=owner, actor=Actor(None, "living"), create_accounts=True
                )
            except OperationalError:  # a lock or a deadlock with archiving: nothing was stored
                story.counts["imports tried again"] += 1
            else:
                return outcome.accounts[0].imported
        raise TimeoutError("ten tries of one import")

    def once() -> None:
        nonlocal turn
        turn += 1
        chance = secrets.SystemRandom()
        rows = [
            Row(
                f"{2015 + turn % 3}-{1 + chance.randrange(12):02d}-{1 + chance.randrange(28):02d}"
                if place < OLD_ROWS
                else f"2026-{1 + chance.randrange(10):02d}-{1 + chance.randrange(28):02d}",
                f"-{chance.randrange(1, 300)}.{chance.randrange(100):02d}",
                f"SHOP #{chance.randrange(10_000)} HALIFAX NS",
                f"L{number}-{turn}-{place}",
            )
            for place in range(ROWS)
        ]
        data = ofx(*rows, account=f"01234-567890{number}")
        _book(owner, rows)
        if (imported := take(data)) != ROWS:
            story.problems.append(f"{imported} of {ROWS} new rows were imported")
        with story.lock:
            story.rows |= {row.fitid: Decimal(row.amount) for row in rows}
            story.files.append((owner, data))
            story.counts["imports"] += 1
        if turn % 3 == 0:
            with story.lock:
                again = next(file for file in story.files if file[0] == owner)
            if twice := take(again[1]):
                story.problems.append(f"{twice} rows of a known file were imported again")
            story.counts["imports"] += 1
            story.counts["files handed in again"] += 1

    return once


def _book(owner: Any, rows: list[Any]) -> None:
    """Every tenth row stands in the ledger already, for matching to find."""
    from dwaybank.models import Account, Transaction

    if account := Account.objects.filter(user=owner).first():
        Transaction.objects.bulk_create(
            Transaction(
                account=account,
                amount=-Decimal(row.amount),
                currency="CAD",
                transaction_type="debit",
                transaction_date=row.day,
                description=row.text,
            )
            for row in rows[OLD_ROWS::10]
        )


def _command(story: Story, name: str, **options: Any) -> None:
    """One maintenance command; that its turn has not come (locks, another runs) is what it says by its exit."""
    from django.core.management import CommandError, call_command

    try:
        call_command(name, stdout=StringIO(), stderr=StringIO(), **options)
        story.counts[name] += 1
    except (CommandError, SystemExit):
        story.counts[f"{name} put off"] += 1
    story.ended.wait(1)


def _cleaning(story: Story) -> None:
    from django.utils import timezone

    from integrations.models import BankConnection, BankSyncLog

    owner = BankConnection.objects.filter(connection_type="oauth").earliest("created_at")
    old = timezone.now() - timedelta(days=400)
    made = BankSyncLog.objects.bulk_create(
        BankSyncLog(
            connection=owner,
            user_id=owner.user_id,
            sync_type="manual",
            sync_operation="transactions",
            sync_status="completed",
            started_at=old,
            completed_at=old,
        )
        for _ in range(20)
    )
    story.counts["old sync logs"] += len(made)
    _command(story, "cleanup_sync_logs", execute=True)


def _rotating(story: Story, group: Any, keys: list[str], pause: float) -> None:
    """A new key: every process learns it first (workers by being killed), then what is sealed is sealed anew."""
    from django.conf import settings

    if story.ended.wait(pause):
        return
    keys.insert(0, new_key(len(keys)))
    settings.ENCRYPTION_KEYS = ",".join(keys)
    group.environment["ENCRYPTION_KEYS"] = settings.ENCRYPTION_KEYS
    for place in range(WORKERS):
        group.kill(place)
    _command(story, "rotate_encryption_keys")


def _start_and_recover(server: Any) -> None:
    server.start()
    server.execute("DO $$ BEGIN WHILE pg_is_in_recovery() LOOP PERFORM pg_sleep(0.05); END LOOP; END $$")


def _archived(server: Any) -> str:
    """A moment, whose WAL is in the archive when this returns."""
    ((until,),) = server.execute("SELECT clock_timestamp()::text")
    server.execute("CREATE TABLE IF NOT EXISTS later (at timestamptz)", "INSERT INTO later VALUES (now())")
    ((name,),) = server.execute("SELECT pg_walfile_name(pg_switch_wal())")
    deadline = time.monotonic() + 60
    while not (server.folder / "wal" / name).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"WAL {name} was not archived")
        time.sleep(0.1)
    return str(until)


def _restored_beside(story: Story, server: Any, follow: Callable[..., None]) -> None:
    """The base backup comes up on another server while the first one works; its audit and its keys hold."""
    from tests.servers import Server

    other = Server(server.folder, "two", dict(server.settings, archive_mode="off"))
    follow(other, "cp -a", UNTIL=_archived(server))
    _start_and_recover(other)
    environment = {**other.environment("dwaybank"), "ENCRYPTION_KEYS": _keys_now()}
    audit = [sys.executable, "manage.py", "verify_audit", "--rows"]
    ran = subprocess.run(audit, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        story.problems.append(f"the copy restored under load: {ran.stdout}{ran.stderr}")
    ((rows, keys),) = other.execute(
        "SELECT (SELECT count(*) FROM bank_transactions) + (SELECT count(*) FROM bank_transactions_archive), "
        "(SELECT count(*) FROM bank_transaction_keys)",
        database="dwaybank",
    )
    if rows != keys or not rows:
        story.problems.append(f"the copy restored under load has {rows} rows and {keys} keys")
    story.counts["rows of the copy restored under load"] = rows
    other.stop()


def _keys_now() -> str:
    from django.conf import settings

    return str(settings.ENCRYPTION_KEYS)


def _closing_count(story: Story, server: Any, keys: list[str]) -> tuple[Any, str]:
    """What waits is worked off; then everything is counted, and the moment is noted."""
    from django.utils import timezone
    from procrastinate.contrib.django.models import ProcrastinateJob

    from dwaybank.audit.sealing import seal_events
    from dwaybank.inventory import take_inventory
    from dwaybank.jobs.upkeep import keep_queue

    environment = {**server.environment("dwaybank"), "ENCRYPTION_KEYS": ",".join(keys)}
    drain = [sys.executable, "manage.py", "worker", "--drain"]
    open_jobs = ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exclude(queue_name="periodic")
    deadline = time.monotonic() + 300
    while open_jobs.exists() and time.monotonic() < deadline:
        keep_queue(dead_after=timedelta(0))
        subprocess.run(drain, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=600)
        time.sleep(0.5)  # what is tried again is due a little later
    _command(story, "archive_bank_transactions", execute=True)
    jobs = Counter(ProcrastinateJob.objects.values_list("status", flat=True))
    story.counts |= Counter({f"jobs {status}": number for status, number in jobs.items()})
    story.problems += [f"job {job.pk} {job.task_name} still waits: {job.args}" for job in open_jobs]
    story.problems += [
        f"job {job.pk} {job.task_name} {job.status}, and none did its work after it: {job.args}"
        for job in ProcrastinateJob.objects.exclude(status__in=["todo", "doing", "succeeded"])
        # of a dead worker's job that waits once more already, that one is done
        if not ProcrastinateJob.objects.filter(
            task_name=job.task_name, args=job.args, queueing_lock=job.queueing_lock, status="succeeded", pk__gt=job.pk
        ).exclude(queueing_lock=None)
    ]
    seal_events(now=timezone.now())
    return take_inventory(now=timezone.now()), _archived(server)


def _account_for(story: Story, inventory: Any) -> None:
    """After the loss: every row, sum, identity, mapping, log, the audit and the keys."""
    from django.core.management import call_command
    from django.utils import timezone

    from dwaybank.actor import Actor
    from dwaybank.inventory import problems_of_restore, take_inventory
    from integrations.importing import import_statement
    from integrations.models import ArchivedBankTransaction, BankSyncLog, BankTransaction, BankTransactionKey
    from reconciliation.models import TransactionMapping

    problems = problems_of_restore(inventory, now=timezone.now())
    if take_inventory(now=timezone.now()).tables != inventory.tables:
        problems.append("counts differ from those before the loss")
    found: list[tuple[str, Decimal]] = []
    for table in (BankTransaction, ArchivedBankTransaction):
        rows = table.objects.values_list("external_transaction_id", "amount", "transaction_type")
        found += [(name, -amount if direction == "debit" else amount) for name, amount, direction in rows]
    if len(found) != len(story.rows) or dict(found) != story.rows:
        problems.append(f"{len(found)} rows are stored and {len(story.rows)} were handed in")
    if BankTransactionKey.objects.count() != len(story.rows):
        problems.append("keys and rows differ in number")
    recent = BankSyncLog.objects.filter(started_at__gt=timezone.now() - timedelta(days=365))
    if recent.filter(sync_status="completed").count() != story.counts["imports"]:
        problems.append(f"{recent.count()} sync logs for {story.counts['imports']} imports")
    mappings = TransactionMapping.objects.count()
    story.counts |= Counter(
        rows=len(found), sum=int(sum(amount for _, amount in found)) * -1, mappings=mappings,
        archived=ArchivedBankTransaction.objects.count(),
    )  # fmt: skip
    problems += [f"nothing was {what}" for what in ("archived", "mappings") if not story.counts[what]]
    said = StringIO()
    try:
        call_command("verify_audit", rows=True, stdout=said, stderr=said)
    except SystemExit:
        problems.append(f"the audit: {said.getvalue()}")
    owner, data = story.files[0]
    again = import_statement(data=data, file_name="f.ofx", owner=owner, actor=Actor(None, "living"))
    if again.accounts[0].imported:
        problems.append("a file that was imported before the loss was imported again after it")
    story.problems += problems


def main() -> int:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak.living", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10.0, help="how long everything works at once (10)")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dwaybank.settings")
    django.setup()
    story = live(given.minutes)
    for name, value in sorted(story.counts.items()):
        sys.stdout.write(f"{name}: {value}\n")
    for problem in story.problems:
        sys.stdout.write(f"PROBLEM: {problem}\n")
    sys.stdout.write("Every row is accounted for.\n" if not story.problems else f"{len(story.problems)} problems.\n")
    return 1 if story.problems else 0


if __name__ == "__main__":
    sys.exit(main())
