"""Whoever tampers with the audit, with every right of a superuser, is found, and the row is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from dwaybank.audit.chain import SealBody
from dwaybank.audit.sealing import seal_events
from dwaybank.audit.verifying import Verification, verify
from dwaybank.models import AuditEvent, AuditSeal, SystemConfig
from tests.factories import BankTransactionFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def as_superuser(*statements: str) -> None:
    """Triggers are no obstacle to somebody who may switch them off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            for statement in statements:
                cursor.execute(statement)
                assert cursor.rowcount != 0, statement
        finally:
            cursor.execute("SET session_replication_role = origin")


def write(*names: str) -> None:
    for name in names:
        SystemConfig.objects.create(key=name, value="1")


@pytest.fixture
def sealed() -> list[int]:
    """Two seals of some events each; returns the ids of all events."""
    write("a", "b")
    seal_events(now=NOW)
    write("c", "d")
    seal_events(now=NOW)
    return list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))


def kinds(found: Verification) -> set[tuple[str, int | None]]:
    return {(problem.kind, problem.event_id) for problem in found.problems}


def test_what_was_sealed_holds_and_what_was_not_is_said(sealed: list[int]) -> None:
    write("e")

    found = verify()

    assert (found.holds, found.seals, found.events, found.unsealed) == (True, 2, len(sealed), 1)
    assert found.oldest_unsealed is not None


def test_sealing_again_adds_nothing(sealed: list[int]) -> None:
    assert seal_events(now=NOW).seals == 0
    assert AuditSeal.objects.count() == 2


def test_events_of_a_transaction_that_still_runs_wait_and_are_not_forgotten(sealed: list[int]) -> None:
    """Its event has a lower id than one that is committed before it."""
    other = connections.create_connection("default")
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO system_config (key, value) VALUES ('late', '1')")
        write("early")
        assert seal_events(now=NOW).events == 0
        other.commit()
    finally:
        other.close()

    assert seal_events(now=NOW).events == 2
    assert verify().holds


COLUMNS = {
    "reason": "'I did not do it'",
    "actor_id": "gen_random_uuid()",
    "action": "CASE action WHEN 'INSERT' THEN 'DELETE' ELSE 'INSERT' END",
    "changed_columns": "'{other}'",
    "database_role": "'nobody'",
    "old_values": """'{"value": "0"}'""",
    "new_values": """'{"value": "2"}'""",
    "row_id": "'another'",
    "occurred_at": "occurred_at - interval '1 second'",
    "run": "'cron'",
    "run_id": "'x'",
    "table_name": "'other'",
    "txid": "txid - 1",
}


def test_a_changed_event_is_named(sealed: list[int]) -> None:
    """Each column of an event of one row, and of one that stands for the rows of a run (ADR 25)."""
    line = BankTransactionFactory.create(processing_status="imported")
    seal_events(now=NOW)
    run = AuditEvent.objects.get(table_name="bank_transactions", row_id="")
    assert str(line.pk) in run.new_values["rows"]
    assert set(COLUMNS) == {field.column for field in AuditEvent._meta.concrete_fields} - {"id"}

    for event in (sealed[1], run.pk):
        for column, value in COLUMNS.items():
            with transaction.atomic():
                as_superuser(f"UPDATE audit_events SET {column} = {value} WHERE id = {event}")
                found = verify()
                transaction.set_rollback(True)
            assert kinds(found) == {("event_changed", event)}, column
            assert str(event) in found.problems[0].message
    assert verify().holds


def test_a_removed_event_is_named(sealed: list[int]) -> None:
    as_superuser(f"DELETE FROM audit_events WHERE id = {sealed[0]}")

    assert kinds(verify()) == {("event_missing", sealed[0])}


def test_two_events_that_changed_places_are_named(sealed: list[int]) -> None:
    first, second = sealed[0], sealed[-1]
    as_superuser(
        f"UPDATE audit_events SET id = -1 WHERE id = {first}",
        f"UPDATE audit_events SET id = {first} WHERE id = {second}",
        f"UPDATE audit_events SET id = {second} WHERE id = -1",
    )

    assert kinds(verify()) == {("event_changed", first), ("event_changed", second)}


def test_an_event_moved_to_another_month_is_named(sealed: list[int]) -> None:
    as_superuser(f"UPDATE audit_events SET occurred_at = '2026-12-24Z' WHERE id = {sealed[0]}")

    assert kinds(verify()) == {("event_missing", sealed[0]), ("event_added", sealed[0])}


def test_an_event_put_in_afterwards_is_named(sealed: list[int]) -> None:
    """Dated back and under the number of an old transaction, so that it looks as if it had always been there."""
    as_superuser(
        "INSERT INTO audit_events (id, occurred_at, table_name, row_id, action, database_role, changed_columns, txid) "
        "SELECT -5, occurred_at, 'users', 'x', 'UPDATE', database_role, '{}', txid FROM audit_events "
        f"WHERE id = {sealed[0]}"
    )

    assert kinds(verify()) == {("event_added", -5)}


def test_a_removed_seal_is_found_with_its_events_and_without(sealed: list[int]) -> None:
    as_superuser("DELETE FROM audit_seals WHERE id = 1")

    assert {problem.kind for problem in verify().problems} >= {"seal_missing", "chain_broken", "event_added"}

    as_superuser(f"DELETE FROM audit_events WHERE id <= {sealed[1]}")
    assert {problem.kind for problem in verify().problems} >= {"seal_missing", "chain_broken"}


def test_a_changed_seal_is_found(sealed: list[int]) -> None:
    as_superuser("UPDATE audit_seals SET sealed_at = sealed_at - interval '1 day' WHERE id = 2")

    assert [(p.kind, p.seal_id) for p in verify().problems] == [("seal_changed", 2)]


