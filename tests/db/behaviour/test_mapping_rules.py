"""What the database itself holds around mappings: the link that follows, groups, versions, decisions that stay."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from dwaybank.errors import constraint_name
from dwaybank.models import AuditEvent, Transaction
from integrations.models import BankTransaction
from reconciliation import decisions
from reconciliation.models import MappingDecision, MappingProposal, TransactionMapping, TransactionPart
from tests.reconciliation.rows import Book, reviewer, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    return Book()


def run(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def check_deferred_rules() -> None:
    """What the end of the transaction would do."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET CONSTRAINTS ALL DEFERRED")


class TestLink:
    def link(self, line: BankTransaction) -> tuple[Any, Any, bool]:
        line.refresh_from_db()
        return line.mapped_transaction_id, line.processing_status, line.processed_at is not None

    def map(self, line: BankTransaction, ledger: Transaction) -> TransactionMapping:
        return TransactionMapping.objects.create(bank_transaction_id=line.pk, transaction=ledger, mapping_type="manual")

    def test_it_moves_with_the_ledger_side(self, book: Book) -> None:
        line, wrong, right = book.bank("-1.00"), book.ledger("-1.00"), book.ledger("-1.00")
        mapping = self.map(line, wrong)

        TransactionMapping.objects.filter(pk=mapping.pk).update(transaction=right)

        assert self.link(line) == (right.pk, "mapped", True)

    def test_it_moves_with_the_bank_side(self, book: Book) -> None:
        wrong, right, ledger = book.bank("-1.00"), book.bank("-1.00", days=40), book.ledger("-1.00")
        mapping = self.map(wrong, ledger)

        TransactionMapping.objects.filter(pk=mapping.pk).update(bank_transaction_id=right.pk)

        assert self.link(wrong) == (None, "imported", False)
        assert self.link(right) == (ledger.pk, "mapped", True)

    def test_two_mappings_may_swap_their_ledger_sides(self, book: Book) -> None:
        lines, ledger = [book.bank("-1.00"), book.bank("-1.00")], [book.ledger("-1.00"), book.ledger("-1.00")]
        for line, its_ledger in zip(lines, ledger, strict=True):
            self.map(line, its_ledger)

        TransactionMapping.objects.all().delete()
        TransactionMapping.objects.bulk_create(
            TransactionMapping(bank_transaction_id=line.pk, transaction=its_ledger, mapping_type="corrected")
            for line, its_ledger in zip(lines, reversed(ledger), strict=True)
        )

        assert [self.link(line)[0] for line in lines] == [ledger[1].pk, ledger[0].pk]

    def test_a_ledger_transaction_that_is_deleted_unmaps_its_line(self, book: Book) -> None:
        line, ledger = book.bank("-1.00"), book.ledger("-1.00")
        self.map(line, ledger)

        run("DELETE FROM transactions WHERE id = %s", ledger.pk)

        assert not TransactionMapping.objects.exists()
        assert self.link(line) == (None, "imported", False)


