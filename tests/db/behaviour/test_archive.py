"""After seven years a month changes tables; after one year sync logs go."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from dwaybank.errors import constraint_name
from dwaybank.models import SystemLog
from integrations.models import (
    ArchivedBankTransaction,
    BankSyncLog,
    BankTransaction,
    BankTransactionKey,
    BankTransactionVersion,
)
from reconciliation.models import TransactionMapping
from tests.db.behaviour.test_partitions import partitions, run, where_it_lies
from tests.factories import BankSyncLogFactory, BankTransactionFactory, TransactionMappingFactory

pytestmark = pytest.mark.django_db

OLD = date(2015, 3, 9)


def archive() -> int:
    return int(run("SELECT archive_old_bank_transactions()")[0][0])


def old_row(**fields: Any) -> BankTransaction:
    run("SELECT create_bank_transactions_partition(%s)", OLD)
    return BankTransactionFactory.create(**{"transaction_date": OLD, **fields})


def test_a_month_past_seven_years_moves_as_it_is() -> None:
    row = old_row()
    BankTransaction.objects.filter(pk=row.pk).update(raw_description="CHANGED")
    mapping = TransactionMappingFactory.create(bank_row=BankTransaction.objects.get())
    young = BankTransactionFactory.create()
    ((file_node,),) = run("SELECT pg_relation_filenode('bank_transactions_y2015m03')")
    before = BankTransaction.objects.filter(pk=row.pk).values().get()

    assert archive() == 1

    assert ArchivedBankTransaction.objects.values().get() == before
    assert list(BankTransaction.objects.values_list("pk", flat=True)) == [young.pk]
    assert where_it_lies("bank_transactions_archive") == ["bank_transactions_archive_y2015m03"]
    # the very same file on disk: nothing was copied
    assert run("SELECT pg_relation_filenode('bank_transactions_archive_y2015m03')") == [(file_node,)]
    assert TransactionMapping.objects.get().pk == mapping.pk
    assert BankTransactionVersion.objects.get().bank_transaction_id == row.pk
    assert BankTransactionKey.objects.filter(pk=row.pk).exists()
    log = SystemLog.objects.get()
    assert (log.level, log.metadata) == ("INFO", {"archived_count": 1})


def test_an_archived_id_is_still_refused() -> None:
    row = old_row()
    archive()

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BankTransactionFactory.create(
            external_account_id=row.external_account_id, external_transaction_id=row.external_transaction_id
        )
    assert constraint_name(refused.value) == "idx_bank_transactions_unique"


def test_late_rows_of_an_archived_month_join_it() -> None:
    first = old_row()
    archive()
    late = old_row(external_transaction_id="LATE")

    assert archive() == 1

    assert set(ArchivedBankTransaction.objects.values_list("pk", flat=True)) == {first.pk, late.pk}
    assert "bank_transactions_y2015m03" not in partitions("bank_transactions")


def test_old_rows_that_waited_in_default_are_archived_too() -> None:
    row = BankTransactionFactory.create(transaction_date=date(2011, 1, 31))
    waiting = BankTransactionFactory.create(transaction_date=date(2055, 1, 1))

    assert archive() == 1

    assert ArchivedBankTransaction.objects.get().pk == row.pk
    assert BankTransaction.objects.get().pk == waiting.pk


def test_the_month_in_which_seven_years_end_stays() -> None:
    today = timezone.now().date()
    edge = today.replace(year=today.year - 7, day=1)
    run("SELECT create_bank_transactions_partition(%s)", edge)
    BankTransactionFactory.create(transaction_date=edge)

    assert archive() == 0
    assert SystemLog.objects.get().metadata == {"archived_count": 0}


def test_archived_rows_still_belong_to_somebody() -> None:
    row = old_row()
    mapping = TransactionMappingFactory.create(bank_row=row)
    archive()

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts WHERE id = %s", [row.account_id])

    assert not ArchivedBankTransaction.objects.exists()
    assert not BankTransactionKey.objects.exists()
    assert not TransactionMapping.objects.filter(pk=mapping.pk).exists()
    with pytest.raises(IntegrityError, match="_fkey"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bank_transactions_archive (connection_id, account_id, bank_id, external_transaction_id, "
            "external_account_id, raw_data, normalized_data, amount, transaction_type, transaction_date) VALUES "
            "(gen_random_uuid(), gen_random_uuid(), 'rbc', 'x', 'y', '{}', '{}', 1, 'debit', '2015-03-01')"
        )


def test_sync_logs_past_a_year_go_by_month_and_by_row() -> None:
    long_ago = timezone.now() - timedelta(days=800)
    run("SELECT create_bank_sync_logs_partition(%s)", long_ago.date())
    dropped = f"bank_sync_logs_y{long_ago.year}m{long_ago.astimezone(UTC).month:02d}"
    BankSyncLogFactory.create(started_at=long_ago)
    BankSyncLogFactory.create(started_at=timezone.now() - timedelta(days=367))  # waits in DEFAULT
    kept = BankSyncLogFactory.create(started_at=timezone.now() - timedelta(days=364))

    assert run("SELECT cleanup_old_sync_logs()") == [(2,)]

    assert BankSyncLog.objects.get().pk == kept.pk
    assert dropped not in partitions("bank_sync_logs")
    assert SystemLog.objects.get().metadata == {"deleted_count": 2}
    assert run("SELECT cleanup_old_sync_logs()") == [(0,)]


def test_a_month_partly_past_a_year_is_not_dropped() -> None:
    edge = timezone.now() - timedelta(days=365)
    run("SELECT create_bank_sync_logs_partition(%s)", edge.date())
    BankSyncLogFactory.create(started_at=datetime(edge.year, edge.month, 1, tzinfo=UTC))

    run("SELECT cleanup_old_sync_logs()")

    assert f"bank_sync_logs_y{edge.year}m{edge.month:02d}" in partitions("bank_sync_logs")
