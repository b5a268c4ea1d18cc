"""Bank lines, ledger transactions and proposals of one account, for tests of mapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from dwaybank.actor import Actor
from dwaybank.models import Account, Transaction, User
from integrations.models import BankConnection, BankTransaction
from reconciliation.decisions import Seen
from reconciliation.models import MappingProposal
from tests.factories import (
    AccountFactory,
    BankConnectionFactory,
    BankTransactionFactory,
    TransactionFactory,
    UserFactory,
)

DAY = date(2026, 10, 5)
SHOPS = ("METRO", "LCBO", "ESSO", "IKEA", "INDIGO", "SOBEYS", "ROOTS", "PETRO", "CINEPLEX", "SHOPPERS")


def direction(amount: str) -> dict[str, Any]:
    """Magnitude and direction of a signed amount."""
    value = Decimal(amount)
    return {"amount": abs(value), "transaction_type": "debit" if value < 0 else "credit"}


@dataclass
class Book:
    """One account on both sides."""

    connection: BankConnection = field(default_factory=BankConnectionFactory.create)
    account: Account = field(init=False)

    def __post_init__(self) -> None:
        self.account = AccountFactory.create(user=self.connection.user)

    def bank(self, amount: str, text: str = "TIM HORTONS #12", *, days: int = 0, **values: Any) -> BankTransaction:
        return BankTransactionFactory.create(
            connection=self.connection,
            account=self.account,
            raw_description=text,
            transaction_date=DAY + timedelta(days=days),
            **direction(amount),
            **values,
        )

    def ledger(self, amount: str, text: str = "Tim Hortons", *, days: int = 0, **values: Any) -> Transaction:
        return TransactionFactory.create(
            account=self.account,
            description=text,
            transaction_date=DAY + timedelta(days=days),
            **direction(amount),
            **values,
        )

    def proposal(
        self,
        line: BankTransaction,
        *candidates: Sequence[Transaction],
        outcome: str = "matched",
        group: UUID | None = None,
    ) -> MappingProposal:
        """A proposal as a run writes it, its candidates best first."""
        return MappingProposal.objects.create(
            bank_transaction_id=line.pk,
            account=self.account,
            group_id=group or uuid4(),
            outcome=outcome if candidates or outcome != "matched" else "unmatched",
            amount=line.amount,
            currency=line.currency,
            transaction_type=line.transaction_type,
            transaction_date=line.transaction_date,
            description=line.raw_description or "",
            candidates=[
                {
                    "ledger_ids": [str(row.pk) for row in rows],
                    "probability": "0.9900",
                    "difference": "0.00",
                    "reason": None,
                    "evidence": [{"field": "amount", "words": "same amount", "weight": 5.0}],
                }
                for rows in candidates
            ],
        )


def plain_movements(book: Book, count: int = 40) -> Book:
    """Plain movements on both sides, so that there is something to learn from."""
    for n in range(count):
        text = f"{SHOPS[n % 10]} STORE {n}"
        book.bank(f"-{10 + n}.{n:02d}", f"POS {text} TORONTO ON", days=n % 25 + 1)
        book.ledger(f"-{10 + n}.{n:02d}", text.title(), days=n % 25)
    return book


def seen(proposal: MappingProposal) -> Seen:
    """The proposal as a page opened now shows it."""
    return Seen(proposal.pk, MappingProposal.objects.values_list("version", flat=True).get(pk=proposal.pk))


def reviewer(name: str = "Robin") -> tuple[User, Actor]:
    """A member of staff, and as whom they act."""
    person = UserFactory.create(full_name=name, staff=True)
    return person, Actor(person.pk, "test")
