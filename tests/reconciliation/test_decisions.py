"""What reviewers decide: written whole, once, by the first; and undone to the last row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dwaybank.actor import Actor
from dwaybank.models import Account, AuditEvent, Transaction, User
from integrations.models import BankTransaction
from reconciliation import decisions
from reconciliation.decisions import DecisionRefused, Seen
from reconciliation.models import (
    CounterpartyAlias,
    MappingDecision,
    MappingProposal,
    RejectedPair,
    TransactionMapping,
    TransactionPart,
)
from tests.examples import examples
from tests.reconciliation.rows import Book, reviewer, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def robin() -> tuple[User, Actor]:
    return reviewer()


def facts() -> dict[str, Any]:
    """Everything that a decision may change, without times."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return {
        "mappings": sorted(
            TransactionMapping.objects.values_list(
                "pk", "bank_transaction_id", "transaction_id", "mapping_type", "reconciliation_status"
            )
        ),
        "ledger": sorted(Transaction.objects.values_list("pk", "amount", "transaction_type", "status")),
        "parts": sorted(TransactionPart.objects.values_list("pk", "parent_id", "part_id", "made")),
        "bank": sorted(
            BankTransaction.objects.values_list("pk", "processing_status", "mapped_transaction_id"), key=str
        ),
        "waiting": sorted(
            MappingProposal.objects.filter(proposal_status__in=["open", "disputed"]).values_list(
                "bank_transaction_id", "proposal_status"
            )
        ),
        "balances": sorted(Account.objects.values_list("pk", "current_balance")),
        "rejected": sorted(RejectedPair.objects.values_list("bank_transaction_id", "transaction_id")),
    }


class TestApprove:
    def test_it_writes_mapping_link_reviewer_and_audit(self, book: Book, robin: tuple[User, Actor]) -> None:
        person, actor = robin
        line, ledger = book.bank("-12.34"), book.ledger("-12.34")
        proposal = book.proposal(line, [ledger])

        decision = decisions.approve(seen(proposal), actor=actor, note="clear")

        mapping = TransactionMapping.objects.get()
        assert (mapping.transaction_id, mapping.bank_transaction_id) == (ledger.pk, line.pk)
        assert (mapping.mapping_type, mapping.reconciliation_status) == ("manual", "matched")
        assert (mapping.reviewed_by, mapping.review_notes) == (person, "clear")
        assert mapping.mapping_confidence == Decimal("0.99")
        line.refresh_from_db()
        assert (line.mapped_transaction_id, line.processing_status) == (ledger.pk, "mapped")
        proposal.refresh_from_db()
        assert proposal.proposal_status == "decided"
        assert (decision.decision, decision.decided_by, decision.note) == ("approve", person, "clear")
        event = AuditEvent.objects.get(table_name="transaction_mappings", row_id=str(mapping.pk))
        assert (event.actor_id, event.reason) == (person.pk, "clear")

    def test_a_difference_needs_its_reason(self, book: Book, robin: tuple[User, Actor]) -> None:
        line, ledger = book.bank("-12.34"), book.ledger("-12.00")
        proposal = book.proposal(line, [ledger], outcome="discrepancy")

        with pytest.raises(DecisionRefused, match=r"differ by -0\.34"):
            decisions.approve(seen(proposal), actor=robin[1])
        assert not TransactionMapping.objects.exists()
        decisions.approve(seen(proposal), actor=robin[1], reason="fee")

        mapping = TransactionMapping.objects.get()
        assert (mapping.reconciliation_status, mapping.discrepancy_amount) == ("discrepancy", Decimal("-0.34"))
        assert mapping.discrepancy_reason == "fee"

    def test_one_bank_line_of_several_ledger_lines(self, book: Book, robin: tuple[User, Actor]) -> None:
        line = book.bank("300.00", "SQUARE DEPOSIT")
        parts = [book.ledger(amount, f"sale {amount}") for amount in ("100.00", "250.00", "-50.00")]
        proposal = book.proposal(line, parts, outcome="batch")

        decisions.approve(seen(proposal), actor=robin[1])

        whole = TransactionMapping.objects.get().transaction
        assert (whole.amount, whole.transaction_type, whole.status) == (Decimal("300.00"), "credit", "grouping")
        assert set(TransactionPart.objects.values_list("part", flat=True)) == {part.pk for part in parts}

    def test_several_bank_lines_of_one_ledger_line(self, book: Book, robin: tuple[User, Actor]) -> None:
        lines = [book.bank("-40.00"), book.bank("-60.00", days=1)]
        whole = book.ledger("-100.00", "Invoice 77")
        group = uuid4()
        first, _ = [book.proposal(line, [whole], outcome="batch", group=group) for line in lines]

        decisions.approve(seen(first), actor=robin[1])

        parts = TransactionPart.objects.filter(parent=whole)
        assert {part.made for part in parts} == {"parts"}
        mapped = set(TransactionMapping.objects.values_list("bank_transaction_id", flat=True))
        assert mapped == {line.pk for line in lines}
        assert not MappingProposal.objects.filter(proposal_status="open").exists()

    def test_parts_that_do_not_add_up_are_refused(self, book: Book, robin: tuple[User, Actor]) -> None:
        lines = [book.bank("-40.00"), book.bank("-59.00")]
        group = uuid4()
        whole = book.ledger("-100.00")
        first, _ = [book.proposal(line, [whole], outcome="batch", group=group) for line in lines]

        with pytest.raises(DecisionRefused, match=r"add up to -99.00, the ledger transaction is -100.00"):
            decisions.approve(seen(first), actor=robin[1])

    def test_a_charge_and_its_reversal(self, book: Book, robin: tuple[User, Actor]) -> None:
        lines = [book.bank("-80.00", "HOTEL"), book.bank("80.00", "HOTEL REVERSAL", days=2)]
        group = uuid4()
        first, _ = [book.proposal(line, outcome="offset", group=group) for line in lines]

        decisions.approve(seen(first), actor=robin[1])

        assert set(BankTransaction.objects.values_list("processing_status", flat=True)) == {"processed"}
        assert not TransactionMapping.objects.exists()


