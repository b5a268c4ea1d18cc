"""One account on both sides with balances of the bank, for tests of balance conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group

from dwaybank import ledger as ledger_book
from dwaybank.actor import Actor
from dwaybank.models import Account, Transaction, User
from dwaybank.roles import sync_roles
from integrations.models import BankBalance, BankStatement, BankTransaction, StatementFile
from reconciliation.balancing import Comparison, Seen, compare_account
from reconciliation.models import BalanceConflict
from tests.factories import UserFactory
from tests.reconciliation.rows import DAY, Book, reviewer

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
RUN = Actor(None, "command:test")
LAST = DAY + timedelta(days=25)


@dataclass
class BalanceBook(Book):
    """Both sides begin with 1,000.00; ``bank`` and ``ledger`` move them, ``both`` moves both."""

    opening: Decimal = Decimal("1000.00")

    def __post_init__(self) -> None:
        super().__post_init__()
        Account.objects.filter(pk=self.account.pk).update(current_balance=self.opening)
        self.bank_total = self.opening

    def bank(self, amount: str, text: str = "TIM HORTONS #12", *, days: int = 0, **values: Any) -> BankTransaction:
        values.setdefault("posted_date", DAY + timedelta(days=days))
        self.bank_total += Decimal(amount)
        return super().bank(amount, text, days=days, **values)

    def ledger(self, amount: str, text: str = "Tim Hortons", *, days: int = 0, **values: Any) -> Transaction:
        row = super().ledger(amount, text, days=days, **values)
        ledger_book.book([row.pk])
        return row

    def both(self, amount: str, text: str = "Metro", *, days: int = 0) -> tuple[BankTransaction, Transaction]:
        """One movement, on either side."""
        return self.bank(amount, text.upper(), days=days), self.ledger(amount, text, days=days)

    def statement(self, *, start: date = DAY, end: date = LAST) -> BankStatement:
        """A statement that says what the bank's rows add up to."""
        file = StatementFile.objects.create(
            owner=self.connection.user,
            sha256=f"{StatementFile.objects.count():064x}",
            file_name="october.ofx",
            size_bytes=1,
            file_status="imported",
        )
        return BankStatement.objects.create(
            file=file,
            account=self.account,
            connection=self.connection,
            external_account_id=self.account.external_account_id,
            currency="CAD",
            period_start=start,
            period_end=end,
            opening_balance=self.opening,
            closing_balance=self.bank_total,
            signed_sum=self.bank_total - self.opening,
            transactions_seen=0,
            transactions_imported=0,
            transactions_duplicates=0,
            transactions_rejected=0,
        )

    def stated(self, *, days: int, amount: Decimal | None = None) -> BankBalance:
        """A balance that a sync heard."""
        return BankBalance.objects.create(
            account=self.account,
            connection=self.connection,
            kind="posted",
            amount=self.bank_total if amount is None else amount,
            currency="CAD",
            as_of=datetime(2026, 10, 5, 20, 0, tzinfo=UTC)
            + timedelta(days=days, seconds=BankBalance.objects.filter(account=self.account).count()),
            bank_day=DAY + timedelta(days=days),
        )

    def compare(self, actor: Actor = RUN, now: datetime = NOW) -> Comparison:
        return compare_account(self.account.pk, actor=actor, now=now)

    @property
    def balance(self) -> Decimal:
        """What DwayBank says now."""
        return Account.objects.values_list("current_balance", flat=True).get(pk=self.account.pk)


def conflict_of(book: BalanceBook) -> BalanceConflict:
    """The account's newest conflict as it stands now."""
    found = BalanceConflict.objects.filter(account=book.account).order_by("-opened_at").first()
    assert found is not None
    return found


def seen(book: BalanceBook) -> Seen:
    """As a page opened now shows it."""
    conflict = conflict_of(book)
    return Seen(conflict.pk, conflict.version)


def missing_row(amount: str = "-263.42") -> BalanceBook:
    """An account with a month of rows of which the ledger lacks one, compared: it has an open conflict."""
    book = BalanceBook()
    for day in range(1, 20, 3):
        book.both(f"-{20 + day}.{day:02d}", days=day)
    book.bank(amount, "HYDRO ONE", days=9)
    book.statement()
    book.compare()
    return book


def two_people() -> tuple[Actor, Actor]:
    """A reviewer and an approver."""
    return reviewer("Robin")[1], reviewer("Sam")[1]


def staff(role: str, name: str) -> User:
    """A member of staff with a role."""
    sync_roles()
    person = UserFactory.create(full_name=name, staff=True)
    person.groups.add(Group.objects.get(name=role))
    return person
