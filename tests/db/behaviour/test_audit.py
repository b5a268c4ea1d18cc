"""Every change of an audited row is recorded by the database, without secrets; updated_at is the database's."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, connection, transaction

from dwaybank.actor import Actor, acting_as, set_actor
from dwaybank.audit.rows import differing_rows
from dwaybank.errors import constraint_name
from dwaybank.models import AuditEvent, SystemConfig, User
from integrations.models import BankConnection, BankTransaction
from reconciliation.models import TransactionMapping
from tests.db.catalog.live import relations
from tests.factories import (
    BankConnectionFactory,
    BankTransactionFactory,
    BankWebhookFactory,
    ComplianceReportFactory,
    TransactionMappingFactory,
    UserFactory,
)
from tests.reconciliation.rows import Book

pytestmark = pytest.mark.django_db

CANARY = "s3cr3t-canary"


def events(table: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(table_name=table).order_by("id"))


def test_insert_update_and_delete_of_a_setting() -> None:
    SystemConfig.objects.create(key="k", value="1")
    SystemConfig.objects.filter(key="k").update(value="2")
    SystemConfig.objects.filter(key="k").delete()

    made, changed, gone = events("system_config")[-3:]
    assert (made.action, made.row_id, made.old_values, made.new_values["value"]) == ("INSERT", "k", None, "1")
    assert (changed.action, changed.old_values, changed.new_values) == ("UPDATE", {"value": "1"}, {"value": "2"})
    assert changed.changed_columns == ["value"]
    assert (gone.action, gone.old_values["value"], gone.new_values) == ("DELETE", "2", None)


def test_who_acts_and_why_is_recorded_for_that_transaction_only() -> None:
    person = UserFactory.create()
    with acting_as(Actor(person.pk, "request:42", "four eyes")):
        SystemConfig.objects.create(key="k", value="1")

    event = events("system_config")[-1]
    assert (event.actor_id, event.run, event.reason) == (person.pk, "request:42", "four eyes")
    assert event.database_role


def test_raw_sql_without_any_context_is_recorded_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dwaybank.context', '', true)")
        cursor.execute("UPDATE system_config SET value = '7' WHERE key = 'sync_frequency_hours'")

    event = events("system_config")[-1]
    assert (event.actor_id, event.run, event.new_values) == (None, "", {"value": "7"})


def test_secrets_are_named_but_never_stored() -> None:
    made = BankConnectionFactory.create(encrypted_credentials=CANARY, encrypted_access_token=CANARY)
    BankConnection.objects.filter(pk=made.pk).update(encrypted_refresh_token=CANARY)
    hook = BankWebhookFactory.create(webhook_secret=CANARY, verification_token=CANARY)
    user = UserFactory.create(password=CANARY)
    User.objects.filter(pk=user.pk).update(password=f"{CANARY}2")
    report = ComplianceReportFactory.create(report_data={"a": CANARY}, suspicious_activity_indicators=[CANARY])

    everything = [f"{event.old_values}{event.new_values}" for event in AuditEvent.objects.all()]
    assert not [text for text in everything if CANARY in text]
    assert "encrypted_refresh_token" in events("bank_connections")[-1].changed_columns
    assert "webhook_secret" in events("bank_webhooks")[-1].changed_columns
    assert events("users")[-1].changed_columns == ["password"]
    assert "report_data" in events("compliance_reports")[-1].changed_columns
    assert str(hook.pk) == events("bank_webhooks")[-1].row_id
    assert str(report.pk) == events("compliance_reports")[-1].row_id


def test_an_update_that_changes_nothing_leaves_no_event() -> None:
    made = BankConnectionFactory.create()
    before = len(events("bank_connections"))

    BankConnection.objects.filter(pk=made.pk).update(bank_name=made.bank_name)

    assert len(events("bank_connections")) == before


def test_a_sign_in_is_no_change_of_the_person() -> None:
    user = UserFactory.create()
    before = len(events("users"))

    User.objects.filter(pk=user.pk).update(last_login="2026-11-01T00:00Z")

    assert len(events("users")) == before


def test_it_records_what_was_stored_not_what_was_asked_for() -> None:
    made = BankConnectionFactory.create()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN NEW.bank_name := upper(NEW.bank_name); RETURN NEW; END'"
        )
        cursor.execute(
            "CREATE TRIGGER zz_shout BEFORE UPDATE ON bank_connections FOR EACH ROW EXECUTE FUNCTION shout()"
        )

    BankConnection.objects.filter(pk=made.pk).update(bank_name="quiet")

    assert events("bank_connections")[-1].new_values == {"bank_name": "QUIET"}


@pytest.mark.parametrize("secrets", ["", "'review_notes', 'mapping_algorithm'"])
def test_many_inserts_of_one_statement_are_recorded_as_one_by_one(secrets: str) -> None:
    """The trigger per statement and the one per row, on the same rows, write the same events."""
    book, person = Book(), UserFactory.create()
    rows = [
        TransactionMapping(
            bank_transaction_id=book.bank("-1.00").pk,
            transaction=book.ledger("-1.00"),
            mapping_type="manual",
            mapping_algorithm=CANARY,
            review_notes=CANARY,
        )
        for _ in range(3)
    ]
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER transaction_mappings_audit_insert_trigger ON transaction_mappings")
        cursor.execute(
            "CREATE TRIGGER zz_by_statement AFTER INSERT ON transaction_mappings REFERENCING NEW TABLE AS new_rows "
            f"FOR EACH STATEMENT EXECUTE FUNCTION audit_inserted_rows({secrets})"
        )
        cursor.execute(
            "CREATE TRIGGER aa_by_row AFTER INSERT ON transaction_mappings "
            f"FOR EACH ROW EXECUTE FUNCTION audit_table_changes({secrets})"
        )
    with acting_as(Actor(person.pk, "request:42", "a batch")):
        TransactionMapping.objects.bulk_create(rows)

    def told(event: AuditEvent) -> tuple[Any, ...]:
        return (
            event.row_id,
            event.action,
            event.actor_id,
            event.run,
            event.reason,
            event.database_role,
            sorted(event.changed_columns),
            event.old_values,
            event.new_values,
        )

    by_row, by_statement = events("transaction_mappings")[:3], events("transaction_mappings")[3:]
    assert {event.row_id for event in by_row} == set(map(str, TransactionMapping.objects.values_list("pk", flat=True)))
    assert len(by_row) == len(rows)
    assert sorted(map(told, by_statement)) == sorted(map(told, by_row))
    assert (CANARY in str(by_statement[0].new_values)) == (not secrets)
    assert (by_statement[0].actor_id, by_statement[0].reason) == (person.pk, "a batch")


def test_a_mapping_is_recorded_once_on_its_way_in_through_and_out() -> None:
    book = Book()
    TransactionMapping.objects.bulk_create(
        TransactionMapping(
            bank_transaction_id=book.bank("-1.00").pk, transaction=book.ledger("-1.00"), mapping_type="manual"
        )
        for _ in range(2)
    )
    TransactionMapping.objects.update(review_notes="looked at")
    TransactionMapping.objects.all().delete()

    actions = [event.action for event in events("transaction_mappings")]
    assert actions == ["INSERT"] * 2 + ["UPDATE"] * 2 + ["DELETE"] * 2


@pytest.mark.parametrize("statement", ["UPDATE audit_events SET reason = 'x'", "DELETE FROM audit_events"])
def test_events_are_never_changed(statement: str) -> None:
    BankConnectionFactory.create()

    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert constraint_name(refused.value) == "audit_events_append_only"


@pytest.mark.django_db(transaction=True)
def test_an_actor_needs_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="needs a transaction"):
        set_actor(Actor(None, "test"))


def tables_with_updated_at() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE a.attname = 'updated_at' AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
            "AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'bank_transactions_archive'"
        )
        return [name for (name,) in cursor.fetchall()]


def test_updated_at_is_kept_by_the_database_on_every_table_that_has_it() -> None:
    """Raw SQL that sets nonsense is overruled, table by table."""
    TransactionMappingFactory.create()
    BankWebhookFactory.create()
    ComplianceReportFactory.create()
    checked = 0
    with connection.cursor() as cursor:
        for table in tables_with_updated_at():
            cursor.execute(f"UPDATE {table} SET updated_at = '2001-01-01'")
            if cursor.rowcount:
                checked += 1
                cursor.execute(f"SELECT count(*) FROM {table} WHERE updated_at < CURRENT_TIMESTAMP - interval '1 day'")
                assert cursor.fetchone() == (0,), table
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgfoid = 'update_updated_at_column'::regproc AND NOT c.relispartition"
        )
        triggers = {name for (name,) in cursor.fetchall()}
    assert checked >= 8
    assert triggers == set(tables_with_updated_at())


# Not recorded, and why.
NOT_AUDITED = {
    "audit_events",  # the record itself, append-only
    "audit_events_archive",  # the record once more
    "audit_seals",  # the proof of the record, append-only
    "read_events",  # a record of looks, append-only
    "webhook_deliveries",  # a record itself, of what strangers may send at will
    "bank_transaction_keys",  # written by the triggers of bank_transactions in the same statement
}
EVENTS = {4: "INSERT", 16: "UPDATE", 8: "DELETE"}  # bits of pg_trigger.tgtype


def test_every_table_is_audited() -> None:
    """A new table needs one line in its app's triggers/ file: SELECT audit_table('its_name');"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgtype, t.tgname, t.tgattr::text FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT c.relispartition AND p.proname IN "
            "('audit_table_changes', 'audit_inserted_rows', 'audit_inserted_run', 'audit_updated_rows', "
            "'audit_deleted_rows')"
        )
        recorded: dict[str, set[str]] = {}
        for table, kind, name, columns in cursor.fetchall():
            # a sign-in is no change of the person, nor a count one of a webhook
            assert columns == "" or name in {"users_audit_trigger", "bank_webhooks_audit_trigger"}
            recorded.setdefault(table, set()).update(event for bit, event in EVENTS.items() if kind & bit)

    for table in relations("r", "p") - NOT_AUDITED | {"auth_group", "auth_group_permissions", "mfa_authenticator"}:
        assert recorded.get(table) == {"INSERT", "UPDATE", "DELETE"}, table