class TestOtherWays:
    def test_another_candidate_is_taken_and_the_first_remembered(self, book: Book, robin: tuple[User, Actor]) -> None:
        line, first, second = book.bank("-12.34"), book.ledger("-12.34"), book.ledger("-12.34", "Timmies", days=1)
        proposal = book.proposal(line, [first], [second])

        decision = decisions.approve(seen(proposal), candidate=1, actor=robin[1])

        assert decision.decision == "choose"
        assert TransactionMapping.objects.get().transaction == second
        assert RejectedPair.objects.get().transaction == first
        alias = CounterpartyAlias.objects.get()
        assert (alias.bank_text, alias.counterparty) == ("TIM HORTONS #12", "Timmies")

    def test_any_ledger_transactions_of_the_account(self, book: Book, robin: tuple[User, Actor]) -> None:
        line, one, two = book.bank("-30.00"), book.ledger("-10.00"), book.ledger("-20.00")
        proposal = book.proposal(line)

        decisions.choose(seen(proposal), [one.pk, two.pk], actor=robin[1])

        assert TransactionPart.objects.count() == 2

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"currency": "USD"}, "another account or currency"),
            ({"transaction_type": "credit"}, "money in and the other money out"),
        ],
    )
    def test_what_cannot_be_the_same_movement(
        self, book: Book, robin: tuple[User, Actor], change: dict[str, Any], message: str
    ) -> None:
        line, ledger = book.bank("-12.34"), book.ledger("-12.34")
        Transaction.objects.filter(pk=ledger.pk).update(**change)
        proposal = book.proposal(line)

        with pytest.raises(DecisionRefused, match=message):
            decisions.choose(seen(proposal), [ledger.pk], actor=robin[1])

    def test_another_customers_ledger_is_refused(self, book: Book, robin: tuple[User, Actor]) -> None:
        stranger = Book().ledger("-12.34")

        with pytest.raises(DecisionRefused, match="another account"):
            decisions.choose(seen(book.proposal(book.bank("-12.34"))), [stranger.pk], actor=robin[1])

    def test_what_the_ledger_lacks_is_made_with_a_note(self, book: Book, robin: tuple[User, Actor]) -> None:
        proposal = book.proposal(book.bank("-12.34"))

        with pytest.raises(DecisionRefused, match="needs a note"):
            decisions.create_ledger_transaction(seen(proposal), actor=robin[1], note=" ")
        decisions.create_ledger_transaction(seen(proposal), actor=robin[1], note="card payment never booked")

        made = TransactionMapping.objects.get().transaction
        assert (made.amount, made.transaction_type, made.import_source) == (Decimal("12.34"), "debit", "reconciliation")

    def test_what_is_made_moves_the_balance_and_its_undo_moves_it_back(
        self, book: Book, robin: tuple[User, Actor]
    ) -> None:
        before = Account.objects.get(pk=book.account.pk).current_balance
        proposal = book.proposal(book.bank("-12.34"))
        decision = decisions.create_ledger_transaction(seen(proposal), actor=robin[1], note="never booked")
        assert Account.objects.get(pk=book.account.pk).current_balance == before - Decimal("12.34")

        decisions.undo(decision.pk, actor=robin[1])
        assert Account.objects.get(pk=book.account.pk).current_balance == before

    def test_lines_of_several_proposals_are_grouped_by_hand_and_undone(
        self, book: Book, robin: tuple[User, Actor]
    ) -> None:
        rows = [book.proposal(book.bank(amount, days=n)) for n, amount in enumerate(("-40.00", "-60.00", "-1.00"))]
        whole, before = book.ledger("-100.00", "Invoice 77"), facts()

        with pytest.raises(DecisionRefused, match=r"add up to -101\.00"):
            decisions.group_lines(seen(rows[0]), [seen(rows[1]), seen(rows[2])], whole.pk, actor=robin[1])
        assert facts() == before
        decision = decisions.group_lines(seen(rows[0]), [seen(rows[1])], whole.pk, actor=robin[1])

        assert TransactionPart.objects.filter(parent=whole, made="parts").count() == 2
        assert [one.pk for one in MappingProposal.objects.filter(proposal_status="open")] == [rows[2].pk]
        decisions.undo(decision.pk, actor=robin[1])
        assert facts() == before

    def test_a_line_decided_meanwhile_or_of_another_account_joins_no_group(
        self, book: Book, robin: tuple[User, Actor]
    ) -> None:
        mine, late, other = book.proposal(book.bank("-40.00")), book.proposal(book.bank("-60.00")), Book()
        stranger, whole, old = other.proposal(other.bank("-60.00")), book.ledger("-100.00"), seen(late)
        with pytest.raises(DecisionRefused, match="several accounts"):
            decisions.group_lines(seen(mine), [seen(stranger)], whole.pk, actor=robin[1])
        decisions.choose(old, [book.ledger("-60.00").pk], actor=robin[1])
        with pytest.raises(DecisionRefused, match="decided this line"):
            decisions.group_lines(seen(mine), [old], whole.pk, actor=robin[1])

    def test_a_rejected_candidate_is_gone_and_the_line_waits_on(self, book: Book, robin: tuple[User, Actor]) -> None:
        line, ledger = book.bank("-12.34"), book.ledger("-12.34")
        proposal = book.proposal(line, [ledger])

        decision = decisions.reject_candidate(seen(proposal), 0, actor=robin[1])

        proposal.refresh_from_db()
        assert (proposal.proposal_status, proposal.outcome, proposal.candidates) == ("open", "unmatched", [])
        assert RejectedPair.objects.get().transaction == ledger
        decisions.undo(decision.pk, actor=robin[1])
        proposal.refresh_from_db()
        assert len(proposal.candidates) == 1
        assert not RejectedPair.objects.exists()


