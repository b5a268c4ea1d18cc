"""Fetching days again as a decision: queued in the approving transaction, and gone on with when the sync ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from dwaybank import ledger
from dwaybank.admin.display import admin_url
from dwaybank.models import Account, SystemConfig, Transaction
from integrations.banks import registry
from integrations.banks.contract import PendingTransaction
from integrations.connecting.life import pause
from integrations.enums import RequestStatus
from integrations.models import BankBalance, BankConnection, BankTransaction, SyncRequest
from integrations.syncing import request_sync
from integrations.syncing.requests import end_request, postpone
from reconciliation import balancing
from reconciliation.admin.account_coverage import coverage_url
from reconciliation.admin.conflict_queue import conflict_url
from reconciliation.balancing import Proposal, Seen
from reconciliation.balancing.resync import ResyncRefused
from reconciliation.models import BalanceConflict, BalanceResolution, BalanceSyncHistory
from tests.factories import LinkedAccountFactory
from tests.integrations.syncing.bank import DAY, FakeBank, connect, error, open_bank, row
from tests.queueing import run_jobs
from tests.reconciliation.balancing.books import RUN, missing_row, seen, staff, two_people

pytestmark = pytest.mark.django_db
LOST = row("lost", "-263.42", DAY + timedelta(days=2), "HYDRO ONE")
AGAIN = Proposal(
    "transaction_resync", "its row never came", window_start=DAY - timedelta(days=9), window_end=DAY + timedelta(days=3)
)


@pytest.fixture
def bank(settings: Any) -> Iterator[FakeBank]:
    """A bank that is asked again at once after an error."""
    before = dict(registry._registered)
    settings.SYNC_RETRY_SECONDS = 0
    yield open_bank(settings)
    registry._registered.clear()
    registry._registered.update(before)


@pytest.fixture
def link(bank: FakeBank, db: None) -> BankConnection:
    """A live connection with an open conflict: three days ago the bank's balance moved, and no row of it came."""
    bank.booked = {"acc-1": [row(f"r{day}", f"-{10 + day}.00", DAY - timedelta(days=day)) for day in range(1, 8)]}
    made = connect(bank)
    sync(made)
    account = Account.objects.get(user=made.user)
    Account.objects.update(current_balance=0)
    rows = [
        Transaction.objects.create(
            account=account,
            amount=-one.amount,
            currency="CAD",
            transaction_type="debit",
            transaction_date=one.transaction_date,
            description=one.description,
            status="posted",
        ).pk
        for one in bank.booked["acc-1"]
    ]
    ledger.book(rows)
    BankBalance.objects.update(bank_day=F("bank_day") - 4)
    bank.unlisted = LOST.amount
    sync(made)
    assert not BalanceConflict.objects.filter(closed_at=None).exists()  # fresh: its row may come tomorrow
    BankBalance.objects.filter(amount=account_balance(made) + LOST.amount).update(bank_day=F("bank_day") - 3)
    sync(made, "webhook")
    return made


def account_balance(link: BankConnection) -> Decimal:
    return Account.objects.get(user=link.user).current_balance


def sync(link: BankConnection, reason: str = "manual") -> None:
    request_sync(connection_id=link.pk, reason=reason)
    run_jobs()


def conflict() -> BalanceConflict:
    return BalanceConflict.objects.get(closed_at=None, connection__connection_type="oauth")


def page() -> Seen:
    return Seen(conflict().pk, conflict().version)


def approved() -> SyncRequest:
    """Proposed and approved: the conflict waits for the sync that this queued."""
    robin, sam = two_people()
    balancing.propose(page(), AGAIN, actor=robin)
    done = balancing.approve(page(), actor=sam)
    assert conflict().conflict_status == "resyncing"
    request = SyncRequest.objects.get(pk=done.sync_request_id)
    assert (request.reason, request.window_start, request.requested_by) == (
        "resync",
        AGAIN.window_start,
        sam.user_id,
    )
    return request


def test_a_sync_without_news_is_compared_too(link: BankConnection) -> None:
    found = conflict()

    assert (found.cause, found.gap) == ("not_fetched", LOST.amount)
    opened_by = BalanceSyncHistory.objects.get(conflict_resolution_id=found.pk)
    assert (opened_by.sync_type, opened_by.sync_metadata["run"]) == ("webhook", "sync:webhook")