def test_who_has_which_role_is_recorded() -> None:
    person = UserFactory.create()
    group = Group.objects.create(name="Approver")
    person.groups.add(group)
    group.permissions.add(Permission.objects.get(codename="view_user"))
    person.groups.clear()

    given, taken = events("users_groups")[-2:]
    assert (given.action, given.new_values["user_id"], given.new_values["group_id"]) == (
        "INSERT",
        str(person.pk),
        group.pk,
    )
    assert (taken.action, taken.old_values) == ("DELETE", given.new_values)
    assert events("auth_group_permissions")[-1].new_values["group_id"] == group.pk


def test_bank_data_is_recorded_once_per_statement_and_its_content_by_digest() -> None:
    row = BankTransactionFactory.create(raw_data={"FITID": CANARY}, processing_status="imported")
    BankTransaction.objects.filter(pk=row.pk).update(raw_data={"FITID": "other"}, bank_reference="R")
    BankTransaction.objects.filter(pk=row.pk).update(bank_reference="R")
    BankTransaction.objects.filter(pk=row.pk).delete()

    made, changed, gone = events("bank_transactions")
    digest = "sha256:" + hashlib.sha256(f'{{"FITID": "{CANARY}"}}'.encode()).hexdigest()
    assert (made.row_id, list(made.new_values["rows"])) == ("", [str(row.pk)])
    assert changed.old_values["raw_data"] == digest
    assert gone.old_values["raw_data"] == changed.new_values["raw_data"] != digest
    assert set(changed.changed_columns) == {"raw_data", "bank_reference"}
    assert (changed.old_values["bank_reference"], changed.new_values["bank_reference"]) == (None, "R")
    kept = events("bank_transaction_versions")
    assert [event.action for event in kept] == ["INSERT", "DELETE"]
    assert kept[0].new_values["raw_data"] == digest