class TestMappedLines:
    @pytest.fixture
    def mapping(self, book: Book, robin: tuple[User, Actor]) -> TransactionMapping:
        proposal = book.proposal(book.bank("-12.34"), [book.ledger("-12.34")])
        decisions.approve(seen(proposal), actor=robin[1])
        return TransactionMapping.objects.get()

    def test_unmapped_lines_wait_again(self, mapping: TransactionMapping, robin: tuple[User, Actor]) -> None:
        with pytest.raises(DecisionRefused, match="needs a note"):
            decisions.unmap(mapping.pk, actor=robin[1], note="")
        decisions.unmap(mapping.pk, actor=robin[1], note="wrong shop")

        assert not TransactionMapping.objects.exists()
        assert MappingProposal.objects.get(proposal_status="open").reason == "unmapped"
        line = BankTransaction.objects.get()
        assert (line.processing_status, line.mapped_transaction_id) == ("imported", None)

    @pytest.mark.parametrize("is_batch", [True, False])
    def test_what_was_unmapped_is_remembered_as_wrong_though_its_group_is_gone(
        self, book: Book, robin: tuple[User, Actor], is_batch: bool
    ) -> None:
        amounts = ("-40.00", "-60.00")
        if is_batch:
            ledger = [book.ledger(amount) for amount in amounts]
            decisions.approve(seen(book.proposal(book.bank("-100.00"), ledger)), actor=robin[1])
        else:
            first, second = (book.proposal(book.bank(amount)) for amount in amounts)
            ledger = [book.ledger("-100.00")]
            decisions.group_lines(seen(first), [seen(second)], ledger[0].pk, actor=robin[1])
        before = facts()

        undone = decisions.unmap(TransactionMapping.objects.first().pk, actor=robin[1], note="not these")

        pairs = RejectedPair.objects.values_list("bank_transaction_id", "transaction_id")
        lines = BankTransaction.objects.values_list("pk", flat=True)
        assert set(pairs) == {(line, row.pk) for line in lines for row in ledger}
        decisions.undo(undone.pk, actor=robin[1])
        assert facts() == before

    def test_a_batch_is_corrected_part_by_part(self, book: Book, robin: tuple[User, Actor]) -> None:
        kept, wrong, right = (book.ledger(amount) for amount in ("-40.00", "-60.00", "-60.00"))
        decisions.approve(seen(book.proposal(book.bank("-100.00"), [kept, wrong])), actor=robin[1])
        mapping = TransactionMapping.objects.get()
        with pytest.raises(DecisionRefused, match="mapped to already"):
            decisions.correct(mapping.pk, [wrong.pk, kept.pk], actor=robin[1], note="x")

        decisions.correct(mapping.pk, [kept.pk, right.pk], actor=robin[1], note="the other Friday")

        assert set(TransactionPart.objects.values_list("part", flat=True)) == {kept.pk, right.pk}
        assert RejectedPair.objects.get().transaction == wrong

    def test_a_corrected_mapping_keeps_the_old_one_in_history(
        self, book: Book, mapping: TransactionMapping, robin: tuple[User, Actor]
    ) -> None:
        right = book.ledger("-12.34", "The right one")

        decision = decisions.correct(mapping.pk, [right.pk], actor=robin[1], note="twins mixed up")

        new = TransactionMapping.objects.get()
        assert (new.transaction, new.mapping_type) == (right, "corrected")
        assert decision.before["mappings"][0]["transaction_id"] == str(mapping.transaction_id)

    def test_a_disputed_mapping_stands(self, mapping: TransactionMapping, robin: tuple[User, Actor]) -> None:
        decisions.dispute(mapping.pk, actor=robin[1], note="customer says no")

        mapping.refresh_from_db()
        assert (mapping.reconciliation_status, mapping.review_notes) == ("disputed", "customer says no")

    def test_a_mapping_that_is_gone(self, mapping: TransactionMapping, robin: tuple[User, Actor]) -> None:
        decisions.unmap(mapping.pk, actor=robin[1], note="x")

        with pytest.raises(DecisionRefused, match="is gone"):
            decisions.unmap(mapping.pk, actor=robin[1], note="x")


