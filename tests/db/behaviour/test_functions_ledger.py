"""What the back office books moves the account's balance."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from dwaybank import ledger
from dwaybank.models import Account
from tests.factories import AccountFactory, TransactionFactory

pytestmark = pytest.mark.django_db


def balance(account: Account) -> Decimal:
    account.refresh_from_db()
    return account.current_balance


def test_booked_and_taken_back_with_signs_and_without_what_is_no_money() -> None:
    account, other = AccountFactory.create(current_balance=Decimal("100.00")), AccountFactory.create()
    rows = [
        TransactionFactory.create(account=account, amount=Decimal("30.00"), transaction_type="debit"),
        TransactionFactory.create(account=account, amount=Decimal("7.50"), transaction_type="credit", status=None),
        TransactionFactory.create(account=account, amount=Decimal("999.00"), status="grouping"),
        TransactionFactory.create(account=account, amount=Decimal("999.00"), status="pending"),
        TransactionFactory.create(account=other, amount=Decimal("1.00"), transaction_type="credit"),
    ]
    ids = [row.pk for row in rows]

    assert ledger.book(ids) == 2
    assert (balance(account), balance(other)) == (Decimal("77.50"), Decimal("1.00"))

    assert ledger.take_back(ids) == 2
    assert (balance(account), balance(other)) == (Decimal("100.00"), Decimal("0.00"))
    assert ledger.book([]) == 0


def test_nothing_is_booked_twice_by_one_call() -> None:
    with pytest.raises(DatabaseError, match="not 2 times"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT move_account_balances('{}', 2)")
