"""Two people decide, in every path; the ledger changes once; what a page no longer knows it does not decide."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dwaybank.actor import Actor, acting_as
from dwaybank.models import Account, AuditEvent, Notification, SystemConfig, Transaction
from reconciliation import balancing
from reconciliation.admin.conflict_queue import conflict_url, queue_url
from reconciliation.balancing import BalanceRefused, Proposal
from reconciliation.balancing.resync import ResyncRefused
from reconciliation.models import BalanceConflict, BalanceResolution, BalanceSyncHistory
from tests.examples import examples
from tests.reconciliation.balancing.books import (
    NOW,
    BalanceBook,
    conflict_of,
    missing_row,
    seen,
    staff,
    two_people,
)

pytestmark = pytest.mark.django_db
BANK = Proposal("accept_bank", "the statement shows it")


def refused(statement: str, *values: object) -> str:
    """The name under which the database refused a statement; nothing of it stays."""
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return str(error.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def test_accepting_the_bank_books_one_adjustment_in_both_names() -> None:
    book, (robin, sam) = missing_row(), two_people()
    before = book.balance
    balancing.propose(seen(book), BANK, actor=robin)
    assert book.balance == before

    done = balancing.approve(seen(book), actor=sam)

    adjustment = Transaction.objects.get(pk=done.adjustment_id)
    assert (adjustment.amount, adjustment.transaction_type) == (Decimal("263.42"), "debit")
    assert adjustment.transaction_metadata == {
        "balance_conflict": str(done.conflict_id),
        "balance_resolution": str(done.pk),
    }
    assert book.balance == before - Decimal("263.42")
    conflict = conflict_of(book)
    assert (conflict.conflict_status, conflict.closed_reason) == ("resolved", BANK.reason)
    row = BalanceSyncHistory.objects.get(conflict_resolution_id=conflict.pk)
    assert (row.sync_status, row.resolution_method) == ("conflict_resolved", "accept_bank")
    assert (row.reviewed_by_id, row.approved_by_id) == (robin.user_id, sam.user_id)
    assert row.dway_balance_after == row.bank_balance
    assert set(AuditEvent.objects.filter(table_name="accounts").values_list("actor_id", flat=True)) >= {sam.user_id}
    assert book.compare(now=NOW).what == "agrees"


def test_a_rejection_sends_it_back_with_its_reason() -> None:
    book, (robin, sam) = missing_row(), two_people()
    balancing.propose(seen(book), BANK, actor=robin)
    with pytest.raises(BalanceRefused, match="needs a reason"):
        balancing.reject(seen(book), actor=sam, reason=" ")

    balancing.reject(seen(book), actor=sam, reason="map the row instead")

    assert conflict_of(book).conflict_status == "open"
    assert BalanceResolution.objects.get().decision_reason == "map the row instead"
    balancing.propose(seen(book), Proposal("keep_dway", "wait"), actor=robin)
    assert conflict_of(book).conflict_status == "proposed"


@pytest.mark.parametrize(
    ("proposal", "message"),
    [
        (Proposal("accept_bank", " "), "needs a reason"),
        (Proposal("coin_toss", "why"), "Choose"),
        (Proposal("manual_adjustment", "why"), "needs an amount"),
        (Proposal("manual_adjustment", "why", Decimal("1.005")), "two decimals"),
        (Proposal("transaction_resync", "why"), "first and last day"),
    ],
)
def test_what_no_proposal_is(proposal: Proposal, message: str) -> None:
    book, (robin, _sam) = missing_row(), two_people()

    with pytest.raises((BalanceRefused, ResyncRefused), match=message):
        balancing.propose(seen(book), proposal, actor=robin)
    assert not BalanceResolution.objects.exists()


class TestTwoPeople:
    def test_by_function(self) -> None:
        book, (robin, _sam) = missing_row(), two_people()
        balancing.propose(seen(book), BANK, actor=robin)

        with pytest.raises(BalanceRefused, match="two people decide"):
            balancing.approve(seen(book), actor=robin)
        with pytest.raises(BalanceRefused, match="withdraw it"):
            balancing.reject(seen(book), actor=robin, reason="mine")

    def test_by_direct_sql(self) -> None:
        book, (robin, sam) = missing_row(), two_people()
        resolution = balancing.propose(seen(book), BANK, actor=robin)
        approve = (
            "UPDATE balance_resolutions SET resolution_status = 'approved', decided_by = %s, decided_at = now(), "
            "is_one_person = %s WHERE id = %s"
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('dwaybank.context', '', true)")

        assert refused(approve, robin.user_id, False, resolution.pk) == "balance_resolutions_two_people_check"
        assert refused(approve, robin.user_id, True, resolution.pk) == "balance_resolutions_guard"
        # nor by way of the conflict, the comparison, or a resolution that was born approved
        conflict = conflict_of(book)
        assert (
            refused(
                "UPDATE balance_conflicts SET conflict_status = 'resolved', closed_at = now(), closed_reason = 'x' "
                "WHERE id = %s",
                conflict.pk,
            )
            == "balance_conflicts_guard"
        )
        assert (
            refused(
                "UPDATE balance_conflicts SET conflict_status = 'healed', closed_at = now(), closed_reason = 'x' "
                "WHERE id = %s",
                conflict.pk,
            )
            == "balance_conflicts_guard"
        )
        assert (
            refused(
                "UPDATE balance_sync_history SET sync_status = 'conflict_resolved' WHERE conflict_resolution_id = %s",
                conflict.pk,
            )
            == "balance_sync_history_guard"
        )
        assert (
            refused(
                "INSERT INTO balance_resolutions (conflict_id, resolution_status, method, amount, reason, bank_balance,"
                " dway_balance, proposed_by, decided_by, decided_at) VALUES (%s, 'approved', 'accept_bank', 1, 'x', 1,"
                " 1, %s, %s, now())",
                conflict.pk,
                robin.user_id,
                sam.user_id,
            )
            == "balance_resolutions_guard"
        )
        # another person may, and the books are right without any of our code
        before = book.balance
        with connection.cursor() as cursor:
            cursor.execute(approve, [sam.user_id, False, resolution.pk])
        assert book.balance == before - Decimal("263.42")
        assert refused(approve, sam.user_id, False, resolution.pk) == "balance_resolutions_guard"

    def test_nobody_signs_for_somebody_else(self) -> None:
        book, (robin, sam) = missing_row(), two_people()
        resolution = balancing.propose(seen(book), BANK, actor=robin)

        with acting_as(Actor(robin.user_id, "test")):
            assert (
                refused(
                    "UPDATE balance_resolutions SET resolution_status = 'approved', decided_by = %s, "
                    "decided_at = now() WHERE id = %s",
                    sam.user_id,
                    resolution.pk,
                )
                == "balance_resolutions_guard"
            )

    def test_by_form_and_by_bulk_action(self, client: Client) -> None:
        book = missing_row()
        robin = staff("Reconciliation reviewer", "Robin")
        url, page = conflict_url(conflict_of(book).pk), seen(book)
        client.force_login(robin)
        form = {"version": page.version, "method": "accept_bank", "reason": "it is there"}
        assert "Before you confirm" in client.post(url, form | {"decision": "preview"}).content.decode()
        assert not BalanceResolution.objects.exists()
        waiting_for = staff("Approver", "Alex")
        client.post(url, form | {"decision": "propose"})
        told = Notification.objects.get()
        assert (told.recipient, told.url) == (waiting_for, url)
        version = seen(book).version
        bulk = {"conflict": f"{page.conflict_id}:{version}", "action": "approve"}

        assert client.post(url, {"version": version, "decision": "approve"}).status_code == 403
        assert client.post(f"{queue_url()}act/", bulk).status_code == 403
        # both rights in one hand do not make two people
        sam = staff("Approver", "Sam")
        robin.groups.add(sam.groups.get())
        answer = client.post(url, {"version": version, "decision": "approve"}, follow=True).content.decode()
        assert "two people decide" in answer
        answer = client.post(f"{queue_url()}act/", bulk, follow=True).content.decode()
        assert "two people decide" in answer
        assert BalanceResolution.objects.get().resolution_status == "proposed"
        client.force_login(sam)
        answer = client.post(f"{queue_url()}act/", bulk, follow=True).content.decode()
        assert "1 done, 0 skipped" in answer
        assert BalanceResolution.objects.get().resolution_status == "approved"

    def test_small_amounts_may_need_one_person_where_the_setting_says_so(self) -> None:
        book, (robin, _sam) = missing_row("-4.00"), two_people()
        SystemConfig.objects.filter(key="balance_one_person_threshold").update(value="5.00")
        balancing.propose(seen(book), BANK, actor=robin)

        done = balancing.approve(seen(book), actor=robin)

        assert done.is_one_person
        row = BalanceSyncHistory.objects.get(conflict_resolution_id=done.conflict_id)
        assert (row.reviewed_by_id, row.approved_by_id) == (robin.user_id, None)
        larger = missing_row("-6.00")
        balancing.propose(seen(larger), BANK, actor=robin)
        with pytest.raises(BalanceRefused, match="two people"):
            balancing.approve(seen(larger), actor=robin)


def test_a_stale_page_decides_nothing() -> None:
    book, (robin, sam) = missing_row(), two_people()
    old = seen(book)
    balancing.propose(old, BANK, actor=robin)

    with pytest.raises(BalanceRefused, match="Waits for approval: alice"):
        balancing.propose(old, BANK, actor=sam)
    with pytest.raises(BalanceRefused, match="Nothing was changed"):
        balancing.approve(old, actor=sam)
    balancing.approve(seen(book), actor=sam)
    with pytest.raises(BalanceRefused, match="Nothing waits"):
        balancing.approve(seen(book), actor=sam)
    assert Transaction.objects.filter(import_source="reconciliation").count() == 1


def test_claims_and_snoozes() -> None:
    book, (robin, sam) = missing_row(), two_people()
    conflict, today = conflict_of(book), NOW.date()

    assert balancing.claim([conflict.pk], actor=robin) == 1
    assert balancing.claim([conflict.pk], actor=sam) == 0
    with pytest.raises(BalanceRefused, match="works on this"):
        balancing.propose(seen(book), BANK, actor=sam)
    assert balancing.claim([conflict.pk], actor=sam, take_over=True) == 1
    assert balancing.release([conflict.pk], actor=robin) == 0
    with pytest.raises(BalanceRefused, match="after today"):
        balancing.snooze(conflict.pk, today, actor=sam, today=today)
    balancing.snooze(conflict.pk, today + timedelta(days=3), actor=sam, today=today)
    assert conflict_of(book).snoozed_until == today + timedelta(days=3)


def test_bulk_is_for_one_cause_and_answers_for_each(client: Client) -> None:
    books = [missing_row("-10.00"), missing_row("-20.00")]
    fee = BalanceBook()
    fee.bank("-14.95", "MONTHLY SERVICE FEE", days=12)
    fee.statement()
    fee.compare()
    robin, (other, _sam) = staff("Reconciliation reviewer", "Robin"), two_people()
    client.force_login(robin)

    def act(*chosen: BalanceBook) -> str:
        ticked = [f"{seen(one).conflict_id}:{seen(one).version}" for one in chosen]
        form = {"conflict": ticked, "action": "propose", "method": "accept_bank", "reason": "as the statements say"}
        return client.post(f"{queue_url()}act/", form, follow=True).content.decode()

    assert "one and the same known cause" in act(*books, fee)
    assert not BalanceResolution.objects.exists()
    balancing.claim([conflict_of(books[1]).pk], actor=other)
    answer = act(*books)
    assert "1 done, 1 skipped" in answer
    assert "works on this conflict" in answer
    assert BalanceResolution.objects.get().conflict_id == conflict_of(books[0]).pk


MOVES = st.lists(
    st.sampled_from(
        ["propose", "adjust", "keep", "approve", "reject", "withdraw", "compare", "bank", "ledger", "both"]
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, cents=st.integers(min_value=200, max_value=90_000))
def test_money_is_conserved_whatever_is_decided(moves: list[str], cents: int) -> None:
    """DwayBank's balance is where it began plus every booked ledger transaction; each adjustment is an approval."""
    with transaction.atomic():
        book, (robin, sam) = BalanceBook(), two_people()
        book.bank(f"-{cents / 100:.2f}", "HYDRO ONE", days=9)
        book.statement()
        book.compare()
        works = {
            "propose": lambda: balancing.propose(seen(book), BANK, actor=robin),
            "adjust": lambda: balancing.propose(
                seen(book), Proposal("manual_adjustment", "part of it", Decimal("-1.50")), actor=robin
            ),
            "keep": lambda: balancing.propose(seen(book), Proposal("keep_dway", "it is known"), actor=robin),
            "approve": lambda: balancing.approve(seen(book), actor=sam),
            "reject": lambda: balancing.reject(seen(book), actor=sam, reason="no"),
            "withdraw": lambda: balancing.withdraw(seen(book), actor=robin),
            "compare": book.compare,
            "bank": lambda: (book.bank("-7.77", "METRO", days=26), book.stated(days=27)),
            "ledger": lambda: book.ledger("-3.33", "Esso", days=10),
            "both": lambda: book.both("-2.22", days=11),
        }
        for move in moves:
            try:
                with transaction.atomic():
                    works[move]()
            except BalanceRefused:
                continue
        booked = sum(
            (-row.amount if row.transaction_type == "debit" else row.amount)
            for row in Transaction.objects.filter(account=book.account)
        )
        assert book.balance == book.opening + booked
        adjustments = Transaction.objects.filter(account=book.account, import_source="reconciliation")
        approved = BalanceResolution.objects.filter(resolution_status="approved", adjustment__isnull=False)
        assert set(adjustments.values_list("pk", flat=True)) == set(approved.values_list("adjustment_id", flat=True))
        assert BalanceConflict.objects.filter(closed_at=None).count() <= 1
        assert Account.objects.filter(pk=book.account.pk).exists()
        transaction.set_rollback(True)
