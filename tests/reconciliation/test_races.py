"""Several at once, over connections of their own: one winner, one clear message, nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection

from dwaybank.actor import Actor
from dwaybank.errors import DomainError, explain
from dwaybank.models import AuditEvent
from reconciliation import decisions
from reconciliation.mapping import run_matching, writing
from reconciliation.models import MappingDecision, MappingProposal, TransactionMapping, TransactionPart
from tests.reconciliation.rows import Book, reviewer, seen

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each gave: its result, or the message of its refusal."""
    start = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def do(place: int, work: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[place] = work()
        except DomainError as error:
            results[place] = str(error)
        except DatabaseError as error:
            results[place] = explain(error)  # type: ignore[arg-type]
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def messages(results: list[Any]) -> list[str]:
    return [result for result in results if isinstance(result, str)]


def test_two_reviewers_on_one_line() -> None:
    book = Book()
    proposal = book.proposal(book.bank("-12.34"), [book.ledger("-12.34")], [book.ledger("-12.34", days=1)])
    page, people = seen(proposal), [reviewer(name)[1] for name in ("Robin", "Sam")]

    results = at_once(*(lambda a=a, n=n: decisions.approve(page, candidate=n, actor=a) for n, a in enumerate(people)))

    assert TransactionMapping.objects.count() == MappingDecision.objects.count() == 1
    [message] = messages(results)
    assert "decided this line" in message
    assert "Nothing was changed" in message


def test_a_double_click() -> None:
    book, (_, actor) = Book(), reviewer()
    proposal = book.proposal(book.bank("-12.34"))
    page = seen(proposal)

    results = at_once(*[lambda: decisions.create_ledger_transaction(page, actor=actor, note="missing")] * 4)

    assert TransactionMapping.objects.count() == 1
    assert len(messages(results)) == 3


def test_two_lines_for_one_ledger_transaction() -> None:
    book, ledger_text = Book(), "Rent"
    ledger = book.ledger("-900.00", ledger_text)
    pages = [seen(book.proposal(book.bank("-900.00"), [ledger])) for _ in range(2)]
    people = [reviewer()[1] for _ in range(2)]

    results = at_once(*(lambda p=p, a=a: decisions.approve(p, actor=a) for p, a in zip(pages, people, strict=True)))

    assert TransactionMapping.objects.count() == 1
    [refused] = messages(results)
    assert "is mapped already, to a bank line of 2026-10-05. Choose another" in refused
    assert MappingProposal.objects.filter(proposal_status="open").count() == 1


def test_two_batches_that_want_the_same_part() -> None:
    book = Book()
    one, two, three = (book.ledger(f"{n}0.00") for n in (1, 2, 3))
    first = book.proposal(book.bank("30.00"), [one, two], outcome="batch")
    second = book.proposal(book.bank("50.00"), [two, three], outcome="batch")
    people = [reviewer()[1] for _ in range(2)]

    results = at_once(
        *(
            lambda p=p, a=a: decisions.approve(p, actor=a)
            for p, a in zip(map(seen, (first, second)), people, strict=True)
        )
    )

    assert messages(results) == [
        "2026-10-05 +20.00 CAD Tim Hortons belongs to a batch that is mapped already. Unmap that first."
    ]
    assert TransactionPart.objects.count() == 2


def test_undo_twice_at_once() -> None:
    book, (_, actor) = Book(), reviewer()
    decision = decisions.approve(seen(book.proposal(book.bank("-1.00"), [book.ledger("-1.00")])), actor=actor)

    results = at_once(*[lambda: decisions.undo(decision.pk, actor=actor)] * 3)

    assert not TransactionMapping.objects.exists()
    assert len(messages(results)) == 2
    assert MappingDecision.objects.filter(decision="undo").count() == 1


def sixty_purchases(book: Book) -> None:
    for n in range(60):
        book.bank(f"-{10 + n}.{n:02d}", f"POS SHOP {n} TORONTO", days=n % 25 + 1)
        book.ledger(f"-{10 + n}.{n:02d}", f"Shop {n}", days=n % 25)


def test_many_mappings_are_written_by_two_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the same name, and if one of them fails the next run does its share."""
    book, actor = Book(), Actor(reviewer()[1].user_id, "command:test", "the night's run")
    sixty_purchases(book)
    monkeypatch.setattr(writing, "WORTH_A_SESSION", 5)
    own_session = writing._map_in_own_session

    def fails(*args: Any) -> int:
        raise DatabaseError("the server went away")

    monkeypatch.setattr(writing, "_map_in_own_session", fails)
    with pytest.raises(DatabaseError, match="went away"):
        run_matching(actor=actor, now=NOW)
    half = TransactionMapping.objects.count()
    assert not MappingProposal.objects.exists()
    monkeypatch.setattr(writing, "_map_in_own_session", own_session)
    summary = run_matching(actor=actor, now=NOW)

    assert 5 <= half < 60
    assert TransactionMapping.objects.count() == half + summary.accepted
    assert summary.accepted + summary.waiting == 60 - half
    assert MappingProposal.objects.filter(proposal_status="open").count() == summary.waiting
    told = AuditEvent.objects.filter(table_name="transaction_mappings").values_list("actor_id", "reason")
    assert set(told) == {(actor.user_id, actor.reason)}


def test_runs_and_reviewers_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "WORTH_A_SESSION", 5)
    book, (_, actor) = Book(), reviewer()
    sixty_purchases(book)
    run_matching(actor=Actor(None, "test"), now=NOW, dry_run=True)
    first = book.proposal(book.bank("-5000.00", "CAR"), [book.ledger("-5000.00", "Car")])
    page = seen(first)

    results = at_once(
        lambda: run_matching(actor=Actor(None, "test"), now=NOW),
        lambda: run_matching(actor=Actor(None, "test"), now=NOW),
        lambda: decisions.approve(page, actor=actor),
    )

    mapped = list(TransactionMapping.objects.values_list("bank_transaction_id", "transaction_id"))
    assert len({bank for bank, _ in mapped}) == len({ledger for _, ledger in mapped}) == len(mapped)
    assert (
        MappingProposal.objects.filter(
            proposal_status="open", bank_transaction_id__in=[bank for bank, _ in mapped]
        ).count()
        == 0
    )
    accepted = sum(result.accepted for result in results if hasattr(result, "accepted"))
    by_hand = TransactionMapping.objects.filter(mapping_type="manual").count()
    assert TransactionMapping.objects.filter(mapping_type="automatic").count() + by_hand == len(mapped)
    assert accepted >= len(mapped) - by_hand