class TestWhoComesSecond:
    def test_a_decided_line_names_who_decided(self, book: Book, robin: tuple[User, Actor]) -> None:
        proposal = book.proposal(book.bank("-12.34"), [book.ledger("-12.34")])
        page = seen(proposal)
        decisions.approve(page, actor=robin[1])
        _, sam = reviewer("Sam")

        with pytest.raises(DecisionRefused, match=r"decided this line at .* \(Approved the proposal\)"):
            decisions.approve(page, actor=sam)
        assert MappingDecision.objects.count() == 1

    def test_a_stale_page_decides_nothing(self, book: Book, robin: tuple[User, Actor]) -> None:
        ledger = book.ledger("-12.34")
        proposal = book.proposal(book.bank("-12.34"), [ledger])
        page = seen(proposal)
        MappingProposal.objects.filter(pk=proposal.pk).update(candidates=[*proposal.candidates, *proposal.candidates])

        with pytest.raises(DecisionRefused, match="New candidates were found"):
            decisions.approve(page, actor=robin[1])

    def test_a_claimed_line_is_its_reviewers(self, book: Book, robin: tuple[User, Actor]) -> None:
        proposal = book.proposal(book.bank("-12.34"), [book.ledger("-12.34")])
        _, sam = reviewer("Sam")
        assert decisions.claim([proposal.pk], actor=sam) == 1
        assert decisions.claim([proposal.pk], actor=robin[1]) == 0

        with pytest.raises(DecisionRefused, match="works on this line"):
            decisions.approve(seen(proposal), actor=robin[1])
        assert decisions.claim([proposal.pk], actor=robin[1], take_over=True) == 1
        decisions.approve(seen(proposal), actor=robin[1])

    def test_a_ledger_transaction_is_mapped_once(self, book: Book, robin: tuple[User, Actor]) -> None:
        ledger = book.ledger("-12.34")
        one, two = (book.proposal(book.bank("-12.34"), [ledger]) for _ in range(2))
        decisions.approve(seen(one), actor=robin[1])

        with pytest.raises(DecisionRefused, match="mapped already, to a bank line of 2026-10-05"):
            decisions.approve(seen(two), actor=robin[1])

    def test_nobody_cannot_decide(self, book: Book) -> None:
        proposal = book.proposal(book.bank("-12.34"), [book.ledger("-12.34")])

        with pytest.raises(DecisionRefused, match="needs a person"):
            decisions.approve(seen(proposal), actor=Actor(None, "command:x"))

    def test_a_proposal_that_never_was(self, robin: tuple[User, Actor]) -> None:
        with pytest.raises(DecisionRefused, match="is gone"):
            decisions.approve(Seen(uuid4(), 1), actor=robin[1])


