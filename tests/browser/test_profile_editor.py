"""A file in no known layout: a reviewer says what its columns mean, by keyboard and eye, and imports it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from integrations.models import BankTransaction
from tests.browser.test_statement_day import OWNER, hand_in
from tests.factories import UserFactory

TABLE = (
    "Jour;Libellé;Sorties;Entrées;Solde\n"
    "03/04/2026;CAFÉ DU MARCHÉ;4,50;;95,50\n"
    "05/04/2026;PAIE ÉPICERIE;;1 000,00;1 095,50\n"
    "06/04/2026;LOYER D'AVRIL;900,00;;195,50\n"
)


def test_columns_are_described_and_the_rows_imported(
    sign_in: Callable[..., Page], screenshot: Callable[..., None], tmp_path: Path
) -> None:
    UserFactory.create(email=OWNER)
    path = tmp_path / "caisse.csv"
    path.write_bytes(TABLE.encode("cp1252"))
    page = sign_in("Reconciliation reviewer")
    hand_in(page, path)
    screenshot(page, "review-unknown")
    page.get_by_role("link", name="Describe its columns").click()
    expect(page.get_by_text("do days or months come first?")).to_be_visible()
    screenshot(page, "describe")
    page.get_by_label("Order of dates").select_option("dmy")
    page.get_by_label("Name of the profile").fill("Caisse populaire")
    page.get_by_role("button", name="Show the rows").click()
    expect(page.get_by_role("heading", name="As it would be read")).to_be_visible()
    expect(page.locator("table.rows")).to_contain_text("2026-04-03")
    expect(page.locator("table.rows")).to_contain_text("CAFÉ DU MARCHÉ")
    screenshot(page, "describe-preview")
    page.get_by_role("button", name="Keep this profile").click()
    expect(page.locator(".messagelist")).to_contain_text("Caisse populaire, version 1")
    page.get_by_role("button", name="Import 1 file").click()
    expect(page.locator(".messagelist")).to_contain_text("3 rows = 3 imported")
    assert BankTransaction.objects.count() == 3
    page.goto("/admin/integrations/statementprofile/")
    page.get_by_role("link", name="Caisse populaire").click()
    expect(page.get_by_text("3. Sorties: money out")).to_be_visible()
    screenshot(page, "statement-profile")
