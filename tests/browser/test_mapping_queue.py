"""A reviewer clears a queue of twenty lines with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from reconciliation.models import MappingDecision, MappingProposal, TransactionMapping, TransactionPart
from tests.reconciliation.rows import Book

SHOPS = ("Metro", "Sobeys", "Indigo", "Roots", "Cineplex", "Esso", "Ikea", "Zellers", "Shoppers", "Loblaws")


def queue_of_twenty() -> Book:
    """Seventeen plain lines; one whose second candidate is right, one of two ledger lines, one to dispute."""
    book = Book()
    for n in range(17):
        amount, shop = f"-{20 + n}.{n:02d}", SHOPS[n % 10]
        rows = [book.ledger(amount, shop, days=n)]
        if n == 5:
            rows.append(book.ledger(amount, f"{shop} online", days=n))
        book.proposal(book.bank(amount, f"POS {shop.upper()} #{n}", days=n), *[[row] for row in rows])
    book.ledger("120.00", "Invoice 501 Ray", days=17)
    book.ledger("80.00", "Invoice 502 Chen", days=17)
    book.proposal(book.bank("200.00", "DEPOSIT", days=17))
    book.proposal(book.bank("-66.00", "WHO IS THIS", days=18))
    book.proposal(book.bank("-9.99", "POS NETFLIX", days=19), [book.ledger("-9.99", "Netflix", days=19)])
    return book


def press(page: Page, key: str) -> None:
    """Press a key and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_twenty_lines_by_keyboard_alone(sign_in: Callable[..., Page], screenshot: Callable[..., None]) -> None:
    queue_of_twenty()
    page = sign_in("Reconciliation reviewer")
    page.goto("/admin/reconciliation/mappingproposal/")
    expect(page.locator("#result_list tbody tr")).to_have_count(20)
    screenshot(page, "mapping-queue", document=True)
    page.locator("#result_list tbody tr a").first.focus()
    press(page, "Enter")
    page.keyboard.press("?")
    expect(page.get_by_text("undo the last decision")).to_be_visible()
    screenshot(page, "mapping-workbench-keys")

    for n in range(17):
        expect(page.locator(".line-text")).to_have_text(f"POS {SHOPS[n % 10].upper()} #{n}")
        if n == 5:
            screenshot(page, "mapping-workbench", document=True)
        press(page, "2" if n == 5 else "a")
    assert TransactionMapping.objects.count() == 17

    # the wrong key was pressed: taken back, and decided anew
    press(page, "u")
    expect(page.locator(".messagelist")).to_contain_text("Undone")
    assert TransactionMapping.objects.count() == 16
    press(page, "a")

    # one deposit of two invoices: search, check both, Enter
    expect(page.locator(".line-text")).to_have_text("DEPOSIT")
    page.keyboard.press("s")
    page.keyboard.type("invoice")
    expect(page.locator("#ledger-choices tr")).to_have_count(2)
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#running-difference")).to_have_text("0.00")
    screenshot(page, "mapping-workbench-batch")
    press(page, "Enter")
    assert TransactionPart.objects.count() == 2

    expect(page.locator(".line-text")).to_have_text("WHO IS THIS")
    page.keyboard.press("d")
    page.keyboard.type("ask the customer")
    press(page, "Enter")

    expect(page.locator(".line-text")).to_have_text("POS NETFLIX")
    press(page, "a")
    expect(page.locator(".messagelist")).to_contain_text("the last line of this queue")
    assert not MappingProposal.objects.filter(proposal_status="open").exists()
    assert MappingProposal.objects.filter(proposal_status="disputed").count() == 1
    assert MappingDecision.objects.filter(decision="undo").count() == 1
    screenshot(page, "mapping-queue-empty")


def test_keys_do_nothing_while_typing(sign_in: Callable[..., Page]) -> None:
    queue_of_twenty()
    page = sign_in("Reconciliation reviewer")
    page.goto("/admin/reconciliation/mappingproposal/")
    page.locator("#result_list tbody tr a").first.click()
    expect(page.locator(".line-text")).to_be_visible()
    page.wait_for_load_state()  # until then nobody listens to keys
    page.keyboard.press("s")
    page.keyboard.type("a2ujk")
    expect(page.get_by_label("Search the ledger")).to_have_value("a2ujk")
    assert not MappingDecision.objects.exists()


def test_dark_and_at_two_hundred_per_cent(sign_in: Callable[..., Page], screenshot: Callable[..., None]) -> None:
    queue_of_twenty()
    page = sign_in("Reconciliation reviewer", color_scheme="dark")
    page.goto("/admin/reconciliation/mappingproposal/")
    page.locator("#result_list tbody tr a").nth(5).click()
    screenshot(page, "mapping-workbench-dark")
    page.set_viewport_size({"width": 640, "height": 450})
    page.reload()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1, f"the workbench scrolls sideways by {wide} pixels"
    screenshot(page, "mapping-workbench-200-dark")
