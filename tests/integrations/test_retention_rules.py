"""Bank data past its time goes by two people's plan; what another duty keeps, stays."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db import connection as django_connection

from dwaybank import retention
from dwaybank.actor import Actor
from dwaybank.errors import explain
from dwaybank.models import AuditEvent, LegalHold
from integrations.importing import import_statement
from integrations.models import (
    ArchivedBankTransaction,
    BankConnection,
    BankStatement,
    BankTransaction,
    BankTransactionKey,
    PendingTransaction,
    StatementFile,
)
from tests.compliance.cash import person, receipt
from tests.factories import BankConnectionFactory, BankTransactionFactory, TransactionMappingFactory, UserFactory
from tests.integrations.statements_text import Row, ofx

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=8 * 366)


def ended(**values: Any) -> BankConnection:
    """A connection that was disconnected, and whose data had to be kept until a month ago."""
    facts = {"deleted_at": NOW - timedelta(days=400), "data_retention_until": NOW - timedelta(days=30)}
    connection: BankConnection = BankConnectionFactory.create(connection_status="disabled", **{**facts, **values})
    return connection


def row(connection: BankConnection, text: str, made: datetime = LONG_AGO) -> BankTransaction:
    found: BankTransaction = BankTransactionFactory.create(connection=connection, raw_description=text, created_at=made)
    return found


def purge(name: str) -> int:
    """Planned by one person, approved by another, carried out."""
    one, two = UserFactory.create(staff=True), UserFactory.create(staff=True)
    plan = retention.plan_purge(rule=retention.retention_rule(name), at=NOW, by=one)
    retention.approve_purge(plan=plan, by=two, at=NOW)
    return sum(retention.execute_plan(plan=plan, at=NOW, actor=Actor(two.pk, "test")))


def test_only_what_no_duty_keeps_is_due_and_goes_by_a_plan_of_two(capsys: pytest.CaptureFixture[str]) -> None:
    connection = ended()
    free = row(connection, "free")
    row(connection, "young", NOW - timedelta(days=365))
    TransactionMappingFactory.create(bank_row=row(connection, "mapped lately"))
    record = receipt("A-1", NOW, "12000.00", person("ann"))
    record.bank_transaction = BankTransactionKey.objects.get(pk=row(connection, "on a cash record").pk)
    record.save()
    row(BankConnectionFactory.create(data_retention_until=NOW - timedelta(days=30)), "of a connection in use")
    row(ended(data_retention_until=NOW + timedelta(days=30)), "not yet")
    PendingTransaction.objects.create(
        connection=connection,
        account=free.account,
        external_account_id="a",
        external_transaction_id="p",
        amount="1.00",
        currency="CAD",
        transaction_type="debit",
        transaction_date=LONG_AGO.date(),
        raw_data={},
        first_seen_at=LONG_AGO,
        last_seen_at=LONG_AGO,
    )
    rule = retention.retention_rule("bank_transactions")
    assert list(retention.due_rows(rule, NOW)) == [free]
    assert retention.count_due(retention.retention_rule("pending_transactions"), NOW).due == 1

    call_command("purge_expired", rule="bank_transactions")
    said = capsys.readouterr().out
    assert "due: 1" in said
    assert "kept: 1, recorded less than 5 years ago" in said
    assert "kept: 1, needed by large_cash_records" in said
    assert BankTransaction.objects.count() == 6

    assert purge("bank_transactions") == 1
    left = set(BankTransaction.objects.values_list("raw_description", flat=True))
    assert left == {"young", "mapped lately", "on a cash record", "of a connection in use", "not yet"}
    assert not BankTransactionKey.objects.filter(pk=free.pk).exists()


def test_a_legal_hold_on_the_customer_keeps_it() -> None:
    connection = ended()
    row(connection, "free")
    LegalHold.objects.create(user=connection.user, reason="Court order", placed_by=UserFactory.create(staff=True))
    counted = retention.count_due(retention.retention_rule("bank_transactions"), NOW)
    assert (counted.due, counted.held) == (0, 1)


def test_archived_rows_go_the_same_way() -> None:
    connection = ended()
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT create_bank_transactions_partition('2015-03-01')")
    for text in ("free", "mapped lately"):
        BankTransactionFactory.create(
            connection=connection, raw_description=text, created_at=LONG_AGO, transaction_date=date(2015, 3, 14)
        )
    TransactionMappingFactory.create(bank_row=BankTransaction.objects.get(raw_description="mapped lately"))
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT archive_old_bank_transactions()")
    assert ArchivedBankTransaction.objects.count() == 2

    assert purge("bank_transactions_archive") == 1
    assert ArchivedBankTransaction.objects.get().raw_description == "mapped lately"
    assert BankTransactionKey.objects.count() == 1


def test_a_statement_file_goes_after_its_rows_and_leaves_its_hash(capsys: pytest.CaptureFixture[str]) -> None:
    """Refused by the database itself while anything keeps it: age, connection, rows that came from it, a hold."""
    owner = UserFactory.create()
    data = ofx(Row("2026-10-05", "-12.34", fitid="A1"))
    import_statement(data=data, file_name="october.ofx", owner=owner, actor=Actor(None, "test"), create_accounts=True)
    file = StatementFile.objects.get()

    def refused() -> str:
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            StatementFile.objects.filter(pk=file.pk)._raw_delete("default")
        return explain(error.value)

    def kept() -> dict[str, int]:
        counted = retention.count_due(retention.retention_rule("statement_files"), NOW)
        assert (counted.due, counted.held) == (0, 0)
        return counted.kept

    assert "less than five years" in refused()
    assert kept() == {"handed in less than 5 years ago": 1}
    StatementFile.objects.update(created_at=LONG_AGO)
    BankTransaction.objects.update(created_at=LONG_AGO)
    assert "a connection in use" in refused()
    BankConnection.objects.update(deleted_at=NOW - timedelta(days=400), data_retention_until=NOW - timedelta(days=30))
    assert "bank transactions that came from it" in refused()
    call_command("purge_expired", rule="statement_files")
    assert "kept: 1, bank transactions that came from it are kept" in capsys.readouterr().out

    assert purge("bank_transactions") == 1
    hold = LegalHold.objects.create(user=owner, reason="Court order", placed_by=UserFactory.create(staff=True))
    assert "legal hold" in refused()
    assert retention.count_due(retention.retention_rule("statement_files"), NOW).held == 1
    hold.released_by, hold.released_at, hold.release_reason = hold.placed_by, NOW, "Over"
    hold.save()
    with django_connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE dwaybank_app")
        assert purge("statement_files") == 1
        cursor.execute("RESET ROLE")
    assert not StatementFile.objects.exists()
    assert not BankStatement.objects.exists()
    (event,) = AuditEvent.objects.filter(table_name="statement_files", action="DELETE")
    assert event.old_values["sha256"] == hashlib.sha256(data).hexdigest()
    assert "content" not in event.old_values
