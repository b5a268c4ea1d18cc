"""``bank_transaction_keys``: the same bank id never twice for an account, whatever writes."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from dwaybank.errors import constraint_name
from integrations.models import (
    BankConnection,
    BankTransaction,
    BankTransactionKey,
    BankTransactionVersion,
)
from reconciliation.models import TransactionMapping
from tests.factories import (
    AccountFactory,
    BankConnectionFactory,
    BankTransactionFactory,
    TransactionMappingFactory,
)

COLUMNS = (
    "connection_id, account_id, bank_id, external_transaction_id, external_account_id, raw_data, normalized_data, "
)
COLUMNS += "amount, transaction_type, transaction_date"


def keys_agree() -> bool:
    rows = BankTransaction.objects.values_list(
        "pk", "bank_id", "external_account_id", "external_transaction_id", "transaction_date"
    )
    keys = BankTransactionKey.objects.values_list(
        "pk", "bank_id", "external_account_id", "external_transaction_id", "transaction_date"
    )
    return sorted(rows) == sorted(keys)


@pytest.mark.django_db
class TestKeys:
    def test_the_same_id_of_an_account_is_refused_by_name(self) -> None:
        row = BankTransactionFactory.create()

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            BankTransactionFactory.create(
                connection=row.connection,
                account=row.account,
                external_transaction_id=row.external_transaction_id,
                transaction_date=date(2025, 1, 1),  # another month, another partition
            )
        assert constraint_name(refused.value) == "idx_bank_transactions_unique"
        assert keys_agree()

    def test_another_account_or_bank_may_use_the_id(self) -> None:
        row = BankTransactionFactory.create()
        BankTransactionFactory.create(external_transaction_id=row.external_transaction_id)
        BankTransactionFactory.create(
            connection=BankConnectionFactory.create(bank_id="td"),
            external_account_id=row.external_account_id,
            external_transaction_id=row.external_transaction_id,
        )
        assert keys_agree()

    def test_a_row_of_another_date_moves_and_its_key_follows(self) -> None:
        row = BankTransactionFactory.create()

        BankTransaction.objects.filter(pk=row.pk).update(transaction_date=date(2025, 2, 3), raw_description="NEW")

        assert keys_agree()
        version = BankTransactionVersion.objects.get()
        assert (version.transaction_date, version.raw_description) == (row.transaction_date, row.raw_description)
        with connection.cursor() as cursor:
            cursor.execute("SELECT tableoid::regclass::text FROM bank_transactions")
            assert cursor.fetchall() == [("bank_transactions_y2025m02",)]

    def test_mapping_a_row_makes_no_version(self) -> None:
        mapping = TransactionMappingFactory.create()

        BankTransaction.objects.update(processing_status="mapped", mapped_transaction=mapping.transaction)

        assert not BankTransactionVersion.objects.exists()

    def test_copy_and_insert_select_write_keys(self) -> None:
        row = BankTransactionFactory.create()
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO bank_transactions ({COLUMNS}) SELECT connection_id, account_id, bank_id, 'S' || n, "
                "external_account_id, raw_data, normalized_data, amount, transaction_type, transaction_date + n "
                "FROM bank_transactions, generate_series(1, 50) AS n"
            )
            with cursor.copy(f"COPY bank_transactions ({COLUMNS}) FROM STDIN") as copy:
                copy.write_row(
                    (row.connection_id, row.account_id, "rbc", "C1", "x", "{}", "{}", "1.00", "debit", "2026-01-02")
                )

        assert BankTransaction.objects.count() == 52
        assert keys_agree()

    def test_the_id_never_changes(self) -> None:
        row = BankTransactionFactory.create()

        with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE bank_transactions SET id = gen_random_uuid() WHERE id = %s", [row.pk])
        assert constraint_name(refused.value) == "bank_transactions_id_immutable"

    @pytest.mark.parametrize("what", ["account", "connection", "user"])
    def test_deleting_what_owns_the_rows_takes_keys_and_mappings_along(self, what: str) -> None:
        mapping = TransactionMappingFactory.create()
        row = BankTransaction.objects.get()
        owner: Any = {"account": row.account, "connection": row.connection, "user": row.connection.user}[what]
        other = BankTransactionFactory.create()

        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {owner._meta.db_table} WHERE id = %s", [owner.pk])

        assert not TransactionMapping.objects.filter(pk=mapping.pk).exists()
        assert list(BankTransactionKey.objects.values_list("pk", flat=True)) == [other.pk]
        assert keys_agree()

    def test_deleting_the_ledger_row_keeps_the_bank_row(self) -> None:
        mapping = TransactionMappingFactory.create()
        BankTransaction.objects.update(mapped_transaction=mapping.transaction)

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM transactions WHERE id = %s", [mapping.transaction_id])

        assert BankTransaction.objects.get().mapped_transaction_id is None
        assert not TransactionMapping.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_sessions_with_the_same_id_one_wins() -> None:
    made: BankConnection = BankConnectionFactory.create()
    account = AccountFactory.create(user=made.user)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def insert() -> None:
        try:
            start.wait()
            BankTransactionFactory.create(connection=made, account=account, external_transaction_id="SAME")
            outcomes.append("stored")
        except IntegrityError as error:
            outcomes.append(str(constraint_name(error)))
        finally:
            connection.close()

    threads = [threading.Thread(target=insert) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["idx_bank_transactions_unique", "stored"]
    assert keys_agree()
