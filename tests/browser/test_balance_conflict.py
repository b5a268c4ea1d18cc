"""One conflict from its detection to its approval by two people; by keyboard, in the dark, enlarged."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from playwright.sync_api import Page, expect

from dwaybank.l10n import money_text
from reconciliation.admin.conflict_queue import conflict_url, queue_url
from reconciliation.models import BalanceConflict, BalanceResolution
from tests.reconciliation.balancing.books import BalanceBook, conflict_of, missing_row


def sideways(page: Page) -> int:
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


def test_from_detection_to_approval_by_two_people(
    sign_in: Callable[..., Page], screenshot: Callable[..., None]
) -> None:
    book = missing_row()
    other = BalanceBook()
    other.bank("-14.95", "MONTHLY SERVICE FEE", days=12)
    other.statement()
    other.compare()
    conflict, before = conflict_of(book), book.balance

    page = sign_in("Reconciliation reviewer")
    page.get_by_role("link", name="Balances to decide").first.click()
    expect(page.locator("table.conflict-lines tbody tr")).to_have_count(2)
    screenshot(page, "balance-queue", document=True)
    page.keyboard.press("w")
    page.wait_for_url(f"**{conflict_url(conflict.pk)}")
    expect(page.locator(".conflict-sentence")).to_contain_text("-$263.42 off since 2026-10-14")
    expect(page.locator(".chart-picture canvas")).to_be_visible()
    expect(page.locator(".conflict-answers")).to_contain_text("HYDRO ONE")
    screenshot(page, "balance-conflict", document=True)
    screenshot(page, "balance-conflict-whole")

    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Give back")).to_be_visible()
    page.wait_for_load_state()  # the page came anew: its keys work once its script has been read
    page.keyboard.press("1")
    page.keyboard.press("n")
    page.keyboard.type("The statement shows Hydro One; nobody booked it.")
    page.keyboard.press("Tab")
    page.keyboard.press("v")
    expect(page.get_by_role("heading", name="Before you confirm")).to_be_visible()
    page.wait_for_load_state()
    screenshot(page, "balance-conflict-preview")
    assert not BalanceResolution.objects.exists()
    page.keyboard.press("a")
    page.wait_for_url(f"**{queue_url()}*")
    page.goto(conflict_url(conflict.pk))
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    assert book.balance == before

    second = sign_in("Approver")
    second.get_by_role("link", name="Balances to approve").first.click()
    second.get_by_role("link", name=book.account.account_name).first.click()
    expect(second.locator(".conflict-effect")).to_contain_text(
        money_text(before - Decimal("263.42"), "CAD", signed=True)
    )
    screenshot(second, "balance-conflict-approve")
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_text("Approved and done.")).to_be_visible()

    assert book.balance == before - Decimal("263.42")
    assert BalanceConflict.objects.get(pk=conflict.pk).conflict_status == "resolved"
    assert book.compare().what == "agrees"
    second.goto("/admin/reconciliation/balanceconflict/statistics/")
    expect(second.locator("table").last).to_contain_text(book.account.account_name)
    screenshot(second, "balance-statistics")


def test_dark_enlarged_and_without_javascript(sign_in: Callable[..., Page], screenshot: Callable[..., None]) -> None:
    conflict = conflict_of(missing_row())
    page = sign_in("Reconciliation reviewer", color_scheme="dark")
    page.goto(conflict_url(conflict.pk))
    screenshot(page, "balance-conflict-dark")
    page.get_by_role("link", name="The whole year of this account").click()
    expect(page.locator("table.coverage tr")).to_have_count(12)
    screenshot(page, "balance-coverage-dark")
    page.set_viewport_size({"width": 640, "height": 450})
    for address in (queue_url(), conflict_url(conflict.pk)):
        page.goto(address)
        assert sideways(page) <= 1, address
    screenshot(page, "balance-conflict-200-dark")
    plain = sign_in("Approver", java_script_enabled=False)
    plain.goto(conflict_url(conflict.pk))
    plain.locator(".chart-figures summary").click()
    expect(plain.locator("table[data-chart] tbody tr").first).to_be_visible()