def rows_past_the_triggers(statement: str) -> list[tuple[str, str]]:
    """(row, what) that the audit finds after somebody who owns the tables did this without triggers."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bank_transactions DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE bank_transactions ENABLE TRIGGER USER")
    return [(problem.message.split()[1], problem.kind) for problem in differing_rows()]


def test_a_run_is_recorded_in_events_of_a_thousand_rows_each_with_its_digest() -> None:
    one = BankTransactionFactory.create()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bank_transactions (connection_id, account_id, bank_id, external_transaction_id, "
            "external_account_id, raw_data, normalized_data, amount, currency, transaction_type, transaction_date) "
            "SELECT connection_id, account_id, bank_id, 'N' || n, external_account_id, raw_data, normalized_data, "
            "amount, currency, transaction_type, transaction_date FROM bank_transactions, generate_series(1, 2100) n"
        )

    first, *run = events("bank_transactions")
    assert [len(event.new_values["rows"]) for event in run] == [1000, 1000, 100]
    recorded = {row for event in run for row in event.new_values["rows"]}
    assert recorded == {str(pk) for pk in BankTransaction.objects.exclude(pk=one.pk).values_list("pk", flat=True)}
    assert len(set(first.new_values["rows"].values()) | {d for e in run for d in e.new_values["rows"].values()}) == 2101


def test_a_run_of_updates_is_recorded_in_events_of_a_thousand_rows_with_all_values() -> None:
    BankTransactionFactory.create(processing_status="imported", bank_reference="same")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bank_transactions (connection_id, account_id, bank_id, external_transaction_id, "
            "external_account_id, raw_data, normalized_data, amount, currency, transaction_type, transaction_date) "
            "SELECT connection_id, account_id, bank_id, 'N' || n, external_account_id, raw_data, normalized_data, "
            "amount, currency, transaction_type, transaction_date FROM bank_transactions, generate_series(1, 1100) n"
        )
        cursor.execute(
            "UPDATE bank_transactions SET processing_status = 'processed', bank_reference = external_transaction_id "
            "WHERE bank_reference IS NULL"
        )
        changes = [event for event in events("bank_transactions") if event.action == "UPDATE"]
        assert [(event.action, event.row_id, len(event.new_values["rows"])) for event in changes] == [
            ("UPDATE", "", 1000),
            ("UPDATE", "", 100),
        ]
        assert set(changes[0].changed_columns) == {"processing_status", "bank_reference"}
        assert changes[0].old_values == {"all": {"processing_status": "imported", "bank_reference": None}}
        assert changes[0].new_values["all"] == {"processing_status": "processed"}
        cursor.execute("SELECT id::text, bank_reference FROM bank_transactions WHERE bank_reference <> 'same'")
        assert {pk: value["bank_reference"] for e in changes for pk, value in e.new_values["rows"].items()} == dict(
            cursor.fetchall()
        )

        # what came in is changed by a run: the audit says so, and only what was done past it is named
        cursor.execute("UPDATE bank_transactions SET amount = amount + 1 WHERE bank_reference <> 'same'")
        assert list(differing_rows()) == []
        row = BankTransaction.objects.get(bank_reference="same")
    forged = f"UPDATE bank_transactions SET amount = amount + 1 WHERE id = '{row.pk}'"
    assert rows_past_the_triggers(forged) == [(str(row.pk), "row_changed")]


def test_few_updates_at_once_have_an_event_each() -> None:
    rows = BankTransactionFactory.create_batch(3)
    BankTransaction.objects.update(bank_reference="R")
    changed = [event for event in events("bank_transactions") if event.action == "UPDATE"]
    assert {event.row_id for event in changed} == {str(row.pk) for row in rows}
    assert {event.new_values["bank_reference"] for event in changed} == {"R"}


def test_what_is_changed_or_removed_past_the_triggers_is_found() -> None:
    rows = BankTransactionFactory.create_batch(4)
    BankTransaction.objects.filter(pk=rows[0].pk).update(raw_data={"FITID": "new"})
    BankTransaction.objects.filter(pk=rows[1].pk).update(processing_status="processed")
    assert list(differing_rows()) == []

    forged = f"UPDATE bank_transactions SET amount = amount + 1 WHERE id = '{rows[2].pk}'"
    assert rows_past_the_triggers(forged) == [(str(rows[2].pk), "row_changed")]
    removed = f"DELETE FROM bank_transactions WHERE id = '{rows[3].pk}'"
    assert (str(rows[3].pk), "row_gone") in rows_past_the_triggers(removed)


def test_each_row_of_an_update_names_the_columns_that_changed_in_it() -> None:
    """Also of types without equality, and of columns whose values are never stored."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE odd (id int, a text, b json, c point, encrypted_d text, updated_at timestamptz)")
        cursor.execute("SELECT audit_table('odd')")
        cursor.execute("INSERT INTO odd SELECT n, 'x', '{}', '(1,2)', 'z', now() FROM generate_series(1, 5) AS n")
        cursor.execute(
            """UPDATE odd SET a = CASE id WHEN 1 THEN NULL ELSE a END, b = CASE id WHEN 2 THEN '[]' ELSE b END,
            c = CASE id WHEN 3 THEN point '(3,4)' ELSE c END, encrypted_d = CASE id WHEN 4 THEN 'w' ELSE 'z' END,
            updated_at = now() + interval '1 day'"""
        )

    changed = {event.row_id: event for event in events("odd") if event.action == "UPDATE"}
    assert {key: event.changed_columns for key, event in changed.items()} == {
        "1": ["a"],
        "2": ["b"],
        "3": ["c"],
        "4": ["encrypted_d"],
    }
    assert (changed["1"].old_values, changed["1"].new_values) == ({"a": "x"}, {"a": None})
    assert (changed["3"].old_values, changed["3"].new_values) == ({"c": "(1,2)"}, {"c": "(3,4)"})
    assert (changed["4"].old_values, changed["4"].new_values) == ({}, {})