def test_decisions_are_never_changed_nor_deleted(book: Book, robin: tuple[User, Actor]) -> None:
    proposal = book.proposal(book.bank("-12.34"), [book.ledger("-12.34")])
    decision = decisions.approve(seen(proposal), actor=robin[1])

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        MappingDecision.objects.filter(pk=decision.pk).update(note="other")
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        MappingDecision.objects.filter(pk=decision.pk).delete()


class TestUndo:
    def test_undo_is_a_decision_and_happens_once(self, book: Book, robin: tuple[User, Actor]) -> None:
        proposal = book.proposal(book.bank("-12.34"), [book.ledger("-12.34")])
        before = facts()
        decision = decisions.approve(seen(proposal), actor=robin[1])

        undone = decisions.undo(decision.pk, actor=robin[1], note="hasty")

        assert facts() == before
        assert (undone.decision, undone.undoes, undone.note) == ("undo", decision, "hasty")
        with pytest.raises(DecisionRefused, match="undone already"):
            decisions.undo(decision.pk, actor=robin[1])
        decisions.approve(seen(proposal), actor=robin[1])

    def test_an_older_decision_waits_for_the_newer(self, book: Book, robin: tuple[User, Actor]) -> None:
        proposal = book.proposal(book.bank("-12.34"), [book.ledger("-12.34")])
        first = decisions.approve(seen(proposal), actor=robin[1])
        second = decisions.correct(
            TransactionMapping.objects.get().pk, [book.ledger("-12.34").pk], actor=robin[1], note="x"
        )

        with pytest.raises(DecisionRefused, match="newer was decided"):
            decisions.undo(first.pk, actor=robin[1])
        decisions.undo(second.pk, actor=robin[1])
        decisions.undo(first.pk, actor=robin[1])
        assert not TransactionMapping.objects.exists()

    @settings(max_examples=examples(10), deadline=None, suppress_health_check=list(HealthCheck))
    # two lines are parts of one ledger transaction; then a mapping is corrected to that one among others
    @example(wishes=[(0, 2, 1), (0, 3, 1), (6, 0, 2), (0, 0, 1)])
    @given(wishes=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9), st.integers(1, 3)), min_size=1, max_size=6))
    def test_undo_restores_every_row_after_any_decisions(self, wishes: list[tuple[int, int, int]]) -> None:
        with transaction.atomic():
            book, (_, actor) = Book(), reviewer()
            group, offset = uuid4(), uuid4()
            lines = [book.bank(f"-{n}0.00", f"SHOP {n}", days=n) for n in range(1, 5)]
            ledger = [book.ledger(f"-{n}0.00", f"Shop {n}", days=n) for n in range(1, 5)]
            book.proposal(lines[0], [ledger[0]], [ledger[1]])
            book.proposal(lines[1], [ledger[1]])
            for line in lines[2:]:
                book.proposal(line, [book.ledger("-70.00", "both")] if line is lines[2] else [], group=group)
            for amount in ("-5.00", "5.00"):
                book.proposal(book.bank(amount, "FEE"), outcome="offset", group=offset)
            history: list[tuple[dict[str, Any], UUID]] = []
            for wish in wishes:
                before = facts()
                if (done := _something(*wish, actor)) is not None:
                    history.append((before, done))
            for before, done in reversed(history):
                decisions.undo(done, actor=actor)
                assert facts() == before
            transaction.set_rollback(True)


