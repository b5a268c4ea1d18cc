"""The workbench: every decision, its refusals, and the way to the next line."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dwaybank.admin.csv_text import plain_text
from dwaybank.admin.display import admin_url, list_url
from dwaybank.models import Transaction
from reconciliation import decisions
from reconciliation.admin.month_progress import month_url
from reconciliation.admin.queue import line_url, queue_url, work_url
from reconciliation.admin.reconciliation_status import TransactionReconciliationStatusScreen
from reconciliation.admin.replay import replay_url
from reconciliation.mapping import run_matching
from reconciliation.models import MappingDecision, MappingProposal, RejectedPair, TransactionMapping, TransactionPart
from tests.reconciliation.rows import Book, plain_movements, reviewer, seen


@pytest.fixture
def book(db: None) -> Book:
    return Book()


@pytest.fixture
def robin(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("Reconciliation reviewer")


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def decide(client: Client, proposal: MappingProposal, decision: str, query: str = "", **form: Any) -> Any:
    data = {"version": seen(proposal).version, "candidate": "0", "decision": decision, **form}
    return client.post(work_url(proposal.pk, query), data, follow=True)


def undo(client: Client, kind: str = "approve") -> Any:
    decision = MappingDecision.objects.get(decision=kind)
    return client.post(reverse("admin:reconciliation_mappingproposal_undo", args=[decision.pk]), follow=True)


def lines_of(book: Book, count: int = 3) -> list[MappingProposal]:
    return [
        book.proposal(book.bank(f"-{n}0.00", f"SHOP {n}", days=n), [book.ledger(f"-{n}0.00", f"Shop {n}", days=n)])
        for n in range(1, count + 1)
    ]


class TestDecisions:
    def test_approve_and_the_next_line_comes(self, book: Book, robin: Client) -> None:
        first, second, _ = lines_of(book)

        page = decide(robin, first, "approve", "whose=all&order=largest")

        # largest first, this was the last: the one before it comes
        assert page.redirect_chain[-1][0] == work_url(second.pk, "whose=all&order=largest")
        assert "Approved the proposal" in text(page)
        mapping = TransactionMapping.objects.get()
        assert mapping.bank_transaction_id == first.bank_transaction_id
        assert mapping.reviewed_by is not None
        assert mapping.reviewed_by.email == "reconciliation.reviewer@dwaybank.example"

    def test_the_last_line_leads_to_the_empty_queue(self, book: Book, robin: Client) -> None:
        [only] = lines_of(book, 1)

        page = decide(robin, only, "approve")

        assert page.redirect_chain[-1][0] == queue_url()
        assert "last line of this queue" in text(page)

    def test_pick_the_second(self, book: Book, robin: Client) -> None:
        wrong, right = book.ledger("-5.00", "wrong"), book.ledger("-5.00", "right")
        proposal = book.proposal(book.bank("-5.00"), [wrong], [right])

        decide(robin, proposal, "approve", candidate="1")

        assert TransactionMapping.objects.get().transaction == right
        assert RejectedPair.objects.get().transaction == wrong

    @pytest.mark.parametrize("amounts", [("-60.00", "-40.00"), ("-100.00",)])
    def test_choose_or_split_by_hand(self, book: Book, robin: Client, amounts: tuple[str, ...]) -> None:
        proposal = book.proposal(book.bank("-100.00", "DEPOSIT"))
        parts = [book.ledger(amount) for amount in amounts]

        decide(robin, proposal, "choose", pick=[str(part.pk) for part in parts])

        assert TransactionPart.objects.count() == (len(parts) if len(parts) > 1 else 0)
        assert TransactionMapping.objects.get().transaction.amount == Decimal("100.00")

    def test_several_bank_lines_of_one_ledger_transaction(self, book: Book, robin: Client) -> None:
        first, second = (book.proposal(book.bank(amount, f"HALF {amount}")) for amount in ("-40.00", "-60.00"))
        whole = book.ledger("-100.00", "Invoice 77")
        ticks = {"with": [f"{second.pk}.{second.version}"], "pick": [str(whole.pk)]}

        page = decide(robin, first, "search", **ticks)
        assert "data-together>-100.00<" in text(page)
        assert 'class="nothing-left">0.00<' in text(page)
        assert "tick just one" in text(decide(robin, first, "choose", **{**ticks, "pick": []}))
        decide(robin, first, "choose", **ticks)

        assert TransactionPart.objects.filter(parent=whole, made="parts").count() == 2
        assert not MappingProposal.objects.filter(proposal_status="open").exists()
        # the decision stands in the history of each line, and is undone from any
        assert "decided this line at" in text(decide(robin, second, "approve"))
        page = robin.get(line_url(second.bank_transaction_id), follow=True)
        assert [one.can_undo for one in page.context["history"]] == [True]
        undo(robin, "choose")
        assert MappingProposal.objects.filter(proposal_status="open").count() == 2

    def test_a_refused_split_keeps_what_was_ticked_and_written(self, book: Book, robin: Client) -> None:
        proposal = book.proposal(book.bank("-100.00", "DEPOSIT"))
        parts = [book.ledger(amount) for amount in ("-60.00", "-39.00")]
        form = {"pick": [str(part.pk) for part in parts], "note": "all of Friday"}

        for asked in ("choose", "search"):
            page = decide(robin, proposal, asked, **form)

            assert page.redirect_chain == []  # notes stay out of addresses
            assert [row.pk for row in page.context["ticked"]] == [part.pk for part in parts]
            assert 'value="all of Friday"' in text(page)
        assert not MappingDecision.objects.exists()
        decide(robin, proposal, "choose", reason="fee", **form)
        assert TransactionMapping.objects.get().discrepancy_amount == Decimal("-1.00")

    def test_a_difference_is_asked_about(self, book: Book, robin: Client) -> None:
        proposal = book.proposal(book.bank("-10.50"), [book.ledger("-10.00")])

        page = text(decide(robin, proposal, "approve", note="Friday"))
        assert "The amounts differ by -0.50" in page
        assert 'value="Friday"' in page
        assert not TransactionMapping.objects.exists()
        decide(robin, proposal, "approve", reason="fee")

        assert TransactionMapping.objects.get().discrepancy_reason == "fee"

    def test_create_needs_its_note(self, book: Book, robin: Client) -> None:
        proposal = book.proposal(book.bank("-3.00", "MONTHLY FEE"))

        assert "a new ledger transaction needs a note" in text(decide(robin, proposal, "create"))
        decide(robin, proposal, "create", usual_note="Bank fee, not in the ledger")

        assert Transaction.objects.get().description == "MONTHLY FEE"
        assert MappingDecision.objects.get().note == "Bank fee, not in the ledger"

    def test_settle_as_reversed(self, book: Book, robin: Client) -> None:
        group = uuid4()
        pair = [
            book.proposal(book.bank(amount, "HOTEL"), outcome="offset", group=group) for amount in ("-80.00", "80.00")
        ]
        assert "A charge and its reversal" in text(robin.get(work_url(pair[0].pk)))

        decide(robin, pair[0], "offset")

        assert set(MappingProposal.objects.values_list("proposal_status", flat=True)) == {"decided"}

    def test_reject_stays_on_the_line(self, book: Book, robin: Client) -> None:
        first, *_ = lines_of(book)

        page = decide(robin, first, "reject")

        assert page.redirect_chain[-1][0] == work_url(first.pk)
        assert "The engine found nothing for it" in text(page)
        assert RejectedPair.objects.count() == 1

    def test_dispute(self, book: Book, robin: Client) -> None:
        first, second, _ = lines_of(book)

        assert "needs a note" in text(decide(robin, first, "dispute"))
        page = decide(robin, first, "dispute", note="Customer says no")

        assert page.redirect_chain[-1][0] == work_url(second.pk)
        first.refresh_from_db()
        assert first.proposal_status == "disputed"
        assert "SHOP 1" in text(robin.get(queue_url("whose=disputed")))

    def test_undo_brings_the_line_back(self, book: Book, robin: Client) -> None:
        first, *_ = lines_of(book)
        page = decide(robin, first, "approve")
        assert "Your last decision" in text(page)
        assert "Approved the proposal</strong> — 2026-10-06 SHOP 1" in text(page)

        page = undo(robin)

        assert page.redirect_chain[-1][0] == work_url(first.pk)
        assert "Undone: \u201cApproved the proposal\u201d" in text(page)
        assert not TransactionMapping.objects.exists()
        assert "Your last decision" not in text(robin.get(queue_url()))

    def test_claim_take_over_and_give_back(self, book: Book, robin: Client) -> None:
        first, *_ = lines_of(book)
        decisions.claim([first.pk], actor=reviewer("Sam")[1])

        assert "works on this line" in text(robin.get(work_url(first.pk)))
        assert "somebody else works on this line" in text(decide(robin, first, "claim"))
        for refused in ("approve", "dispute"):
            assert "works on this line. Nothing was changed" in text(decide(robin, first, refused, note="x"))
        assert "This line is yours" in text(decide(robin, first, "take_over"))
        assert "Given back" in text(decide(robin, first, "release"))
        assert not MappingDecision.objects.exists()

    def test_a_tired_hand_approves_nothing_where_no_partner_was_found(self, book: Book, robin: Client) -> None:
        [only] = lines_of(book, 1)
        MappingProposal.objects.filter(pk=only.pk).update(outcome="unmatched")
        form = {"version": seen(only).version, "decision": "approve"}

        html = text(robin.get(work_url(only.pk)))
        assert "No partner was found. These are the nearest" in html
        assert "checked" not in html.split("candidate-list")[1].split("</ol>")[0]
        assert "Choose one of the candidates first" in text(robin.post(work_url(only.pk), form, follow=True))
        decide(robin, only, "approve", candidate="0")
        assert TransactionMapping.objects.exists()

    def test_nonsense_changes_nothing(self, book: Book, robin: Client) -> None:
        first, *_ = lines_of(book)

        assert "not known" in text(decide(robin, first, "explode"))
        for form in ({"candidate": "7"}, {"candidate": "x"}, {"version": "\u0663"}):
            decide(robin, first, "approve", **form)
        decide(robin, first, "choose", pick=["nonsense"])
        assert not MappingDecision.objects.exists()
        assert robin.get(work_url(uuid4())).status_code == 404


class TestWhatIsShown:
    def test_evidence_in_words_and_why_the_others_lost(self, book: Book, robin: Client) -> None:
        proposal = book.proposal(book.bank("-5.00"), [book.ledger("-5.00", "first")], [book.ledger("-5.00", "other")])
        candidates = proposal.candidates
        candidates[1]["reason"] = "better_elsewhere"
        candidates[1]["evidence"].append({"field": "date", "words": "9 days later at the bank", "weight": -2})
        MappingProposal.objects.filter(pk=proposal.pk).update(candidates=candidates)

        html = text(robin.get(work_url(proposal.pk)))

        assert "Why not: fits another line better" in html
        assert "9 days later at the bank" in html
        assert "speaks against it" in html

    def test_a_ledger_transaction_mapped_meanwhile_is_marked(self, book: Book, robin: Client) -> None:
        ledger = book.ledger("-5.00")
        one, two = (book.proposal(book.bank("-5.00"), [ledger]) for _ in range(2))
        decide(robin, one, "approve")

        assert "Mapped to another line" in text(robin.get(work_url(two.pk)))
        assert "is mapped already, to a bank line of 2026-10-05. Choose another" in text(decide(robin, two, "approve"))

    def test_search_finds_free_ledger_lines_of_the_account_and_keeps_ticks(self, book: Book, robin: Client) -> None:
        proposal = book.proposal(book.bank("-100.00"))
        sixty, forty = book.ledger("-60.00", "Rent garage"), book.ledger("-40.00", "Parking", days=30)
        Book().ledger("-40.00", "Parking elsewhere")

        page = decide(robin, proposal, "search", text="park", days="45", pick=[str(sixty.pk)])

        assert [row.pk for row in page.context["ticked"]] == [sixty.pk]
        assert [row.pk for row in page.context["found"]] == [forty.pk]
        assert page.context["rest"] == "-40.00"
        assert "is no amount" in text(decide(robin, proposal, "search", amount="x"))
        found = decide(robin, proposal, "search", amount="$60.00").context["found"]
        assert [row.pk for row in found] == [sixty.pk]

    def test_a_decided_line_says_where_it_stands(self, book: Book, robin: Client) -> None:
        [only] = lines_of(book, 1)
        decide(robin, only, "approve")

        assert "no longer waits" in text(robin.get(work_url(only.pk)))
        page = robin.get(line_url(only.bank_transaction_id), follow=True)
        assert "Decide a mapping anew" in text(page)


class TestWhoAndWhen:
    @pytest.mark.parametrize("decision", ["approve", "choose", "create", "offset", "reject", "dispute", "claim"])
    def test_who_only_looks_decides_nothing(self, book: Book, sign_in: Callable[[str], Client], decision: str) -> None:
        [only] = lines_of(book, 1)
        approver = sign_in("Approver")

        assert sees_buttons(approver, only) is False
        assert decide(approver, only, decision, note="x").status_code == 403
        assert not MappingDecision.objects.exists()

    def test_undo_is_refused_by_role(self, book: Book, sign_in: Callable[[str], Client]) -> None:
        [only] = lines_of(book, 1)
        decisions.approve(seen(only), actor=reviewer()[1])

        assert undo(sign_in("Auditor")).status_code == 403
        assert TransactionMapping.objects.exists()

    def test_a_stale_page(self, book: Book, robin: Client) -> None:
        [only] = lines_of(book, 1)
        MappingProposal.objects.filter(pk=only.pk).update(outcome="ambiguous")

        assert "New candidates were found" in text(decide(robin, only, "approve", version="1"))
        assert not TransactionMapping.objects.exists()


def sees_buttons(client: Client, proposal: MappingProposal) -> bool:
    return 'name="decision"' in client.get(work_url(proposal.pk)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_have_one_winner(sign_in: Callable[[str], Client]) -> None:
    book = Book()
    proposal = book.proposal(book.bank("-5.00"), [book.ledger("-5.00", "one")], [book.ledger("-5.00", "two")])
    clients = [sign_in("Reconciliation reviewer"), Client()]
    other = reviewer("Sam")[0]
    from django.contrib.auth.models import Group

    other.groups.add(Group.objects.get(name="Reconciliation reviewer"))
    clients[1].force_login(other)
    start, answers = threading.Barrier(2), ["", ""]

    def work(place: int) -> None:
        try:
            start.wait()
            form = {"version": "1", "candidate": str(place), "decision": "approve"}
            answers[place] = text(clients[place].post(work_url(proposal.pk), form, follow=True))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert TransactionMapping.objects.count() == MappingDecision.objects.count() == 1
    assert sorted("decided this line at" in answer for answer in answers) == [False, True]


class TestMappedLines:
    @pytest.fixture
    def mapping(self, book: Book, robin: Client) -> TransactionMapping:
        [only] = lines_of(book, 1)
        decide(robin, only, "approve")
        return TransactionMapping.objects.get()

    def act(self, client: Client, mapping: TransactionMapping, decision: str, **form: Any) -> Any:
        url = admin_url("reconciliation.TransactionMapping", mapping.pk, "decide")
        data = {"seen": f"{mapping.transaction_id}:{mapping.reconciliation_status}", "decision": decision, **form}
        return client.post(url, data, follow=True)

    def test_dispute_and_undo(self, mapping: TransactionMapping, robin: Client) -> None:
        assert "needs a note" in text(self.act(robin, mapping, "dispute"))
        self.act(robin, mapping, "dispute", note="asks the bank")
        mapping.refresh_from_db()
        assert mapping.reconciliation_status == "disputed"

        undo(robin, "dispute")

        assert TransactionMapping.objects.get().reconciliation_status == "matched"

    def test_unmap_leads_to_the_workbench(self, mapping: TransactionMapping, robin: Client) -> None:
        page = self.act(robin, mapping, "unmap", note="wrong shop")

        waiting = MappingProposal.objects.get(proposal_status="open")
        assert "Its mapping was taken away" in text(page)
        assert page.redirect_chain[-1][0] == work_url(waiting.pk)

    def test_correct(self, book: Book, mapping: TransactionMapping, robin: Client) -> None:
        right = book.ledger("-10.00", "The right one", days=1)
        assert "Tick the ledger transaction" in text(self.act(robin, mapping, "correct", note="x"))

        page = self.act(robin, mapping, "correct", note="twins", pick=[str(right.pk)])

        assert TransactionMapping.objects.get().transaction == right
        assert "Corrected the mapping" in text(page)
        assert "twins" in text(page)

    def test_a_batch_shows_its_parts_and_is_corrected_from_them(self, book: Book, robin: Client) -> None:
        kept, wrong, right = (book.ledger(amount, f"Sale {amount}") for amount in ("-40.00", "-60.00", "-59.00"))
        decide(robin, book.proposal(book.bank("-100.00", "PAYOUT"), [kept, wrong]), "approve")
        mapping = TransactionMapping.objects.get()
        address = admin_url("reconciliation.TransactionMapping", mapping.pk, "decide")

        assert {row.pk for row in robin.get(address).context["ticked"]} == {kept.pk, wrong.pk}
        page = self.act(robin, mapping, "correct", note="a refund", pick=[str(kept.pk), str(right.pk)])
        assert "The amounts differ" in text(page)
        assert 'value="a refund"' in text(page)
        assert [row.pk for row in page.context["ticked"]] == [kept.pk, right.pk]
        self.act(robin, mapping, "correct", note="a refund", reason="fee", pick=[str(kept.pk), str(right.pk)])
        assert set(TransactionPart.objects.values_list("part", flat=True)) == {kept.pk, right.pk}

    def test_bank_lines_of_one_ledger_transaction_are_shown_together(self, book: Book, robin: Client) -> None:
        first, second = (book.proposal(book.bank(amount, f"HALF {amount}")) for amount in ("-40.00", "-60.00"))
        whole = book.ledger("-100.00", "Invoice 77")
        decide(robin, first, "choose", **{"with": [f"{second.pk}.{second.version}"], "pick": [str(whole.pk)]})
        mapping = TransactionMapping.objects.get(bank_transaction=second.bank_transaction_id)

        page = text(robin.get(admin_url("reconciliation.TransactionMapping", mapping.pk, "decide")))

        page = page[page.index("<tbody>") :]
        assert page.index("HALF -60.00") < page.index("HALF -40.00") < page.index("Invoice 77")
        assert "unmapped together" in page
        assert 'value="correct"' not in page

    def test_a_stale_page(self, mapping: TransactionMapping, robin: Client) -> None:
        decisions.dispute(mapping.pk, actor=reviewer()[1], note="first")

        assert "changed since the page was opened" in text(self.act(robin, mapping, "unmap", note="second"))
        assert TransactionMapping.objects.exists()

    def test_who_only_looks(self, mapping: TransactionMapping, sign_in: Callable[[str], Client]) -> None:
        client = sign_in("Auditor")

        page = text(client.get(admin_url("reconciliation.TransactionMapping", mapping.pk, "decide")))
        assert "Approved the proposal" in page
        assert 'name="decision"' not in page
        assert self.act(client, mapping, "unmap", note="x").status_code == 403

    def test_the_bank_transactions_page_shows_its_decisions(self, mapping: TransactionMapping, robin: Client) -> None:
        page = text(robin.get(admin_url("integrations.BankTransaction", mapping.bank_transaction_id)))

        assert "Approved the proposal" in page


class TestReplay:
    def test_a_page_shows_the_same_and_the_settings_lead_there(self, sign_in: Callable[[str], Client]) -> None:
        book = plain_movements(Book())
        run_matching(actor=reviewer()[1], now=timezone.now())
        proposal = book.proposal(book.bank("-64.20", "POS ZELLERS 12 OTTAWA", days=5))
        book.ledger("-64.20", "Zellers", days=4)
        decisions.choose(seen(proposal), [book.ledger("-64.20", "Plumbing", days=1).pk], actor=reviewer()[1])
        client = sign_in("Approver")
        tried = {"accept_probability": "0.5", "accept_margin": "0.1", "amount_tolerance": "5.00", "max_lag_days": "45"}

        page = client.get(replay_url(), {**tried, "since": "2026-01-01"})

        assert next(count for _, count, _ in page.context["parts"]) == 1
        html = page.content.decode()
        assert html.index("POS ZELLERS 12 OTTAWA") < html.index("Plumbing") < html.index("2026-10-09 Zellers")
        bad = client.get(replay_url(), {**tried, "accept_margin": "2", "amount_tolerance": "12,5O", "since": "x"})
        assert bad.context["result"] is None
        assert set(bad.context["form"].errors) == {"accept_margin", "amount_tolerance", "since"}
        assert replay_url() in client.get(list_url("reconciliation.MappingRun")).content.decode()
        assert sign_in("Administrator").get(replay_url()).status_code == 403


class TestStatus:
    def test_accounts_with_most_work_come_first_and_each_once(
        self, robin: Client, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        books = [Book() for _ in range(4)]
        for book, count in zip(books, (0, 1, 3, 0), strict=True):
            lines_of(book, count)
        monkeypatch.setattr(TransactionReconciliationStatusScreen, "list_per_page", 2)
        address = list_url("reconciliation.TransactionReconciliationStatus")

        pages = [robin.get(f"{address}?p={number}") for number in (1, 2)]

        shown = [(row.pk, row.waiting) for page in pages for row in page.context["cl"].result_list]
        idle = sorted(books[place].account.pk for place in (0, 3))
        assert shown == [(books[2].account.pk, 3), (books[1].account.pk, 1), *((pk, 0) for pk in idle)]
        assert "most lines waiting for a person come first" in text(pages[0])


class TestMonth:
    def test_days_add_up_in_picture_and_table(self, book: Book, robin: Client) -> None:
        first, *_ = lines_of(book)
        decide(robin, first, "approve")

        page = robin.get(month_url(book.account.pk))

        assert "1 of 3</strong> bank lines are settled (33%)" in text(page)
        assert [(day.total, day.settled) for day in page.context["days"] if day.total] == [(1, 1), (1, 0), (1, 0)]
        assert page.content.decode().count("<rect") == 6

    def test_csv_holds_no_formula(self, book: Book, robin: Client) -> None:
        book.bank("-5.00", '=HYPERLINK("http://evil.example","x")')
        decide(robin, book.proposal(book.bank("-6.00", days=1), [book.ledger("-6.00", "Tim Hortons")]), "approve")

        response: Any = robin.get(month_url(book.account.pk, view="month_csv"))
        rows = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()

        assert rows[0].startswith("date,description,amount")
        assert rows[1].split(",")[1].startswith("\"'=HYPERLINK")
        assert ",-5.00,CAD,imported," in rows[1]
        mapped = dict(zip(rows[0].split(","), rows[2].split(","), strict=True))
        assert (mapped["ledger date"], mapped["ledger text"]) == ("2026-10-05", "Tim Hortons")
        assert mapped["reviewed by"] == "reconciliation.reviewer@dwaybank.example"

    @pytest.mark.parametrize("value", ["=1", "+1", "-1", "@x", "\tx", "\r=1", "  =1", "\uff1d1"])
    def test_what_begins_a_formula_is_text(self, value: str) -> None:
        assert plain_text(value) == f"'{value}"

    def test_not_for_everybody(self, book: Book, sign_in: Callable[[str], Client]) -> None:
        client = sign_in("Administrator")

        assert client.get(month_url(book.account.pk, view="month_csv")).status_code == 403
        assert client.get(month_url(book.account.pk)).status_code == 403
