"""The queue: which lines, in what order, for whom; and several at once, each with its answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from dwaybank.models import User
from reconciliation import decisions
from reconciliation.admin import queue
from reconciliation.admin.queue import QueueFilter, queue_url
from reconciliation.admin.typed_amounts import typed_amount
from reconciliation.models import MappingProposal, TransactionMapping
from tests.reconciliation.rows import DAY, Book, reviewer, seen

ACT = "admin:reconciliation_mappingproposal_act"


@pytest.fixture
def book(db: None) -> Book:
    return Book()


@pytest.fixture
def robin(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("Reconciliation reviewer")


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def exact(proposal: MappingProposal) -> MappingProposal:
    MappingProposal.objects.filter(pk=proposal.pk).update(is_exact=True, probability=Decimal("0.9800"), margin=1)
    return proposal


def shown(client: Client, query: str = "") -> list[str]:
    return [row.proposal.description for row in client.get(queue_url(query)).context["rows"]]


class TestOrderAndFilters:
    @pytest.fixture
    def lines(self, book: Book) -> list[MappingProposal]:
        amounts = {"old": ("-5.00", -40), "large": ("-900.00", -3), "new": ("-7.00", -1)}
        today = timezone.localdate()
        made = []
        for name, (amount, ago) in amounts.items():
            days = (today - DAY).days + ago
            made.append(book.proposal(book.bank(amount, name, days=days), [book.ledger(amount, days=days)]))
        return made

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["old", "large", "new"]),
            ("order=largest", ["large", "new", "old"]),
            ("age=30", ["old"]),
            ("least=6&most=100", ["new"]),
            ("least=1,000", []),
            ("least=nonsense&age=x&whose=x&outcome=x&band=x&account=x", ["old", "large", "new"]),
            ("outcome=batch", []),
            ("outcome=matched", ["old", "large", "new"]),
            ("reason=tie", []),
            ("band=none", ["old", "large", "new"]),
            ("band=high", []),
            ("whose=mine", []),
            ("whose=disputed", []),
        ],
    )
    def test_what_is_asked_for(
        self, lines: list[MappingProposal], robin: Client, query: str, expected: list[str]
    ) -> None:
        assert shown(robin, query) == expected

    def test_amounts_are_read_as_each_language_writes_them(self, lines: list[MappingProposal], robin: Client) -> None:
        for typed in ("6.50", "6,50", "-$6.50", "6,50 $"):
            page = robin.get(queue_url(urlencode({"least": typed, "most": "1,000"})))
            assert [row.proposal.description for row in page.context["rows"]] == ["large", "new"], typed
        page = robin.get(queue_url("least=12,5O"))
        assert "12,5O\u201d is no amount" in text(page)
        assert 'value="12,5O"' in text(page)
        with translation.override("fr-ca"), pytest.raises(ValueError, match="1,000"):
            typed_amount("1,000")

    def test_of_one_account(self, lines: list[MappingProposal], robin: Client) -> None:
        other = Book()
        other.proposal(other.bank("-1.00", "elsewhere"))

        assert shown(robin, f"account={other.account.pk}") == ["elsewhere"]

    def test_claimed_lines_are_their_reviewers(self, lines: list[MappingProposal], robin: Client) -> None:
        _, sam = reviewer("Sam")
        decisions.claim([lines[0].pk], actor=sam)

        assert shown(robin) == ["large", "new"]
        assert shown(robin, "whose=all") == ["old", "large", "new"]
        robin.post(reverse(ACT), {"action": "claim", "line": [f"{lines[1].pk}:1"]})
        assert shown(robin, "whose=mine") == ["large"]
        assert shown(robin, "whose=unassigned") == ["new"]
        robin.post(reverse(ACT), {"action": "release", "line": [f"{lines[0].pk}:1", f"{lines[1].pk}:1"]})
        assert shown(robin, "whose=mine") == []
        lines[0].refresh_from_db()
        assert lines[0].claimed_by_id is not None, "somebody else's claim stays"


def test_every_line_is_reached_once_page_by_page_both_ways(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE_SIZE", 3)
    person, _ = reviewer()
    for number in range(8):
        book.proposal(book.bank(f"-{10 + number % 3}.00", str(number), days=number % 2))
    day = timezone.localdate()
    for order in ("", "largest"):
        wanted, after, pages = QueueFilter(order=order), "", []
        while True:
            page = queue.page_of(wanted, person.pk, day, after=after)
            pages.append([row.pk for row in page.rows])
            if page.later is None:
                break
            after = str(page.later)
        flat = [pk for page in pages for pk in page]
        assert len(flat) == len(set(flat)) == 8
        assert flat == list(queue.in_order(wanted, MappingProposal.objects.all()).values_list("pk", flat=True))
        back = queue.page_of(wanted, person.pk, day, before=str(pages[-1][0]))
        assert [row.pk for row in back.rows] == pages[-2]


class TestSeveralAtOnce:
    def test_exact_ones_are_ticked_and_each_is_answered(self, book: Book, robin: Client) -> None:
        ledger = book.ledger("-1.00")
        good = exact(book.proposal(book.bank("-1.00", "good"), [ledger]))
        second = exact(book.proposal(book.bank("-1.00", "second", days=1), [ledger]))
        plain = book.proposal(book.bank("-2.00", "plain", days=2), [book.ledger("-2.00")])
        ticked = [row.proposal.pk for row in robin.get(queue_url()).context["rows"] if row.is_ticked]
        assert ticked == [good.pk, second.pk]

        page = robin.post(
            reverse(ACT), {"action": "approve", "line": [f"{pk}:1" for pk in ticked] + ["nonsense"]}, follow=True
        )

        assert "1 approved, 1 skipped." in text(page)
        assert "is mapped already, to a bank line of 2026-10-05. Choose another" in text(page)
        assert TransactionMapping.objects.get().bank_transaction_id == good.bank_transaction_id
        assert shown(robin) == ["second", "plain"]
        assert plain.pk not in ticked
        assert "What became of each line" not in text(robin.get(queue_url())), "the answer is shown once"

    def test_a_group_is_one_approval_and_what_has_no_partner_is_skipped(self, book: Book, robin: Client) -> None:
        group = uuid4()
        pair = [book.proposal(book.bank(f"{n}80.00", "HOTEL"), outcome="offset", group=group) for n in ("-", "")]
        lost = book.proposal(book.bank("-9.00", "FEE"), [book.ledger("-9.00", "Books")])
        MappingProposal.objects.filter(pk=lost.pk).update(outcome="unmatched")
        assert "nearest: same amount" in text(robin.get(queue_url()))

        lines = [f"{one.pk}:{seen(one).version}" for one in (*pair, lost)]
        page = text(robin.post(reverse(ACT), {"action": "approve", "line": lines}, follow=True))

        assert "2 approved, 1 skipped." in page
        assert "decided together with 2026-10-05 HOTEL -$80.00" in page
        assert "No partner was found for it" in page
        assert not TransactionMapping.objects.exists()

    def test_a_stale_page_approves_nothing(self, book: Book, robin: Client) -> None:
        proposal = exact(book.proposal(book.bank("-1.00"), [book.ledger("-1.00")]))
        MappingProposal.objects.filter(pk=proposal.pk).update(outcome="ambiguous")

        page = robin.post(reverse(ACT), {"action": "approve", "line": [f"{proposal.pk}:1"]}, follow=True)

        assert "New candidates were found" in text(page)
        assert not TransactionMapping.objects.exists()

    def test_nothing_ticked_says_so(self, book: Book, robin: Client) -> None:
        assert "No line was ticked" in text(robin.post(reverse(ACT), {"action": "approve"}, follow=True))

    @pytest.mark.parametrize("role", ["Approver", "Auditor"])
    def test_who_only_looks_cannot(self, book: Book, sign_in: Callable[[str], Client], role: str) -> None:
        proposal = exact(book.proposal(book.bank("-1.00"), [book.ledger("-1.00")]))
        client = sign_in(role)

        assert "Approve ticked" not in text(client.get(queue_url()))
        refused = client.post(reverse(ACT), {"action": "approve", "line": [f"{proposal.pk}:1"]})
        assert refused.status_code == 403
        assert not TransactionMapping.objects.exists()

    def test_the_queue_is_not_for_everybody(self, sign_in: Callable[[str], Client]) -> None:
        assert sign_in("Administrator").get(queue_url()).status_code == 403


def test_the_queue_costs_the_same_for_one_line_and_for_forty(book: Book, robin: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            robin.get(queue_url())
        assert all("LIMIT" in one["sql"] for one in queries if "COUNT(" in one["sql"])
        return len(queries)

    book.proposal(book.bank("-1.00"), [book.ledger("-1.00")])
    cost()
    few = cost()
    for number in range(40):
        book.proposal(book.bank("-1.00", days=number % 20), [book.ledger("-1.00")])

    assert cost() == few
    assert few <= 10


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (QueueFilter(whose="all"), "idx_mapping_proposals_oldest"),
        (QueueFilter(whose="all", order="largest"), "idx_mapping_proposals_largest"),
        (QueueFilter(whose="disputed"), "idx_mapping_proposals_disputed"),
    ],
)
def test_pages_are_served_by_an_index(book: Book, query: QueueFilter, index: str) -> None:
    person: User = reviewer()[0]
    place = book.proposal(book.bank("-1.00"))
    rows = queue.lines(query, person.pk, timezone.localdate() + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")

    plan = queue.beyond(query, rows, place)[: queue.PAGE_SIZE].explain()

    assert index in plan
    assert "Sort" not in plan


def test_cards_lead_to_the_queue(book: Book, robin: Client) -> None:
    book.proposal(book.bank("-1.00"))
    disputed = book.proposal(book.bank("-2.00"))
    decisions.dispute_line(disputed.pk, actor=reviewer()[1], note="x")

    html = text(robin.get(reverse("admin:index")))

    assert "Mappings to decide" in html
    assert "Disputed bank lines" in html
    assert seen(disputed).version == 2
