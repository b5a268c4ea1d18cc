"""Planted movements: a customer who cuts cash into pieces, among ordinary ones."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group

from compliance.enums import IndicatorMode
from compliance.models import IndicatorSetting
from dwaybank.models import Account, User
from dwaybank.roles import sync_roles
from tests.factories import AccountFactory, TransactionFactory, UserFactory

DAY = date(2026, 10, 5)
ANN = "ann.structured@example.ca"


def cash(account: Account, amount: str, days: int = 0, **more: Any) -> Any:
    """A cash deposit in the ledger."""
    return TransactionFactory.create(
        account=account,
        amount=Decimal(amount),
        transaction_type="credit",
        transaction_date=DAY + timedelta(days=days),
        description="Cash deposit branch 12",
        **more,
    )


def structured() -> Account:
    """Three deposits of 9,000 and a little on three days."""
    account = AccountFactory.create(user=UserFactory.create(email=ANN))
    for number in range(3):
        cash(account, f"9{number}00.00", number)
    return account


def activate(*indicators: str) -> None:
    """These indicators raise alerts from now on."""
    for name in indicators:
        IndicatorSetting.objects.update_or_create(indicator=name, defaults={"mode": IndicatorMode.ACTIVE})


def member(role: str) -> User:
    """A member of staff with one role."""
    sync_roles()
    person = UserFactory.create(staff=True)
    person.groups.add(Group.objects.get(name=role))
    return person
