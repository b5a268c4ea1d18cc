"""Balances for the demo: each account begins where its bank says, so that what differs afterwards is what the demo's
ledger lacks, has twice or has otherwise; and one conflict waits for its approval."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from dwaybank.actor import Actor, acting_as
from dwaybank.models import Account, User
from integrations.demo import ACTOR
from reconciliation.balancing import NothingToCompare, Proposal, Seen, compare_account, propose
from reconciliation.balancing.loading import load, to_money
from reconciliation.demo import demo_accounts
from reconciliation.enums import ConflictStatus, ResolutionMethod
from reconciliation.models import BalanceConflict, BalanceResolution
from reconciliation.models.balance_conflicts import IS_OPEN


def balances_and_conflicts() -> list[str]:
    """Open the demo accounts' balances where they stand at nothing, and compare. Lines for the demo's summary."""
    accounts = demo_accounts()
    opened = [account for account in accounts.filter(current_balance=0) if _open_balance(account)]
    for account in opened:
        try:
            compare_account(account.pk, actor=ACTOR, now=timezone.now())
        except NothingToCompare:
            continue
    waiting = BalanceConflict.objects.filter(IS_OPEN, account__in=accounts)
    if not BalanceResolution.objects.filter(conflict__account__in=accounts).exists():
        _propose_one(waiting)
    explained = waiting.filter(is_certain=True).count()
    return [f"Balances: {waiting.count()} conflicts wait for people, of {explained} the rows are known for certain."]


def _open_balance(account: Account) -> bool:
    """What the bank said before its first row, and everything the ledger booked since."""
    loaded = load(account)
    if not loaded.stated:
        return False
    first = loaded.stated[0].anchor
    before = first.cents - int(loaded.bank.cents[loaded.bank.days <= first.day].sum())
    with acting_as(ACTOR):
        Account.objects.filter(pk=account.pk).update(current_balance=to_money(before + int(loaded.ledger.cents.sum())))
    return True


def _propose_one(waiting: QuerySet[BalanceConflict]) -> None:
    """The demo's reviewer proposes; the demo's approver finds it in the queue."""
    reviewer = User.objects.filter(email="reconciliation.reviewer@demo.example").first()
    conflict = waiting.filter(conflict_status=ConflictStatus.OPEN).order_by("-is_certain", "opened_at", "pk").first()
    if reviewer is not None and conflict is not None:
        propose(
            Seen(conflict.pk, conflict.version),
            Proposal(ResolutionMethod.ACCEPT_BANK, "The ledger lacks these rows; the statement shows them."),
            actor=Actor(reviewer.pk, "command:demo"),
        )
