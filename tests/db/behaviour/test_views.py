"""The two views against numbers worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.models import BankTransaction
from reconciliation.models import TransactionReconciliationStatus
from tests.examples import examples
from tests.factories import (
    AccountFactory,
    BankConnectionFactory,
    BankSyncLogFactory,
    BankTransactionFactory,
    TransactionFactory,
    TransactionMappingFactory,
)

pytestmark = pytest.mark.django_db


def status(account: Any) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM transaction_reconciliation_status WHERE account_id = %s", [account.pk])
        names = [column.name for column in cursor.description]
        rows = cursor.fetchall()
    assert len(rows) <= 1
    return dict(zip(names, rows[0], strict=True)) if rows else {}


class TestReconciliationStatus:
    def row(self, account: Any, amount: str, direction: str, **fields: Any) -> BankTransaction:
        return BankTransactionFactory.create(
            account=account, amount=Decimal(amount), transaction_type=direction, **fields
        )

    def map(self, row: BankTransaction, amount: str | None = None, **fields: Any) -> None:
        ledger = TransactionFactory.create(
            account=row.account, amount=Decimal(amount or row.amount), transaction_type=row.transaction_type
        )
        TransactionMappingFactory.create(bank_row=row, transaction=ledger, **fields)

    def test_a_hundred_out_and_a_hundred_in_are_nothing(self) -> None:
        account = AccountFactory.create()
        self.row(account, "100.00", "debit")
        self.row(account, "100.00", "credit")

        assert status(account)["total_bank_amount"] == 0

    def test_every_number(self) -> None:
        account = AccountFactory.create(account_name="Everyday", external_bank_name="RBC")
        self.map(self.row(account, "50.00", "debit", transaction_date=date(2026, 9, 1)))
        self.map(self.row(account, "1000.00", "credit", transaction_date=date(2026, 10, 9)), mapping_type="manual")
        self.map(
            self.row(account, "20.00", "debit"), "19.50", mapping_type="corrected", reconciliation_status="discrepancy"
        )
        self.row(account, "7.25", "debit")
        self.row(account, "999.00", "debit", processing_status="duplicate")  # stored twice, counted once

        found = status(account)

        imported = BankTransaction.objects.order_by("-imported_at").values_list("imported_at", flat=True)[0]
        assert found == {
            "account_id": account.pk,
            "user_id": account.user_id,
            "account_name": "Everyday",
            "external_bank_name": "RBC",
            "total_bank_transactions": 4,
            "mapped_transactions": 3,
            "unmapped_transactions": 1,
            "total_bank_amount": Decimal("922.75"),
            "total_mapped_amount": Decimal("930.50"),
            "reconciliation_difference": Decimal("-7.75"),
            "automatic_mappings": 1,
            "manual_mappings": 1,
            "discrepancies": 1,
            "earliest_transaction": date(2026, 9, 1),
            "latest_transaction": date(2026, 10, 9),
            "last_import": imported,
        }
        assert list(found) == [field.column for field in TransactionReconciliationStatus._meta.fields]

    def test_an_account_without_rows_counts_nothing(self) -> None:
        found = status(AccountFactory.create())

        assert (found["total_bank_transactions"], found["unmapped_transactions"]) == (0, 0)
        assert (found["total_bank_amount"], found["reconciliation_difference"]) == (0, 0)
        assert (found["earliest_transaction"], found["last_import"]) == (None, None)

    def test_own_and_deleted_accounts_are_left_out(self) -> None:
        assert status(AccountFactory.create(is_external=False)) == {}
        assert status(AccountFactory.create(deleted_at=timezone.now())) == {}

    @settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        rows=st.lists(
            st.tuples(st.decimals("0.00", "9999.99", places=2), st.sampled_from(["debit", "credit"]), st.booleans()),
            max_size=8,
        )
    )
    def test_sums_are_signed_on_both_sides(self, rows: list[tuple[Decimal, str, bool]]) -> None:
        account = AccountFactory.create()
        expected, mapped = Decimal(0), Decimal(0)
        for amount, direction, is_mapped in rows:
            row = self.row(account, str(amount), direction)
            signed = amount if direction == "credit" else -amount
            expected += signed
            if is_mapped:
                self.map(row)
                mapped += signed

        found = status(account)
        assert (found["total_bank_amount"], found["total_mapped_amount"]) == (expected, mapped)
        assert found["reconciliation_difference"] == expected - mapped


class TestIntegrationHealth:
    def health(self, made: Any) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM bank_integration_health WHERE connection_id = %s", [made.pk])
            names = [column.name for column in cursor.description]
            rows = cursor.fetchall()
        return dict(zip(names, rows[0], strict=True)) if rows else {}

    def test_syncs_of_seven_days(self) -> None:
        made = BankConnectionFactory.create(last_successful_sync=timezone.now())
        now = timezone.now()
        for days, seconds, outcome in [(1, 2, "completed"), (6, 4, "failed"), (6.9, 9, "partial"), (8, 99, "failed")]:
            started = now - timedelta(days=days)
            BankSyncLogFactory.create(
                connection=made,
                started_at=started,
                completed_at=started + timedelta(seconds=seconds),
                sync_status=outcome,
            )

        found = self.health(made)

        assert (found["sync_count_7d"], found["error_count_7d"]) == (3, 1)
        assert found["avg_sync_duration_ms"] == 5000
        assert (found["health_score"], found["token_status"]) == (100, "no_expiry")

    @pytest.mark.parametrize(("hours", "said"), [(-1, "expired"), (24, "expiring_soon"), (24 * 8, "valid")])
    def test_token_states(self, hours: int, said: str) -> None:
        made = BankConnectionFactory.create(token_expires_at=timezone.now() + timedelta(hours=hours))

        assert self.health(made)["token_status"] == said

    def test_one_that_never_synced_is_counted_from_its_making(self) -> None:
        made = BankConnectionFactory.create(created_at=timezone.now() - timedelta(days=30))

        found = self.health(made)
        assert (found["health_score"], found["sync_count_7d"]) == (50, None)

    def test_deleted_ones_are_left_out(self) -> None:
        assert self.health(BankConnectionFactory.create(deleted_at=timezone.now())) == {}
