"""Reviewers' screens: the queue, the workbench, and a mapping decided anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from dwaybank.admin.display import admin_url, list_url
from dwaybank.models import User
from integrations.models import BankTransaction
from reconciliation import decisions
from reconciliation.models import (
    MappingDecision,
    MappingPolicy,
    MappingProposal,
    RejectedPair,
    TransactionMapping,
    TransactionPart,
)
from tests.reconciliation.rows import Book, reviewer, seen

QUEUE = "reconciliation.MappingProposal"


@pytest.fixture
def book(db: None) -> Book:
    return Book()


@pytest.fixture
def robin(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("Reconciliation reviewer")


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def decide(client: Client, proposal: MappingProposal, decision: str, **values: Any) -> Any:
    """Press a button of the workbench as it is now."""
    data = {"decision": decision, "version": seen(proposal).version, **values}
    return client.post(admin_url(QUEUE, proposal.pk), data, follow=True)


class TestQueue:
    def test_oldest_first_and_only_what_waits(self, book: Book, robin: Client) -> None:
        late, early = (book.proposal(book.bank("-5.00", t, days=d)) for t, d in (("LATE", 9), ("EARLY", 1)))
        done = book.proposal(book.bank("-6.00", "DONE"))
        MappingProposal.objects.filter(pk=done.pk).update(proposal_status="decided")

        rows = list(robin.get(list_url(QUEUE)).context["cl"].result_list)

        assert [row.pk for row in rows] == [early.pk, late.pk]
        largest = robin.get(list_url(QUEUE, "o=-3")).context["cl"].result_list
        assert len(largest) == 2
        assert [row.pk for row in robin.get(list_url(QUEUE, "status=decided")).context["cl"].result_list] == [done.pk]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("claim=mine", {"MINE"}),
            ("claim=nobody", {"FREE", "HUGE"}),
            ("claim=others", {"THEIRS"}),
            ("size=huge", {"HUGE"}),
            ("sure=low", {"FREE", "HUGE", "MINE", "THEIRS"}),
            ("found=unmatched", {"FREE", "HUGE", "MINE", "THEIRS"}),
            ("found=batch", set()),
            ("age=old", set()),
        ],
    )
    def test_filters(self, book: Book, robin: Client, query: str, found: set[str]) -> None:
        me = User.objects.get(email="reconciliation.reviewer@dwaybank.example")
        from dwaybank.actor import Actor

        rows = {t: book.proposal(book.bank(a, t)) for t, a in (("MINE", "-5"), ("THEIRS", "-5"), ("FREE", "-5"))}
        rows["HUGE"] = book.proposal(book.bank("-20000", "HUGE"))
        decisions.claim([rows["MINE"].pk], actor=Actor(me.pk, "test"))
        decisions.claim([rows["THEIRS"].pk], actor=reviewer("Sam")[1])

        if query == "age=old":
            found = {row.description for row in rows.values()}
            from django.utils import timezone

            if (timezone.localdate() - rows["FREE"].transaction_date).days <= 30:
                found = set()
        listed = robin.get(list_url(QUEUE, query)).context["cl"].result_list

        assert {row.description for row in listed} == found

    def test_bulk_approval_answers_for_each(self, book: Book, robin: Client) -> None:
        fine = book.proposal(book.bank("-5.00", "FINE"), [book.ledger("-5.00")])
        MappingProposal.objects.filter(pk=fine.pk).update(is_exact=True)
        differs = book.proposal(book.bank("-7.00", "DIFFERS"), [book.ledger("-6.00")])
        lonely = book.proposal(book.bank("-8.00", "LONELY"))
        stale = book.proposal(book.bank("-9.00", "STALE"), [book.ledger("-9.00")])
        page = robin.get(list_url(QUEUE))
        html = page.content.decode()
        assert html.count(" checked") == 1
        versions = {f"version-{row.pk}": row.version for row in page.context["cl"].result_list}
        MappingProposal.objects.filter(pk=stale.pk).update(candidates=[])

        chosen = [str(row.pk) for row in (fine, differs, lonely, stale)]
        done = robin.post(
            list_url(QUEUE), {"action": "approve_selected", "_selected_action": chosen, **versions}, follow=True
        )

        message = said(done)
        assert "1 approved." in message
        assert "DIFFERS: The amounts differ by -1.00" in message
        assert "LONELY: no partner: needs a look of its own" in message
        assert "STALE: New candidates were found" in message
        assert TransactionMapping.objects.get().bank_transaction_id == fine.bank_transaction_id

    def test_claim_and_release(self, book: Book, robin: Client) -> None:
        mine, theirs = (book.proposal(book.bank("-5.00", t)) for t in ("MINE", "THEIRS"))
        decisions.claim([theirs.pk], actor=reviewer("Sam")[1])
        chosen = {"_selected_action": [str(mine.pk), str(theirs.pk)]}

        claimed = robin.post(list_url(QUEUE), {"action": "claim_selected", **chosen}, follow=True)
        assert "1 of 2 are yours now" in said(claimed)
        released = robin.post(list_url(QUEUE), {"action": "release_selected", **chosen}, follow=True)
        assert "1 released" in said(released)
        mine.refresh_from_db()
        assert mine.claimed_by is None

    def test_who_only_looks_has_no_actions(self, book: Book, sign_in: Callable[[str], Client]) -> None:
        proposal = book.proposal(book.bank("-5.00"), [book.ledger("-5.00")])
        approver = sign_in("Approver")

        html = approver.get(list_url(QUEUE)).content.decode()
        assert "approve_selected" not in html
        page = text(approver.get(admin_url(QUEUE, proposal.pk)))
        assert "same amount" in page
        assert 'value="approve"' not in page
        assert approver.post(admin_url(QUEUE, proposal.pk), {"decision": "approve"}).status_code == 403
        assert not TransactionMapping.objects.exists()


class TestWorkbench:
    def test_it_shows_the_line_the_candidates_and_why(self, book: Book, robin: Client) -> None:
        first, second = book.ledger("-12.34", "Tim Hortons"), book.ledger("-12.34", "Plumber")
        proposal = book.proposal(book.bank("-12.34"), [first], [second])
        candidates = proposal.candidates
        candidates[1]["reason"] = "less_likely"
        MappingProposal.objects.filter(pk=proposal.pk).update(candidates=candidates)

        page = text(robin.get(admin_url(QUEUE, proposal.pk)))

        assert "TIM HORTONS #12" in page
        assert "same amount" in page
        assert "Not chosen: less likely than the one above." in page
        assert 'data-key="a"' in page
        assert 'data-key="2"' in page

    def test_after_a_decision_the_next_line_of_the_same_queue_opens(self, book: Book, robin: Client) -> None:
        lines = [
            book.proposal(book.bank(f"-{n}.00", f"LINE {n}", days=n), [book.ledger(f"-{n}.00")]) for n in (1, 2, 3)
        ]
        url = admin_url(QUEUE, lines[0].pk) + "?_changelist_filters=o%3D1"

        page = robin.get(url)
        assert page.context["previous_url"] is None
        assert str(lines[1].pk) in page.context["next_url"]
        done = robin.post(url, {"decision": "approve", "version": 1, "candidate": 0}, follow=True)

        assert str(lines[1].pk) in done.redirect_chain[-1][0]
        assert "_changelist_filters=o" in done.redirect_chain[-1][0]
        assert 'value="undo"' in text(done)
        assert TransactionMapping.objects.count() == 1

    def test_the_last_line_leads_back_to_the_queue(self, book: Book, robin: Client) -> None:
        proposal = book.proposal(book.bank("-1.00"), [book.ledger("-1.00")])

        done = decide(robin, proposal, "approve", candidate=0)

        assert "the last line" in said(done)
        assert done.redirect_chain[-1][0] == list_url(QUEUE)

    def test_a_batch_by_hand(self, book: Book, robin: Client) -> None:
        parts = [book.ledger("-10.00", "one"), book.ledger("-20.00", "two")]
        proposal = book.proposal(book.bank("-30.00"))

        decide(robin, proposal, "choose", ledger_id=[str(part.pk) for part in parts])

        assert TransactionPart.objects.count() == 2

    @pytest.mark.parametrize(
        ("decision", "values", "message"),
        [
            ("choose", {}, "Choose one ledger transaction"),
            ("create", {"note": ""}, "needs a note"),
            ("dispute", {"note": ""}, "needs a note"),
            ("nonsense", {}, "did not say what"),
            ("approve", {"candidate": 7}, "no such candidate"),
            ("settle", {}, "add up to nothing"),
        ],
    )
    def test_what_cannot_be_decided_says_why(
        self, book: Book, robin: Client, decision: str, values: dict[str, Any], message: str
    ) -> None:
        proposal = book.proposal(book.bank("-30.00"), [book.ledger("-30.00")])

        done = decide(robin, proposal, decision, **values)

        assert message in said(done)
        assert not MappingDecision.objects.exists()

    def test_create_dispute_reject_settle_and_undo(self, book: Book, robin: Client) -> None:
        missing, odd = book.proposal(book.bank("-1.00", "A")), book.proposal(book.bank("-2.00", "B", days=1))
        wrong = book.proposal(book.bank("-3.00", "C", days=2), [book.ledger("-3.00")])
        group = uuid4()
        pair = [book.proposal(book.bank(a, "D", days=3), outcome="offset", group=group) for a in ("-4.00", "4.00")]

        decide(robin, missing, "create", note="never booked")
        decide(robin, odd, "dispute", note="ask them")
        decide(robin, wrong, "reject", candidate=0)
        decide(robin, pair[0], "settle")

        assert TransactionMapping.objects.get().transaction.import_source == "reconciliation"
        odd.refresh_from_db()
        assert odd.proposal_status == "disputed"
        assert RejectedPair.objects.count() == 1
        assert BankTransaction.objects.filter(processing_status="processed").count() == 2
        last = MappingDecision.objects.get(decision="offset")
        undone = decide(robin, pair[0], "undo", undo=str(last.pk))
        assert "Undone" in said(undone)
        assert not BankTransaction.objects.filter(processing_status="processed").exists()

    def test_a_ledger_transaction_that_was_taken_meanwhile(self, book: Book, robin: Client) -> None:
        ledger = book.ledger("-5.00")
        one, two = (book.proposal(book.bank("-5.00", t), [ledger]) for t in ("ONE", "TWO"))
        decisions.approve(seen(one), actor=reviewer("Sam")[1])

        done = decide(robin, two, "approve", candidate=0)

        assert "already mapped" in said(done)

    def test_search_finds_free_ledger_transactions_of_the_account(self, book: Book, robin: Client) -> None:
        proposal = book.proposal(book.bank("-5.00"))
        book.ledger("-5.00", "Corner Bakery")
        book.ledger("-77.00", "Garage")
        Book().ledger("-5.00", "Stranger's Bakery")
        taken = book.proposal(book.bank("-6.00"), [book.ledger("-6.00", "Taken Bakery")])
        decisions.approve(seen(taken), actor=reviewer("Sam")[1])
        url = reverse("admin:reconciliation_mappingproposal_ledger", args=[proposal.pk])

        by_word, by_amount = text(robin.get(url, {"ledger": "bakery"})), text(robin.get(url, {"ledger": "77.00"}))

        assert "Corner Bakery" in by_word
        assert "Garage" not in by_word
        assert "Stranger" not in by_word
        assert "Taken" not in by_word
        assert "Garage" in by_amount
        assert "No free ledger transaction" in text(robin.get(url, {"ledger": "%_nothing"}))


class TestMappedLines:
    @pytest.fixture
    def mapping(self, book: Book) -> TransactionMapping:
        proposal = book.proposal(book.bank("-5.00"), [book.ledger("-5.00")])
        decisions.approve(seen(proposal), actor=reviewer("Sam")[1])
        return TransactionMapping.objects.get()

    def decide(self, client: Client, mapping: TransactionMapping, **values: Any) -> Any:
        url = reverse("admin:reconciliation_transactionmapping_decide", args=[mapping.pk])
        return client.post(url, values, follow=True)

    def test_correct_dispute_unmap_undo(self, book: Book, robin: Client, mapping: TransactionMapping) -> None:
        right = book.ledger("-5.00", "right")
        self.decide(robin, mapping, decision="correct", ledger_ids=str(right.pk), note="twins")
        corrected = TransactionMapping.objects.get()
        assert (corrected.transaction, corrected.mapping_type) == (right, "corrected")
        self.decide(robin, corrected, decision="dispute", note="customer asks")
        corrected.refresh_from_db()
        assert corrected.reconciliation_status == "disputed"
        self.decide(robin, corrected, decision="unmap", note="neither")
        assert not TransactionMapping.objects.exists()
        assert MappingProposal.objects.filter(proposal_status="open").count() == 1

    def test_refusals_are_messages(self, robin: Client, mapping: TransactionMapping) -> None:
        assert "needs a note" in said(self.decide(robin, mapping, decision="unmap", note=""))
        assert "Name the ledger transaction" in said(self.decide(robin, mapping, decision="correct", note="x"))
        assert "no ledger transaction" in said(
            self.decide(robin, mapping, decision="correct", note="x", ledger_ids=str(uuid4()))
        )

    def test_only_for_who_may(self, sign_in: Callable[[str], Client], mapping: TransactionMapping) -> None:
        assert self.decide(sign_in("Approver"), mapping, decision="unmap", note="x").status_code == 403


def test_a_policy_is_made_for_an_account_by_its_number(book: Book, robin: Client) -> None:
    add = reverse("admin:reconciliation_mappingpolicy_add")
    unknown = robin.post(add, {"account": "no such", "create_after_days": "10", "reason": "r"})
    assert "No external account has the number" in text(unknown)
    too_long = robin.post(add, {"account": book.account.external_account_id, "create_after_days": "999", "reason": "r"})
    assert "Between 1 and 365 days" in text(too_long)

    robin.post(add, {"account": book.account.external_account_id, "create_after_days": "10", "reason": "agreed"})

    policy = MappingPolicy.objects.get()
    assert (policy.account, policy.create_after_days) == (book.account, 10)


class TestMonths:
    @pytest.fixture
    def months(self, book: Book) -> Book:
        for n, days in enumerate((0, 1, 2, 40)):
            line = book.bank(f"-{n + 1}.00", days=days)
            if n < 2:
                decisions.approve(seen(book.proposal(line, [book.ledger(f"-{n + 1}.00")])), actor=reviewer()[1])
        return book

    def test_progress_by_month_with_the_way_to_what_waits(self, months: Book, robin: Client) -> None:
        page = text(robin.get(admin_url("reconciliation.TransactionReconciliationStatus", months.account.pk)))

        assert 'max="3" value="2"' in page
        assert 'aria-label="67% of 2026-10 done"' in page
        assert "transaction_date__month=10&amp;processing_status__exact=imported" in page

    def test_the_months_as_a_file(self, months: Book, robin: Client) -> None:
        url = reverse("admin:reconciliation_status_months_csv", args=[months.account.pk])

        response = robin.get(url)

        assert response["Content-Type"].startswith("text/csv")
        assert response.content.decode().splitlines() == [
            "month,bank_lines,mapped,settled,waiting,bank_sum,waiting_sum",
            "2026-11,1,0,0,1,-4.00,-4.00",
            "2026-10,3,2,0,1,-6.00,-3.00",
        ]
        assert robin.get(reverse("admin:reconciliation_status_months_csv", args=[uuid4()])).status_code == 302

    def test_not_for_everybody(self, months: Book, sign_in: Callable[[str], Client]) -> None:
        url = reverse("admin:reconciliation_status_months_csv", args=[months.account.pk])
        assert sign_in("Compliance analyst").get(url).status_code == 403


def test_the_queue_counts_what_was_found(book: Book, robin: Client) -> None:
    book.proposal(book.bank("-1.00"))
    book.proposal(book.bank("-2.00"), [book.ledger("-2.00")])

    page = text(robin.get(list_url(QUEUE)))

    assert "Likely (1)" in page
    assert "No partner (1)" in page
    assert "Batch (0)" in page
