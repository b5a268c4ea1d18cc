"""Months of the partitioned tables: made ahead, made late, never an error, never a row lost."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.models import BankSyncLog, BankTransaction, BankTransactionKey, BankTransactionVersion
from reconciliation.models import TransactionMapping
from tests.examples import examples
from tests.factories import BankSyncLogFactory, BankTransactionFactory, TransactionMappingFactory

FAR = date(2041, 5, 17)


def run(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def partitions(table: str) -> set[str]:
    rows = run(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass(%s)",
        table,
    )
    return {name for (name,) in rows}


def where_it_lies(table: str) -> list[str]:
    return sorted(name for (name,) in run(f"SELECT tableoid::regclass::text FROM {table}"))


@pytest.mark.django_db
class TestMonths:
    def test_the_migrations_made_2024_to_three_months_ahead_and_no_years(self) -> None:
        names = partitions("bank_transactions")

        assert {"bank_transactions_default", "bank_transactions_y2024m01", "bank_transactions_y2024m12"} <= names
        assert "bank_transactions_y2024" not in names
        ahead = datetime.now(UTC).date().replace(day=1)
        for _ in range(3):
            ahead = date(ahead.year + ahead.month // 12, ahead.month % 12 + 1, 1)
            assert f"bank_transactions_y{ahead.year}m{ahead.month:02d}" in names
            assert f"bank_sync_logs_y{ahead.year}m{ahead.month:02d}" in partitions("bank_sync_logs")

    def test_making_a_month_twice_is_no_error(self) -> None:
        for _ in range(2):
            run("SELECT create_bank_transactions_partition(%s)", FAR)

        assert "bank_transactions_y2041m05" in partitions("bank_transactions")

    @settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
    @given(day=st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
    def test_any_day_gets_its_month(self, day: date) -> None:
        with transaction.atomic():
            run("SELECT create_bank_transactions_partition(%s)", day)
            BankTransactionFactory.create(transaction_date=day)
            assert where_it_lies("bank_transactions") == [f"bank_transactions_y{day.year}m{day.month:02d}"]
            transaction.set_rollback(True)

    def test_no_date_is_an_error(self) -> None:
        with pytest.raises(DatabaseError, match="needs a date"):
            run("SELECT create_bank_transactions_partition(NULL)")

    def test_a_row_without_a_month_waits_in_default_and_moves_when_the_month_is_made(self) -> None:
        row = BankTransactionFactory.create(transaction_date=FAR)
        mapping = TransactionMappingFactory.create(bank_row=row)
        before = BankTransaction.objects.values().get()
        assert where_it_lies("bank_transactions") == ["bank_transactions_default"]

        run("SELECT create_bank_transactions_partition(%s)", FAR)

        assert where_it_lies("bank_transactions") == ["bank_transactions_y2041m05"]
        assert BankTransaction.objects.values().get() == before
        assert BankTransactionKey.objects.get().pk == row.pk
        assert TransactionMapping.objects.get().pk == mapping.pk
        assert not BankTransactionVersion.objects.exists()

    def test_months_of_sync_logs_are_months_in_utc(self) -> None:
        run("SELECT create_bank_sync_logs_partition('2041-05-01')")
        BankSyncLogFactory.create(started_at=datetime(2041, 5, 1, 0, 0, tzinfo=UTC))
        BankSyncLogFactory.create(started_at=datetime(2041, 5, 31, 23, 59, tzinfo=UTC), completed_at=None)
        BankSyncLogFactory.create(started_at=datetime(2041, 4, 30, 23, 59, tzinfo=UTC))

        assert where_it_lies("bank_sync_logs") == ["bank_sync_logs_default", *["bank_sync_logs_y2041m05"] * 2]

    def test_a_sync_log_that_waited_keeps_its_duration(self) -> None:
        started, ended = datetime(2041, 6, 1, 10, 0, tzinfo=UTC), datetime(2041, 6, 1, 10, 1, tzinfo=UTC)
        BankSyncLogFactory.create(started_at=started, completed_at=ended)

        run("SELECT create_bank_sync_logs_partition('2041-06-30')")

        assert where_it_lies("bank_sync_logs") == ["bank_sync_logs_y2041m06"]
        assert BankSyncLog.objects.get().duration_ms == 60_000


@pytest.mark.django_db(transaction=True)
def test_many_sessions_may_make_the_same_month_at_once() -> None:
    errors: list[str] = []
    start = threading.Barrier(4)

    def make() -> None:
        try:
            start.wait()
            run("SELECT create_bank_transactions_partition('2042-01-15')")
        except DatabaseError as error:
            errors.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert "bank_transactions_y2042m01" in partitions("bank_transactions")
    run("DROP TABLE bank_transactions_y2042m01")