class TestParts:
    def test_they_add_up_when_the_transaction_ends_not_before(self, book: Book) -> None:
        whole = book.ledger("-100.00")
        for amount in ("-120.00", "20.00"):
            TransactionPart.objects.create(parent=whole, part=book.ledger(amount), made="parent")

        check_deferred_rules()

        def take_one_away() -> None:
            TransactionPart.objects.filter(part__transaction_type="credit").delete()
            check_deferred_rules()

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            take_one_away()
        assert constraint_name(refused.value) == "transaction_parts_sum_check"
        assert "add up to -120.00, the whole is -100.00" in str(refused.value)

    def test_a_part_that_moves_to_another_whole_is_checked_at_both(self, book: Book) -> None:
        left, joined = book.ledger("-30.00"), book.ledger("-50.00")
        parts = [book.ledger(amount) for amount in ("-10.00", "-20.00", "-50.00", "0.00")]
        for part, whole in zip(parts, (left, left, joined, left), strict=True):
            TransactionPart.objects.create(parent=whole, part=part, made="parent")
        check_deferred_rules()

        def move(part: Transaction) -> None:
            TransactionPart.objects.filter(part=part).update(parent=joined)
            check_deferred_rules()

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            move(parts[1])
        assert constraint_name(refused.value) == "transaction_parts_sum_check"
        move(parts[3])  # a part of nothing leaves both as they are

    def test_a_part_that_leaves_its_whole_short_is_refused_though_it_fits_the_new_one(self, book: Book) -> None:
        left, joined = book.ledger("-30.00"), book.ledger("-50.00")
        own, moving, thirty, twin = (book.ledger(amount) for amount in ("-10.00", "-20.00", "-30.00", "-20.00"))
        for part, whole in ((own, left), (moving, left), (thirty, joined), (twin, joined)):
            TransactionPart.objects.create(parent=whole, part=part, made="parent")
        check_deferred_rules()

        def swap() -> None:
            TransactionPart.objects.filter(part=twin).delete()
            TransactionPart.objects.filter(part=moving).update(parent=joined)
            check_deferred_rules()

        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            swap()
        assert "add up to -10.00, the whole is -30.00" in str(refused.value)

    def test_a_group_goes_as_a_whole(self, book: Book) -> None:
        whole = book.ledger("-30.00")
        for amount in ("-10.00", "-20.00"):
            TransactionPart.objects.create(parent=whole, part=book.ledger(amount), made="parent")

        TransactionPart.objects.filter(parent=whole).delete()
        check_deferred_rules()

        assert Transaction.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "versions"),
    [
        ("proposal_status = 'disputed'", 1),
        ("outcome = 'ambiguous'", 1),
        ("group_id = gen_random_uuid()", 1),
        ("candidates = '[]'", 1),
        ("amount = 1", 1),
        ("transaction_date = '2026-10-31'", 1),
        ("amount = 1, outcome = 'batch'", 1),
        ("amount = amount", 0),
        ("claimed_by = (SELECT min(id::text)::uuid FROM users), claimed_at = CURRENT_TIMESTAMP", 0),
        ("version = 40", 39),
    ],
)
def test_a_version_counts_what_a_reviewer_sees(book: Book, change: str, versions: int) -> None:
    proposal = book.proposal(book.bank("-12.34"), [book.ledger("-12.34")])

    run(f"UPDATE mapping_proposals SET {change}")

    assert MappingProposal.objects.get().version == proposal.version + versions


def test_decided_lines_may_wait_again_but_only_once(book: Book) -> None:
    line = book.bank("-12.34")
    for _ in range(2):
        book.proposal(line)
        MappingProposal.objects.filter(proposal_status="open").update(proposal_status="decided")
    book.proposal(line)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        book.proposal(line)
    assert constraint_name(refused.value) == "idx_mapping_proposals_one_waiting"


def test_decisions_leave_with_their_account_and_the_audit_stays_without_their_images(book: Book) -> None:
    _, actor = reviewer()
    proposal = book.proposal(book.bank("-12.34"), [book.ledger("-12.34")])
    decisions.undo(decisions.approve(seen(proposal), actor=actor).pk, actor=actor)

    run("DELETE FROM accounts WHERE id = %s", book.account.pk)

    assert not MappingDecision.objects.exists()
    gone = AuditEvent.objects.filter(table_name="mapping_decisions", action="DELETE")
    assert {event.old_values["decision"] for event in gone} == {"approve", "undo"}
    for event in AuditEvent.objects.filter(table_name="mapping_decisions"):
        assert {"before", "after"} <= set(event.changed_columns)
        assert not {"before", "after"} & {*(event.old_values or {}), *(event.new_values or {})}

    def test_a_whole_with_parts_is_no_part_of_another(self, book: Book) -> None:
        whole, part = book.ledger("-30.00"), book.ledger("-30.00")
        TransactionPart.objects.create(parent=whole, part=part, made="parent")
        check_deferred_rules()

        TransactionPart.objects.create(parent=book.ledger("-30.00"), part=whole, made="parent")
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            check_deferred_rules()
        assert constraint_name(refused.value) == "transaction_parts_depth_check"
