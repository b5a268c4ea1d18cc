"""A ledger for the demo: what DwayBank might have booked of the sample statements, with what goes wrong in life."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from dwaybank.models import Account, Transaction
from integrations.demo import ACTOR, CUSTOMERS
from integrations.live_demo import DOMAIN as LIVE_DOMAIN
from integrations.models import BankTransaction
from reconciliation.mapping import run_matching
from reconciliation.models import MappingProposal, TransactionMapping

SOURCE: Final = "demo"


def ledger_and_matches() -> list[str]:
    """Book the demo customers' ledger where there is none yet, and match it. Lines for the demo's summary."""
    accounts = demo_accounts()
    live = Q(user__email__endswith=LIVE_DOMAIN)
    new = False
    for some, entries in ((accounts.exclude(live), _ledger), (accounts.filter(live), _faithful_ledger)):
        if not Transaction.objects.filter(account__in=some, import_source=SOURCE).exists():
            with transaction.atomic():
                new |= bool(Transaction.objects.bulk_create(entries(list(some))))
    if new:
        run_matching(actor=ACTOR, now=timezone.now())
    mapped = TransactionMapping.objects.filter(transaction__account__in=accounts).count()
    waiting = MappingProposal.objects.filter(account__in=accounts, proposal_status="open").count()
    return [f"\nLedger: {mapped} bank lines are mapped, {waiting} wait for a reviewer."]


def demo_accounts() -> QuerySet[Account]:
    """The customers' accounts at banks, of statement files and of live connections."""
    of_files = Q(user__email__in=[email for email, _ in CUSTOMERS.values()])
    return Account.objects.filter(of_files | Q(user__email__endswith=LIVE_DOMAIN), is_external=True)


def _faithful_ledger(accounts: list[Account]) -> Iterator[Transaction]:
    """Every line as it is: what is new afterwards comes from the banks."""
    lines = BankTransaction.objects.filter(account__in=accounts, processing_status="imported")
    return map(_entry, lines.order_by("account", "transaction_date", "pk").defer("raw_data"))


def _ledger(accounts: list[Account]) -> Iterator[Transaction]:
    lines = BankTransaction.objects.filter(account__in=accounts, processing_status="imported")
    held: list[BankTransaction] = []
    for line in lines.order_by("account", "transaction_date", "amount", "raw_description").defer("raw_data"):
        chance = _chance(line)
        if chance < 5:
            continue  # nobody booked it
        if chance < 9:
            yield _entry(line, -line.amount * Decimal("0.03"), "before the tip")
        elif chance < 12:
            held.append(line)
        else:
            yield _entry(line)
        if chance > 97:
            yield _entry(line, Decimal("0.00"), "booked twice")
    for line in held:
        third = (line.amount / 3).quantize(Decimal("0.01"))
        for part, amount in enumerate((third, third, line.amount - 2 * third), start=1):
            yield _entry(line, amount - line.amount, f"part {part}")


def _entry(line: BankTransaction, more: Decimal = Decimal("0.00"), remark: str = "") -> Transaction:
    """The line as the ledger might have it: its own words, a day or two earlier, perhaps another amount."""
    words = (line.merchant_name or line.raw_description or "Movement").title()
    return Transaction(
        account_id=line.account_id,
        amount=(line.amount + more).quantize(Decimal("0.01")),
        currency=line.currency,
        transaction_type=line.transaction_type,
        transaction_date=line.transaction_date - timedelta(days=_chance(line) % 3),
        description=f"{words} ({remark})" if remark else words,
        import_source=SOURCE,
    )


def _chance(line: BankTransaction) -> int:
    """0 to 99, the same for the same line in every demo."""
    text = f"{line.external_account_id} {line.transaction_date} {line.amount} {line.raw_description}"
    return hashlib.sha256(text.encode()).digest()[0] * 100 // 256
