"""A reviewer clears the queue with the keyboard alone; and everything without JavaScript, in the dark, enlarged."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from playwright.sync_api import Page, expect

from reconciliation.admin.queue import queue_url, work_url
from reconciliation.models import MappingDecision, MappingProposal, TransactionMapping, TransactionPart
from tests.reconciliation.rows import Book

PICK, SPLIT, DISPUTE = 4, 9, 14
SHOPS = ("TIM HORTONS", "METRO", "SHOPPERS DRUG MART", "ESSO", "CINEPLEX")


def twenty_lines() -> list[MappingProposal]:
    """Twenty lines of twenty days: most are plain, one is its second candidate, one a batch, one nobody knows."""
    book, made = Book(), []
    for number in range(20):
        amount, shop = f"-{20 + number}.{number:02d}", SHOPS[number % len(SHOPS)]
        line = book.bank(amount, f"POS {shop} #{100 + number} TORONTO ON", days=number)
        right = book.ledger(amount, shop.title(), days=number)
        if number == SPLIT:
            parts = [book.ledger("-20.00", "Diesel", days=number), book.ledger("-9.09", "Car wash", days=number)]
            made.append(book.proposal(line, parts, [right], outcome="batch"))
        elif number == PICK:
            wrong = book.ledger(amount, "Cinema club", days=number + 3)
            made.append(book.proposal(line, [wrong], [right], outcome="ambiguous"))
        else:
            made.append(book.proposal(line, [right]))
    first = made[0].candidates[0]
    first["evidence"] += [
        {"field": "date", "words": "2 days later at the bank", "weight": 1.2},
        {"field": "description", "words": "text agrees: 'POS TIM HORTONS #100' / 'Tim Hortons'", "weight": 4.0},
        {"field": "reference", "words": "references differ", "weight": -0.7},
    ]
    MappingProposal.objects.filter(pk=made[0].pk).update(
        candidates=[first], is_exact=True, probability=Decimal("0.9700"), margin=Decimal("0.9000")
    )
    return made


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def at(page: Page, number: int) -> None:
    """The line of this number is shown, and has the focus for whoever listens."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"#{100 + number} ")
    # not to_be_focused(), which also asks whether the window itself is in front; nor by frames, which a window behind
    # others may not get
    page.wait_for_function("() => document.activeElement.id === 'work-heading'", polling=100)


def test_twenty_lines_by_keyboard_alone(sign_in: Callable[..., Page], screenshot: Callable[..., None]) -> None:
    lines = twenty_lines()
    page = sign_in("Reconciliation reviewer")
    page.goto(queue_url())
    expect(page.locator("table.queue-lines tbody tr")).to_have_count(20)
    screenshot(page, "mapping-queue", document=True)
    page.keyboard.press("w")
    page.wait_for_url(f"**{work_url(lines[0].pk)}*")
    screenshot(page, "mapping-workbench", document=True)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    screenshot(page, "mapping-workbench-keys")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    at(page, 1)
    page.keyboard.press("k")
    at(page, 0)

    for number in range(20):
        if number == PICK:
            keys(page, "2", "a")
        elif number == SPLIT:
            page.keyboard.press("s")
            expect(page.locator("[data-rest]")).to_have_text("0.00")
            screenshot(page, "mapping-workbench-split")
            page.keyboard.press("Enter")
        elif number == DISPUTE:
            keys(page, "d", "1")
        elif number < 19:
            page.keyboard.press("a")
        if number < 19:
            at(page, number + 1)
        if number == 2:
            page.keyboard.press("u")
            at(page, 2)
            expect(page.locator(".messagelist")).to_contain_text("Undone")
            page.keyboard.press("a")
            at(page, 3)
    page.keyboard.press("a")
    page.wait_for_url(f"**{queue_url()}")
    expect(page.get_by_text("No line waits here")).to_be_visible()
    screenshot(page, "mapping-queue-empty")

    assert not MappingProposal.objects.filter(proposal_status="open").exists()
    assert MappingProposal.objects.get(proposal_status="disputed").pk == lines[DISPUTE].pk
    assert TransactionMapping.objects.count() == 19
    assert TransactionPart.objects.count() == 2
    picked = TransactionMapping.objects.get(bank_transaction_id=lines[PICK].bank_transaction_id)
    assert picked.transaction.description == "Cineplex"
    made = MappingDecision.objects.values_list("decision", flat=True)
    assert sorted(set(made)) == ["approve", "choose", "dispute", "undo"]


def test_keys_do_nothing_while_somebody_writes(sign_in: Callable[..., Page]) -> None:
    lines = twenty_lines()
    page = sign_in("Reconciliation reviewer")
    page.goto(work_url(lines[0].pk))
    page.keyboard.press("n")
    expect(page.locator("#decide-note")).to_be_focused()
    page.keyboard.type("a d 1 u j looks right")
    assert not MappingDecision.objects.exists()
    expect(page.locator("#decide-note")).to_have_value("a d 1 u j looks right")

    keys(page, "Escape", "/")
    page.keyboard.type("car wash")
    page.keyboard.press("Enter")
    expect(page.locator("#ledger-text")).to_be_focused()
    expect(page.locator("#ledger-text")).to_have_value("car wash")
    expect(page.locator(".ledger-choice:not(.bank-choice) tbody tr")).to_have_count(1)


def test_who_only_looks_finds_no_buttons(sign_in: Callable[..., Page]) -> None:
    lines = twenty_lines()
    page = sign_in("Approver")
    page.goto(work_url(lines[PICK].pk))
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    keys(page, "2", "a", "d", "1")
    assert not MappingDecision.objects.exists()


def test_by_mouse_without_javascript(sign_in: Callable[..., Page]) -> None:
    lines = twenty_lines()
    page = sign_in("Reconciliation reviewer", java_script_enabled=False)
    page.goto(queue_url())
    page.get_by_role("link", name="Work through these").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("#101 ")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("#102 ")
    page.get_by_role("button", name="Undo", exact=False).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("#100 ")
    page.locator("#panel-split > summary").click()
    page.locator("#ledger-text").fill("metro")
    page.get_by_role("button", name="Search, and add up").click()
    page.get_by_role("checkbox", name="Metro").first.check()
    page.get_by_role("button", name="Search, and add up").click()
    expect(page.locator("[data-rest]")).to_contain_text("+1.01")
    assert MappingProposal.objects.get(pk=lines[0].pk).proposal_status == "open"


def test_dark_and_at_two_hundred_per_cent(sign_in: Callable[..., Page], screenshot: Callable[..., None]) -> None:
    lines = twenty_lines()
    page = sign_in("Reconciliation reviewer", color_scheme="dark")
    page.goto(queue_url())
    screenshot(page, "mapping-queue-dark")
    page.goto(work_url(lines[PICK].pk))
    screenshot(page, "mapping-workbench-dark")
    page.set_viewport_size({"width": 640, "height": 450})
    for name, address in (("queue", queue_url()), ("workbench", work_url(lines[PICK].pk))):
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, f"{address} scrolls sideways by {wide} pixels"
        screenshot(page, f"mapping-{name}-200-dark")