def test_the_row_arrives_and_the_conflict_goes_on_with_what_is_known_now(bank: FakeBank, link: BankConnection) -> None:
    request = approved()
    bank.booked["acc-1"].append(LOST)
    bank.unlisted = Decimal(0)

    run_jobs()

    request.refresh_from_db()
    assert (request.request_status, bank.requests[-1].window.first) == ("completed", AGAIN.window_start)
    found = conflict()
    assert (found.conflict_status, found.cause, found.is_certain) == ("open", "missing", True)
    assert BankTransaction.objects.filter(account=found.account, raw_description="HYDRO ONE").exists()


def test_the_sides_agree_again_and_it_closes_itself(bank: FakeBank, link: BankConnection) -> None:
    approved()
    found = conflict()
    bank.unlisted = Decimal(0)

    run_jobs()

    found.refresh_from_db()
    assert found.conflict_status == "healed"
    assert "Both sides say" in found.closed_reason


def test_a_sync_that_fails_opens_it_again_and_the_page_says_why(
    bank: FakeBank, link: BankConnection, client: Client
) -> None:
    approved()
    client.force_login(staff("Reconciliation reviewer", "Kim"))
    waits = client.get(conflict_url(conflict().pk)).content.decode()
    assert "is asked again for the days" in waits
    bank.answers = [error(temporary=False, code="gone")] * 3

    run_jobs()

    assert conflict().conflict_status == "open"
    shown = client.get(conflict_url(conflict().pk)).content.decode()
    assert "Failed. The bank answered gone." in shown
    # and it may be asked for once more
    assert approved().request_status == "queued"


def test_what_waits_goes_on_with_the_equal_request_that_took_its_place(bank: FakeBank, link: BankConnection) -> None:
    request = approved()
    SyncRequest.objects.filter(pk=request.pk).update(request_status="running")
    twin = request_sync(
        connection_id=link.pk,
        account_id=conflict().account_id,
        start=request.window_start,
        end=request.window_end,
        reason="resync",
    )
    request.refresh_from_db()
    later = timezone.now() + timedelta(hours=1)
    postpone(request, now=timezone.now(), until=later, message="busy")
    run_jobs()

    assert conflict().conflict_status == "resyncing"
    assert BalanceResolution.objects.get().sync_request_id == twin
    end_request(SyncRequest.objects.get(pk=twin), RequestStatus.CANCELLED, now=later, message="paused")
    run_jobs()
    assert conflict().conflict_status == "open"


def test_a_comparison_in_between_leaves_it_waiting(link: BankConnection) -> None:
    approved()

    balancing.compare_account(conflict().account_id, actor=RUN, now=timezone.now())

    assert conflict().conflict_status == "resyncing"


def test_where_nobody_can_be_asked_the_message_says_what_helps(link: BankConnection) -> None:
    (robin, sam), book = two_people(), missing_row()
    LinkedAccountFactory.create(account=book.account, connection=book.connection)
    balancing.propose(page(), AGAIN, actor=robin)
    pause(link.pk, actor=sam, now=timezone.now())

    with pytest.raises(ResyncRefused, match=r"not active \(disabled\)"):
        balancing.approve(page(), actor=sam)
    assert conflict().conflict_status == "proposed"
    with pytest.raises(ResyncRefused, match="Statement files feed"):
        balancing.propose(seen(book), AGAIN, actor=robin)
    BankConnection.objects.filter(pk=link.pk).update(connection_status="active")
    SystemConfig.objects.filter(key="bank_integration_enabled").update(value="false")
    with pytest.raises(ResyncRefused, match="switched off"):
        balancing.approve(page(), actor=sam)


def test_what_the_bank_announced_is_shown_and_is_no_conflict(
    bank: FakeBank, link: BankConnection, client: Client
) -> None:
    before = conflict().gap
    bank.pending = [
        PendingTransaction("acc-1", row(f"p{n}", "-40.00", text="GAS BAR", posted_date=None)) for n in range(7)
    ]
    sync(link)

    assert conflict().gap == before
    client.force_login(staff("Reconciliation reviewer", "Kim"))
    shown = client.get(conflict_url(conflict().pk)).content.decode()
    assert "Pending at the bank: not a conflict" in shown
    assert "and 2 more" in shown
    for address in (coverage_url(conflict().account_id), admin_url("dwaybank.Account", conflict().account_id)):
        calendar = client.get(address).content.decode()
        assert "balances and rows do not add up" in calendar, address