def _something(kind: int, which: int, several: int, actor: Actor) -> UUID | None:
    """Any decision on anything; None where there is nothing for it, or it is refused."""
    waiting = MappingProposal.objects.filter(proposal_status="open").order_by("transaction_date", "transaction_type")
    mapped = TransactionMapping.objects.order_by("bank_transaction__transaction_date", "transaction__amount")
    free = Transaction.objects.filter(status="posted").exclude(pk__in=mapped.values("transaction_id"))
    chosen = list(free.order_by("transaction_date", "amount", "description").values_list("pk", flat=True)[:several])
    act = (_ON_WAITING + _ON_MAPPED)[kind]
    rows = list(waiting if act in _ON_WAITING else mapped)
    if not rows:
        return None
    try:
        with transaction.atomic():
            return act(rows[which % len(rows)], chosen, actor).pk
    except (DecisionRefused, IntegrityError):
        return None


_ON_WAITING: list[Any] = [
    lambda row, chosen, actor: decisions.approve(seen(row), actor=actor, reason="fee"),
    lambda row, chosen, actor: decisions.choose(seen(row), chosen, actor=actor, reason="other"),
    lambda row, chosen, actor: decisions.create_ledger_transaction(seen(row), actor=actor, note="n"),
    lambda row, chosen, actor: decisions.reject_candidate(seen(row), 0, actor=actor),
    lambda row, chosen, actor: decisions.dispute_line(row.pk, actor=actor, note="n"),
]
_ON_MAPPED: list[Any] = [
    lambda row, chosen, actor: decisions.unmap(row.pk, actor=actor, note="n"),
    lambda row, chosen, actor: decisions.correct(row.pk, chosen, actor=actor, note="n", reason="other"),
    lambda row, chosen, actor: decisions.dispute(row.pk, actor=actor, note="n"),
]
