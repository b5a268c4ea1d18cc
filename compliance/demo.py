"""For the demo: a customer who brings cash in pieces, the indicators that see it, and the case that comes of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils import timezone

from compliance.enums import CaseStatus, IndicatorMode
from compliance.models import IndicatorSetting, SuspicionAlert, SuspicionCase
from compliance.suspicion import detect
from dwaybank.actor import acting_as
from dwaybank.models import Account, Transaction, User
from integrations.demo import ACTOR

CUSTOMER: Final = ("viktor.halloran@customer.example", "Viktor Halloran")
SOURCE: Final = "demo-cash"
# days ago, amount in, out
_MOVEMENTS: Final = (
    (21, "9400.00", ""),
    (20, "9700.00", ""),
    (19, "9150.00", ""),
    (18, "", "26500.00"),
    (9, "8900.00", ""),
    (8, "9900.00", ""),
    (3, "120.00", "85.40"),
)
_ACTIVE: Final = ("structuring_band", "structuring_just_below", "pass_through")


def suspicion() -> list[str]:
    """Plant the movements once, switch three indicators to active, and search. Lines for the demo's summary."""
    if not Transaction.objects.filter(import_source=SOURCE).exists():
        _plant()
        with acting_as(ACTOR):
            for setting in IndicatorSetting.objects.filter(indicator__in=_ACTIVE):
                setting.mode = IndicatorMode.ACTIVE
                setting.save(update_fields=["mode"])
        detect(now=timezone.now(), actor=ACTOR)
    cases = SuspicionCase.objects.filter(case_status__in=[CaseStatus.OPEN, CaseStatus.IN_PROGRESS]).count()
    return [f"\nSuspicion: {SuspicionAlert.objects.count()} alerts, {cases} cases wait for the compliance officer."]


@transaction.atomic
def _plant() -> None:
    email, name = CUSTOMER
    customer = User.objects.filter(email=email).first() or User.objects.create_user(email, full_name=name)
    account = Account.objects.create(user=customer, account_name="DwayBank everyday", account_type="chequing")
    today = timezone.localdate()
    Transaction.objects.bulk_create(
        Transaction(
            account=account,
            amount=Decimal(amount),
            transaction_type=way,
            transaction_date=today - timedelta(days=days),
            description="Cash deposit, branch 0042" if way == "credit" else "Transfer to another bank",
            import_source=SOURCE,
        )
        for days, money_in, money_out in _MOVEMENTS
        for way, amount in (("credit", money_in), ("debit", money_out))
        if amount
    )
