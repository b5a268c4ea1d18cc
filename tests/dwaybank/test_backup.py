"""docs/backup.md, run as it stands: backed up, the machine lost, restored, and everything accounted for."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from dwaybank.audit.sealing import seal_events
from dwaybank.inventory import Inventory, problems_of_restore, take_inventory
from dwaybank.secrets import Secret
from integrations.credentials import ConnectionSecrets, read_secrets, store_secrets
from integrations.models import ArchivedBankTransaction, BankConnection, BankTransaction
from tests.factories import BankConnectionFactory, BankTransactionFactory
from tests.servers import Server, default_database, load_schema, run, server_folder

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs" / "backup.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.+?)^```", PAGE, re.MULTILINE | re.DOTALL)
KEYS = "2026:" + base64.b64encode(b"k" * 32).decode()
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def block(beginning: str) -> str:
    """The shell lines of the page that begin so."""
    (found,) = [text for text in BLOCKS if text.startswith(beginning)]
    return str(found)


def follow(server: Server, beginning: str, **variables: str | Path) -> str:
    """Run a block of the page as whoever runs the database, or manage.py as whoever runs the tests."""
    environment = server.environment("dwaybank") | {name: str(value) for name, value in variables.items()}
    environment |= {"ENCRYPTION_KEYS": KEYS, "DJANGO_SETTINGS_MODULE": "dwaybank.settings"}
    text = block(beginning)
    if text.startswith("manage.py"):
        command = ["bash", "-euc", text.replace("manage.py", f"{sys.executable} {ROOT}/manage.py")]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout
    return run(["bash", "-euc", text], env=environment)


@pytest.fixture
def production(transactional_db: None) -> Iterator[Server]:
    """A server of its own with archived WAL, holding this project's schema."""
    with server_folder() as folder:
        for name in ("wal", "backup"):
            run(["mkdir", folder / name])
        (folder / "backup").chmod(0o777)
        archive = f"test ! -f {folder}/wal/%f && cp %p {folder}/wal/%f"
        server = Server(folder, "one", {"wal_level": "replica", "archive_mode": "on", "archive_command": archive})
        server.create()
        server.start()
        load_schema(server)
        try:
            yield server
        finally:
            for name in ("one", "two"):
                Server(folder, name).stop()


def fill() -> BankConnection:
    """A connection with secrets, rows of three months, one of them archived, and a sealed audit."""
    made: BankConnection = BankConnectionFactory.create(connection_type="oauth")
    store_secrets(made.pk, ConnectionSecrets({"consent": Secret("c-1")}, Secret("token"), Secret("refresh")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT create_bank_transactions_partition('2015-03-01')")
    for day in (date(2015, 3, 14), date(2026, 10, 5), date(2026, 11, 5)):
        BankTransactionFactory.create_batch(5, connection=made, transaction_date=day)
    call_command("ensure_partitions")
    with connection.cursor() as cursor:
        cursor.execute("SELECT archive_old_bank_transactions()")
    seal_events(now=NOW)
    return made


def everything_is_back(expected: Inventory, made: BankConnection) -> None:
    """Counts and partitions to the row, the audit's chain, secrets, and the next day's work."""
    found = take_inventory(now=NOW)
    assert found.tables == expected.tables
    assert found.sealed == expected.sealed
    assert found.key_ids == expected.key_ids == {"2026": 3}
    assert problems_of_restore(expected, now=NOW) == []
    assert read_secrets(made.pk).access_token == Secret("token")
    assert ArchivedBankTransaction.objects.count() == 5
    BankTransactionFactory.create(connection=BankConnection.objects.get(pk=made.pk), transaction_date=date(2026, 11, 6))
    assert seal_events(now=NOW).events > 0
    assert problems_of_restore(expected, now=NOW) == []


@pytest.mark.long
def test_a_dump_brings_everything_back_to_an_empty_server(production: Server, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = KEYS
    backup = production.folder / "backup"
    with default_database(production.url("dwaybank")):
        made = fill()
        expected = take_inventory(now=NOW)
    follow(production, 'manage.py verify_restore --write "$BACKUP', BACKUP=backup)
    follow(production, "pg_dumpall", BACKUP=backup)
    production.kill()

    other = Server(production.folder, "two")
    other.create()
    other.start()
    follow(other, "psql --quiet", BACKUP=backup)
    with default_database(other.url("dwaybank")):
        everything_is_back(expected, made)
        with connection.cursor() as cursor:  # the application's rights too
            cursor.execute("SET ROLE dwaybank_app")
            assert BankTransaction.objects.count() == 11
            cursor.execute("RESET ROLE")
    assert "Everything of" in follow(other, 'manage.py verify_restore "$BACKUP', BACKUP=backup)


@pytest.mark.long
def test_a_base_backup_and_wal_bring_back_the_second_before_a_mistake(production: Server, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = KEYS
    backup, wal = production.folder / "backup", production.folder / "wal"
    with default_database(production.url("dwaybank")):
        made = fill()
    follow(production, "pg_basebackup", BACKUP=backup)
    if os.environ.get("DATABASE_URL"):  # the wheel of the embedded server brings a pg_verifybackup that crashes
        follow(production, "pg_verifybackup", BACKUP=backup)
    with default_database(production.url("dwaybank")):
        BankTransactionFactory.create_batch(5, connection=made, transaction_date=date(2026, 11, 7))
        seal_events(now=NOW)
        expected = take_inventory(now=NOW)
        ((until,),) = production.execute("SELECT clock_timestamp()::text")
    production.execute("DELETE FROM bank_transactions", "DROP TABLE mapping_proposals CASCADE", database="dwaybank")
    production.execute("SELECT pg_switch_wal()")
    production.execute(
        "DO $$ BEGIN WHILE (SELECT last_archived_wal < pg_walfile_name(pg_current_wal_lsn() - 1) "
        "FROM pg_stat_archiver) LOOP PERFORM pg_sleep(0.05), pg_stat_clear_snapshot(); END LOOP; END $$"
    )
    production.kill()

    follow(production, "cp -a", BACKUP=backup, WAL=wal, UNTIL=until)
    production.start()
    production.execute("DO $$ BEGIN WHILE pg_is_in_recovery() LOOP PERFORM pg_sleep(0.05); END LOOP; END $$")
    with default_database(production.url("dwaybank")):
        everything_is_back(expected, made)


@pytest.mark.django_db(transaction=True)
def test_what_did_not_come_back_is_named(settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.ENCRYPTION_KEYS = KEYS
    made = fill()
    file = tmp_path / "inventory.json"
    call_command("verify_restore", str(file), write=True)
    call_command("verify_restore", str(file))
    assert "Everything of" in capsys.readouterr().out

    BankTransaction.objects.filter(transaction_date=date(2026, 10, 5))._raw_delete("default")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM audit_events WHERE id = (SELECT min(id) FROM audit_events)")
        cursor.execute("DELETE FROM audit_seals")
        cursor.execute("SET session_replication_role = origin")
    settings.ENCRYPTION_KEYS = "2026:" + base64.b64encode(b"x" * 32).decode()
    with pytest.raises(SystemExit):
        call_command("verify_restore", str(file))
    said = capsys.readouterr().err
    assert "bank_transactions_y2026m10: 0 of 5 rows are there" in said
    assert "Audit: " in said
    assert f"bank_connections.encrypted_access_token of {made.pk} (key 2026) cannot be read" in said
    assert "token" not in said.replace("encrypted_access_token", "").replace("encrypted_refresh_token", "")
    file.write_text("[]")
    with pytest.raises(Exception, match="is no inventory"):
        call_command("verify_restore", str(file))
