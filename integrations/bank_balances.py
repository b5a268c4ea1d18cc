"""Balances that a bank states while syncing, kept once each, by the bank's own day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from integrations.enums import Bank, BankBalanceKind
from integrations.models import BankBalance

# where each bank's day begins and ends; an aggregator reports Canadian banks by Toronto's day as well
BANK_ZONES: Final = {bank: ZoneInfo("America/Toronto") for bank in Bank}


def bank_day(bank_id: str, moment: datetime) -> date:
    """The bank's day of an instant (aware). Raises ValueError for a naive one, which is no instant."""
    if moment.tzinfo is None:
        raise ValueError("A balance's time needs a zone.")
    return moment.astimezone(BANK_ZONES[Bank(bank_id)]).date()


@dataclass(frozen=True, slots=True)
class StatedBalance:
    """One balance as a bank stated it at an instant, signed as the account holder sees it."""

    account_id: UUID
    amount: Decimal
    currency: str
    as_of: datetime
    kind: BankBalanceKind = BankBalanceKind.POSTED


def record_bank_balances(
    stated: Iterable[StatedBalance], *, bank_id: str, connection_id: UUID | None, sync_log_id: UUID | None = None
) -> int:
    """Keep what a sync heard; what is known of the same instant stays. Returns how many were handed in.

    What follows a sync (``integrations.importing.following.follow``) then compares with them.
    """
    rows = [
        BankBalance(
            account_id=one.account_id,
            connection_id=connection_id,
            sync_log_id=sync_log_id,
            kind=one.kind,
            amount=one.amount,
            currency=one.currency,
            as_of=one.as_of,
            bank_day=bank_day(bank_id, one.as_of),
        )
        for one in stated
    ]
    return len(BankBalance.objects.bulk_create(rows, ignore_conflicts=True))