def test_a_row_that_gets_another_id_is_deleted_and_inserted() -> None:
    book = Book()
    book.ledger("1.00")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE transactions SET id = gen_random_uuid(), description = 'x'")

    made, *both = events("transactions")
    assert made.action == "INSERT"
    assert {event.action for event in both} == {"INSERT", "DELETE"}
    gone = next(event for event in both if event.action == "DELETE")
    assert gone.row_id == made.row_id
    assert gone.old_values["description"] == made.new_values["description"]


def test_upsert_records_what_became_of_each_row() -> None:
    book = Book()
    old = book.ledger("1.00")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO transactions "
            "(id, account_id, amount, transaction_type, transaction_date, description, status) "
            "SELECT wanted, account_id, 2, transaction_type, transaction_date, description, status "
            "FROM transactions, unnest(ARRAY[id, gen_random_uuid()]) AS wanted "
            "ON CONFLICT (id) DO UPDATE SET amount = EXCLUDED.amount"
        )

    new, *_ = [event for event in events("transactions")[1:] if event.action == "INSERT"]
    changed = next(event for event in events("transactions") if event.action == "UPDATE")
    assert (changed.row_id, changed.old_values, changed.new_values) == (str(old.pk), {"amount": 1.0}, {"amount": 2.0})
    assert new.row_id != str(old.pk)
    assert len(events("transactions")) == 3


def test_the_run_and_what_one_transaction_adds_to_it() -> None:
    person = UserFactory.create()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('dwaybank.run', %s, true)",
            [json.dumps({"actor": str(person.pk), "run": "request", "run_id": "r-1"})],
        )
    SystemConfig.objects.create(key="k", value="1")
    with acting_as(Actor(None, "request", "four eyes")):
        SystemConfig.objects.filter(key="k").update(value="2")

    plain, reasoned = events("system_config")[-2:]
    assert (plain.actor_id, plain.run, plain.run_id, plain.reason) == (person.pk, "request", "r-1", "")
    assert (reasoned.actor_id, reasoned.run_id, reasoned.reason) == (person.pk, "r-1", "four eyes")
