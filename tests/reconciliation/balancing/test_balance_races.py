"""Decisions on one conflict at once, over connections of their own: the ledger changes once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dwaybank.models import Transaction
from reconciliation import balancing
from reconciliation.balancing import Proposal
from reconciliation.models import BalanceConflict, BalanceResolution
from tests.reconciliation.balancing.books import conflict_of, missing_row, seen, two_people
from tests.reconciliation.rows import reviewer
from tests.reconciliation.test_races import at_once, messages

pytestmark = pytest.mark.django_db(transaction=True)
BANK = Proposal("accept_bank", "the statement shows it")


def test_approved_three_times_and_rejected_at_once() -> None:
    book, (robin, sam) = missing_row(), two_people()
    balancing.propose(seen(book), BANK, actor=robin)
    before, page, kim = book.balance, seen(book), reviewer("Kim")[1]

    results = at_once(
        *[lambda: balancing.approve(page, actor=sam)] * 3,
        lambda: balancing.reject(page, actor=kim, reason="no"),
        lambda: balancing.approve(page, actor=robin),
    )

    assert len(messages(results)) == 4
    decided = BalanceResolution.objects.get()
    booked = Transaction.objects.filter(import_source="reconciliation").count()
    assert booked == (1 if decided.resolution_status == "approved" else 0)
    assert book.balance == before - booked * Decimal("263.42")


def test_two_reviewers_propose_and_two_syncs_compare() -> None:
    book = missing_row()
    page, people = seen(book), [reviewer(name)[1] for name in ("Robin", "Kim")]

    results = at_once(
        *(lambda one=one: balancing.propose(page, BANK, actor=one) for one in people), book.compare, book.compare
    )

    assert BalanceResolution.objects.count() == 1
    assert len(messages(results)) == 1
    assert BalanceConflict.objects.count() == 1
    assert conflict_of(book).comparisons == 3