def forge_chain() -> None:
    """What a superuser can do at best: change an event and make every hash anew, without the key."""
    previous = bytes(32)
    for seal in AuditSeal.objects.order_by("pk"):
        with connection.cursor() as cursor:
            from dwaybank.audit.chain import query

            cursor.execute(
                query("sealed_events"), {"ids": seal.event_ids, "month": "0001-01-01", "next_month": "9999-01-01"}
            )
            by_id = {row[0]: bytes(row[1]) for row in cursor.fetchall()}
        ids = [event_id for event_id in seal.event_ids if event_id in by_id]
        body = SealBody(
            seal.pk,
            seal.month,
            seal.position,
            seal.first_txid,
            seal.next_txid,
            seal.cluster,
            seal.covered_id,
            ids,
            b"".join(by_id[i] for i in ids),
            previous,
            seal.sealed_at,
        )
        previous_hex, previous = previous.hex(), body.hash()
        as_superuser(
            f"UPDATE audit_seals SET event_ids = '{{{','.join(map(str, ids))}}}', "
            f"event_hashes = '\\x{body.event_hashes.hex()}', previous_hash = '\\x{previous_hex}', "
            f"hash = '\\x{previous.hex()}' WHERE id = {seal.pk}"
        )


def test_a_chain_made_anew_is_not_signed(sealed: list[int]) -> None:
    as_superuser(f"UPDATE audit_events SET reason = 'x' WHERE id = {sealed[0]}")
    forge_chain()

    assert {(p.kind, p.seal_id) for p in verify().problems} == {("seal_forged", 1), ("seal_forged", 2)}


def test_an_anchor_outside_finds_even_who_has_the_key(sealed: list[int], tmp_path: Path) -> None:
    """The chain is cut off, or made anew from the beginning by the project's own functions."""
    out = StringIO()
    call_command("export_audit_anchor", stdout=out)
    anchor = tmp_path / "anchor.json"
    anchor.write_text(out.getvalue())
    as_superuser("DELETE FROM audit_seals", f"UPDATE audit_events SET reason = 'x' WHERE id = {sealed[0]}")

    assert verify().holds  # nothing is sealed: nothing contradicts
    assert verify_json("--anchor", str(anchor))["problems"][0]["kind"] == "anchor_missing"

    seal_events(now=NOW)
    write("f")
    seal_events(now=NOW)
    assert verify().holds
    assert verify_json("--anchor", str(anchor))["problems"][0]["kind"] == "anchor_differs"


def verify_json(*arguments: str) -> Any:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", "--json", *arguments, stdout=out)
    assert ended.value.code == 1
    return json.loads(out.getvalue())


def test_the_command_says_it_in_words_and_for_scripts(sealed: list[int]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert f"The audit holds: {len(sealed)} events in 2 seals" in out.getvalue()

    as_superuser(f"DELETE FROM audit_events WHERE id = {sealed[2]}")
    said = verify_json()
    assert (said["holds"], said["problems"][0]["event"]) == (False, sealed[2])


def test_a_file_that_is_no_anchor_is_refused_by_name(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[]")
    with pytest.raises(CommandError, match=r"wrong\.json is no audit anchor"):
        call_command("verify_audit", "--anchor", str(wrong))


def test_after_a_restore_into_another_server_the_chain_goes_on(sealed: list[int]) -> None:
    """There, transactions are numbered anew, from below those that are sealed; some events were not sealed before."""
    write("not sealed before the dump")
    as_superuser(
        "UPDATE audit_seals SET cluster = 'elsewhere', next_txid = next_txid + 5000000 * (id - 1)",
    )
    write("written before the first sealing there")
    # its hash is no longer its own, which this test is not about
    changed = {("seal_changed", None)}

    assert seal_events(now=NOW).events == 2
    write("later")
    assert seal_events(now=NOW).events == 1
    found = verify()
    assert kinds(found) == changed
    assert found.unsealed == 0


def test_months_past_seven_years_are_archived_and_still_proven(sealed: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT create_month_partition('audit_events', '2019-03-01')")
        cursor.execute(
            "INSERT INTO audit_events (occurred_at, table_name, row_id, action, database_role, changed_columns) "
            "VALUES ('2019-03-05Z', 'users', 'x', 'DELETE', 'r', '{}') RETURNING id"
        )
        (old,) = cursor.fetchone()
    seal_events(now=NOW)
    out = StringIO()
    call_command("archive_audit_events", stdout=out)
    try:
        assert out.getvalue() == "Archived 1 audit events.\n"
        assert not AuditEvent.objects.filter(pk=old).exists()
        assert verify().holds
        as_superuser(f"DELETE FROM audit_events_archive WHERE id = {old}")
        assert kinds(verify()) == {("event_missing", old)}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE audit_events_archive_y2019m03")


def test_rows_that_waited_for_their_month_are_still_proven(sealed: list[int]) -> None:
    """The DEFAULT partition lets go of them for the maker of months, and for nobody else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_events (occurred_at, table_name, row_id, action, database_role, changed_columns) "
            "VALUES ('2044-03-05Z', 'users', 'x', 'DELETE', 'r', '{}')"
        )
        seal_events(now=NOW)
        cursor.execute("SELECT create_month_partition('audit_events', '2044-03-01')")
        try:
            cursor.execute("SELECT count(*) FROM audit_events_y2044m03")
            assert cursor.fetchone() == (1,)
            assert verify().holds
        finally:
            cursor.execute("DROP TABLE audit_events_y2044m03")
