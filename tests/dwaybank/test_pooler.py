"""Behind PgBouncer in transaction mode, with one session for everybody: nothing of one client stays for the next."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from dwaybank.actor import Actor
from dwaybank.checks import check_pooler_and_replica
from dwaybank.db.sessions import DIRECT
from dwaybank.key_rotation import rotate
from dwaybank.models import AuditEvent, SystemConfig
from dwaybank.runs import running
from integrations.enums import SyncReason
from integrations.importing import import_statement
from integrations.models import BankTransaction, SyncRequest
from integrations.syncing.locks import LockKind, connection_lock
from integrations.syncing.requests import request_sync
from tests.factories import BankConnectionFactory, BankTransactionFactory, UserFactory
from tests.integrations.statements_text import Row, ofx
from tests.servers import Server, default_database, load_schema, run, server_folder

BOUNCER = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not Path(BOUNCER).exists() and os.environ.get("CI") != "true", reason="Debian's pgbouncer is not installed"
    ),
]
PORT = 6432


@pytest.fixture
def pooled(settings: Any) -> Iterator[str]:
    """The address of a pooler with one server session, in front of a server of this test; Django goes through it."""
    with server_folder() as folder:
        server = Server(folder, "one")
        server.create()
        server.start()
        load_schema(server)
        words = {
            "pool_mode": "transaction",
            "default_pool_size": 1,
            "max_client_conn": 50,
            "auth_type": "trust",
            "auth_file": folder / "users",
            "listen_addr": "",
            "listen_port": PORT,
            "unix_socket_dir": folder,
            "logfile": folder / "log",
            "pidfile": folder / "pid",
        }
        lines = [f"{name} = {value}" for name, value in words.items()]
        (folder / "users").write_text('"postgres" ""\n')
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\ndwaybank = host={folder} port={server.port}\n[pgbouncer]\n" + "\n".join(lines) + "\n"
        )
        run([BOUNCER, "-d", folder / "pgbouncer.ini"])
        _listens(folder)
        url = f"postgresql://postgres@/dwaybank?host={folder}&port={PORT}"
        settings.DATABASE_POOLER = "transaction"
        try:
            with (
                default_database(url, DISABLE_SERVER_SIDE_CURSORS=True),
                default_database(server.url("dwaybank"), alias=DIRECT),
            ):
                yield url
        finally:
            subprocess.run(["kill", "-INT", (folder / "pid").read_text().strip()], check=True)
            server.stop()


def _listens(folder: Path) -> None:
    """Waits until it does: the program goes to the background before."""
    patience = time.monotonic() + 30
    while not (folder / f".s.PGSQL.{PORT}").exists() or not (folder / "pid").exists():
        assert time.monotonic() < patience, (folder / "log").read_text()
        time.sleep(0.01)


def by_another(work: Any) -> None:
    """Done by another client, in a thread with a connection of its own, to its end."""
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join(60)
    assert not failures, failures


def test_nothing_of_one_client_stays_for_the_next(pooled: str, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = "2026:" + "a2V5LWtleS1rZXkta2V5LWtleS1rZXkta2V5LWtleSE="
    somebody = UserFactory.create(is_staff=True, is_superuser=True)

    # outside of a transaction each statement may meet another session: its run goes with it, and ends with it
    with running("request", run_id="run-of-one", actor_id=lambda: somebody.pk):
        SystemConfig.objects.filter(key="sync_frequency_hours").update(value="5")
        by_another(lambda: SystemConfig.objects.filter(key="max_sync_retries").update(value="4"))
        with transaction.atomic():
            SystemConfig.objects.filter(key="sync_frequency_hours").update(value="6")
    events = AuditEvent.objects.filter(table_name="system_config", action="UPDATE").order_by("pk")
    assert list(events.values_list("run_id", "actor_id")) == [
        ("run-of-one", somebody.pk),
        ("", None),
        ("run-of-one", somebody.pk),
    ]

    # the day's work goes through: pages, an import by COPY and staging tables, a large result, rotation, the queue
    client = Client()
    client.force_login(somebody)
    for name in ("admin:index", "admin:integrations_banktransaction_changelist"):
        assert client.get(reverse(name)).status_code == 200
    data = ofx(*(Row(f"2026-10-{day:02d}", "-1.25", f"ROW {day}", f"F{day}") for day in range(1, 29)))
    import_statement(data=data, file_name="a.ofx", owner=somebody, actor=Actor(somebody.pk, "t"), create_accounts=True)
    made = BankConnectionFactory.create(bank_id="td")
    BankTransactionFactory.create_batch(3, connection=made, transaction_date=date(2026, 10, 5))
    assert len({row.pk for row in BankTransaction.objects.order_by("pk").iterator(chunk_size=10)}) == 31
    rotate(actor=Actor(None, "test"))
    with transaction.atomic():
        request_sync(connection_id=made.pk, reason=SyncReason.MANUAL)
    assert SyncRequest.objects.count() == 1

    # a lock that lasts longer than a transaction is held on the server itself, by whoever has it
    with connection_lock(LockKind.SYNC, made.pk, wait=False) as held:
        assert held

        def rival() -> None:
            with connection_lock(LockKind.SYNC, made.pk, wait=False) as got:
                assert not got

        by_another(rival)

    with psycopg.connect(pooled, autocommit=True) as next_one:
        ask = "SELECT name FROM pg_settings WHERE source = 'session'"
        # what PgBouncer itself keeps apart for each client
        tracked = {"application_name", "client_encoding", "DateStyle", "TimeZone", "standard_conforming_strings"}
        assert {name for (name,) in next_one.execute(ask)} <= tracked
        assert next_one.execute("SELECT current_setting('dwaybank.run', true)").fetchone() in [("",), (None,)]
        for what in (
            "pg_prepared_statements",
            "pg_cursors",
            "pg_listening_channels()",
            "pg_class WHERE relpersistence = 't'",
            "pg_locks WHERE locktype = 'advisory'",
        ):
            assert next_one.execute(f"SELECT count(*) FROM {what}").fetchone() == (0,), what

    assert [str(one.id) for one in check_pooler_and_replica(None, ["default"])] == ["dwaybank.W008"]
    for command in ("worker", "migrate"):
        with pytest.raises(CommandError, match="give them the server itself as DATABASE_URL"):
            call_command(command)
