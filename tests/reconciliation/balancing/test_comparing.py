"""Comparing: what is a conflict, what is timing, what heals, and that all of it goes through record_balance_sync."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from dwaybank.models import SystemConfig
from integrations.bank_balances import bank_day
from reconciliation import balancing
from reconciliation.balancing import NothingToCompare, compare_accounts
from reconciliation.models import BalanceConflict, BalanceSyncHistory
from tests.reconciliation.balancing.books import DAY, NOW, RUN, BalanceBook, conflict_of, missing_row, seen, two_people

pytestmark = pytest.mark.django_db


def test_both_sides_agree() -> None:
    book = BalanceBook()
    book.both("-12.34")
    book.statement()

    found = book.compare()

    row = BalanceSyncHistory.objects.get(pk=found.history_id)
    assert (found.what, found.gap, row.sync_status, row.sync_type) == ("agrees", 0, "synchronized", "initial")
    assert not BalanceConflict.objects.exists()


def test_a_missing_row_is_named_with_its_day() -> None:
    book = missing_row()

    conflict = conflict_of(book)

    assert (conflict.gap, conflict.cause, conflict.is_certain) == (Decimal("-263.42"), "missing", True)
    assert conflict.parted_on == DAY + timedelta(days=9)
    [answer] = conflict.explanation["answers"]
    assert len(answer["parts"][0]["rows"]) == 1
    row = BalanceSyncHistory.objects.get(conflict_resolution_id=conflict.pk)
    assert (row.sync_status, row.requires_manual_review) == ("manual_review", True)


def test_later_comparisons_add_to_the_one_open_conflict() -> None:
    book = missing_row()
    book.both("-5.00", days=27)
    book.stated(days=27)

    assert book.compare().what == "continued"

    conflict = conflict_of(book)
    assert BalanceConflict.objects.count() == 1
    assert conflict.comparisons == BalanceSyncHistory.objects.filter(conflict_resolution_id=conflict.pk).count() == 2


def test_it_heals_by_itself_and_says_why() -> None:
    book = missing_row()
    book.ledger("-263.42", "Hydro One", days=9)

    assert book.compare().what == "healed"

    conflict = conflict_of(book)
    assert conflict.conflict_status == "healed"
    assert "Both sides say" in conflict.closed_reason
    assert "ledger rows arrived" in conflict.closed_reason
    assert set(BalanceSyncHistory.objects.values_list("sync_status", flat=True)) == {
        "conflict_resolved",
        "synchronized",
    }


def test_a_waiting_proposal_goes_back_when_the_balances_change() -> None:
    book, (robin, sam) = missing_row(), two_people()
    balancing.propose(seen(book), balancing.Proposal("accept_bank", "hydro"), actor=robin)
    page = seen(book)
    book.bank("-1.00", "FEE", days=20)
    book.stated(days=27)
    book.compare()

    with pytest.raises(balancing.deciding.BalanceRefused, match="compared again"):
        balancing.approve(page, actor=sam)
    assert conflict_of(book).conflict_status == "open"


def test_small_differences_are_kept_by_policy_with_reasoning_and_confidence() -> None:
    missing_row("-0.80")

    row = BalanceSyncHistory.objects.get()

    assert not BalanceConflict.objects.exists()
    assert (row.sync_status, row.resolution_method) == ("conflict_resolved", "keep_dway")
    assert row.resolution_confidence == Decimal("0.95")
    assert "-0.80 is below the threshold" in (row.resolution_reasoning or "")


def test_the_threshold_is_the_setting() -> None:
    SystemConfig.objects.filter(key="balance_discrepancy_threshold").update(value="300")

    missing_row()

    assert not BalanceConflict.objects.exists()


def test_rows_that_the_bank_books_later_are_timing() -> None:
    book = BalanceBook()
    book.both("-12.34")
    book.statement()
    book.ledger("-50.00", "Cheque", days=25)  # at the bank two days after the statement
    book.ledger("-7.00", "Card", days=24)  # not at the bank yet
    book.bank("-50.00", "CHEQUE", days=27)

    found = book.compare()

    assert (found.what, found.timing) == ("agrees", 2)
    timing = BalanceSyncHistory.objects.get().sync_metadata["timing"]
    assert {one["kind"] for one in timing} == {"ledger_first", "not_at_bank_yet"}


def test_rows_that_a_fresh_sync_has_not_fetched_yet_are_timing_and_later_no_more() -> None:
    book = BalanceBook()
    book.both("-12.34")
    book.statement()
    book.stated(days=27, amount=book.bank_total - Decimal("40.00"))
    that_day = datetime(2026, 11, 1, 15, 0, tzinfo=UTC)

    assert book.compare(now=that_day).what == "agrees"
    assert book.compare(now=that_day + timedelta(days=3)).what == "opened"
    assert conflict_of(book).cause == "not_fetched"


def test_an_account_without_a_balance_is_left_out() -> None:
    book = BalanceBook()

    with pytest.raises(NothingToCompare, match="stated no balance"):
        book.compare()
    compare_accounts([book.account.pk], RUN)
    assert not BalanceSyncHistory.objects.exists()


def test_the_banks_day_is_that_of_its_zone() -> None:
    assert bank_day("rbc", datetime(2026, 11, 2, 4, 30, tzinfo=UTC)) == date(2026, 11, 1)
    with pytest.raises(ValueError, match="zone"):
        bank_day("rbc", datetime.fromisoformat("2026-11-02T04:30"))


def test_what_people_keep_is_asked_about_once() -> None:
    book, (robin, sam) = missing_row(), two_people()
    balancing.propose(seen(book), balancing.Proposal("keep_dway", "the bank will correct it"), actor=robin)
    balancing.approve(seen(book), actor=sam)

    assert book.compare().what == "agrees"
    book.bank("-20.00", "ATM", days=26)
    book.stated(days=27)
    assert book.compare().gap == Decimal("-20.00")
    assert book.compare(now=NOW + timedelta(days=1)).what == "continued"
