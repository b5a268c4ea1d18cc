"""Functions about balances, called from SQL."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dwaybank.models import Account, SystemConfig
from reconciliation.models import BalanceSyncHistory
from tests.examples import examples
from tests.factories import AccountFactory, BalanceSyncHistoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return AccountFactory.create()


def record(account: Account, ours: str, banks: str, *, review: bool = False) -> BalanceSyncHistory:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_balance_sync(%s, NULL, %s, %s, %s, 'manual', p_requires_review => %s)",
            [account.pk, ours, banks, ours, review],
        )
        return BalanceSyncHistory.objects.get(pk=cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("ours", "banks", "asked", "status", "conflict", "person"),
    [
        ("100.00", "100.00", False, "synchronized", False, False),
        ("100.00", "100.01", False, "synchronized", False, False),
        ("100.00", "100.02", False, "conflict_resolved", True, False),
        ("100.00", "101.00", False, "conflict_resolved", True, False),
        ("100.00", "101.01", False, "manual_review", True, True),  # whatever the caller passed
        ("100.00", "100.50", True, "manual_review", True, True),
        ("-5.00", "5.00", False, "manual_review", True, True),
    ],
)
def test_a_cent_is_no_conflict_and_a_dollar_needs_no_person(
    account: Account, ours: str, banks: str, asked: bool, status: str, conflict: bool, person: bool
) -> None:
    row = record(account, ours, banks, review=asked)

    assert (row.sync_status, row.conflict_detected, row.requires_manual_review) == (status, conflict, person)


def test_the_threshold_is_the_setting(account: Account) -> None:
    SystemConfig.objects.filter(key="balance_discrepancy_threshold").update(value="50.00")

    assert record(account, "100.00", "149.00").sync_status == "conflict_resolved"
    assert record(account, "100.00", "151.00").sync_status == "manual_review"


def test_a_threshold_that_is_no_number_is_said(account: Account) -> None:
    SystemConfig.objects.filter(key="balance_discrepancy_threshold").update(value="one")

    with pytest.raises(DatabaseError, match=r"balance_discrepancy_threshold is 'one', which is no number"):
        record(account, "100.00", "200.00")


def test_without_the_setting_a_dollar_holds(account: Account) -> None:
    SystemConfig.objects.all().delete()

    assert record(account, "100.00", "102.00").sync_status == "manual_review"


@pytest.mark.parametrize(
    ("ours", "banks", "amount", "percentage"),
    [
        ("1100.00", "100.00", "1000.00", "1000.00"),  # overflowed DECIMAL(5,2)
        ("9999999999999.98", "-0.01", "9999999999999.99", "99999999999999900.00"),
        ("50.00", "0.00", "50.00", None),  # no percentage of nothing
        ("0.00", "0.00", "0.00", "0.00"),
        ("90.00", "-100.00", "190.00", "190.00"),
    ],
)
def test_large_differences_and_zero(
    account: Account, ours: str, banks: str, amount: str, percentage: str | None
) -> None:
    row = record(account, ours, banks)

    assert row.discrepancy_amount == Decimal(amount)
    assert row.discrepancy_percentage == (Decimal(percentage) if percentage else None)


money = st.decimals(min_value=Decimal("-9999999.99"), max_value=Decimal("9999999.99"), places=2)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(ours=money, banks=money)
def test_the_database_and_decimal_agree(account: Account, ours: Decimal, banks: Decimal) -> None:
    row = record(account, str(ours), str(banks))

    assert row.discrepancy_amount == abs(ours - banks)
    if banks == 0:
        assert row.discrepancy_percentage == (0 if ours == 0 else None)
    else:
        share = abs(ours - banks) / abs(banks) * 100
        expected = share.quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert abs((row.discrepancy_percentage or 0) - expected) <= Decimal("0.01")
    assert row.conflict_detected is (abs(ours - banks) > Decimal("0.01"))


def stats(account: Account, days: int | None = None) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        arguments = [account.pk] if days is None else [account.pk, days]
        places = ", ".join(["%s"] * len(arguments))
        cursor.execute(f"SELECT * FROM get_balance_sync_stats({places})", arguments)
        return tuple(cursor.fetchone())


def test_statistics_of_an_account_without_comparisons(account: Account) -> None:
    assert stats(account) == (0, 0, 0, 0, None, None, None)


def test_statistics_count_the_last_days_only(account: Account) -> None:
    record(account, "100.00", "100.00")
    record(account, "100.00", "100.50")
    record(account, "100.00", "130.00")
    BalanceSyncHistoryFactory.create(account=account, sync_timestamp=timezone.now() - timedelta(days=31))
    BalanceSyncHistoryFactory.create()

    total, conflicts, resolved, reviews, average, largest, last = stats(account)
    assert (total, conflicts, resolved, reviews) == (3, 2, 1, 1)
    assert (average, largest) == (Decimal("10.17"), Decimal("30.00"))
    assert last is not None
    assert stats(account, 60)[0] == 4


def test_other_peoples_sessions_cannot_change_what_it_calls(account: Account) -> None:
    """A table of the caller's own, earlier in the search path, is not taken for the real one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE system_config (key text, value text)")
        cursor.execute("INSERT INTO system_config VALUES ('balance_discrepancy_threshold', '1000000')")
        row = record(account, "100.00", "200.00")

    assert row.requires_manual_review is True
