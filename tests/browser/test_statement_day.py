"""A reviewer brings in statements: hand in, look, confirm, find a row."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from integrations.models import BankTransaction, StatementFile
from tests.factories import UserFactory

SAMPLES = Path(__file__).resolve().parents[2] / "integrations" / "samples" / "statements"
OWNER = "chloe.gagnon@customer.example"


def hand_in(page: Page, *files: Path, create: bool = True) -> None:
    page.goto("/admin/integrations/statementfile/import/")
    page.get_by_label("Statement files").set_input_files(list(files))
    page.get_by_label("Customer's e-mail address").fill(OWNER)
    if create:
        page.get_by_label("Link new accounts found in the files").check()
    page.get_by_role("button", name="Hand in and review").click()


def test_from_two_files_to_one_row(sign_in: Callable[..., Page], screenshot: Callable[..., None]) -> None:
    UserFactory.create(email=OWNER, full_name="Chloé Gagnon")
    page = sign_in("Reconciliation reviewer")
    screenshot(page, "index")
    page.get_by_role("link", name="Statement files").first.click()
    screenshot(page, "statement-files-empty")
    page.get_by_role("link", name="Import statement files").click()
    screenshot(page, "upload")

    hand_in(page, SAMPLES / "rbc_chequing.ofx", SAMPLES / "rbc_accounts.csv")
    expect(page.get_by_role("heading", name="Review before import")).to_be_visible()
    expect(page.get_by_text("files can be imported")).to_contain_text("2 of 2")
    assert not BankTransaction.objects.exists()
    screenshot(page, "review")
    page.get_by_role("button", name="Import 2 files").click()

    page.wait_for_url("**/statementfile/")
    messages = page.locator(".messagelist")
    expect(messages).to_contain_text("rbc_chequing.ofx")
    expect(messages).to_contain_text("repeated")
    assert set(StatementFile.objects.values_list("file_status", flat=True)) == {"imported"}
    screenshot(page, "statement-files")

    page.goto("/admin/integrations/banktransaction/")
    screenshot(page, "bank-transactions")
    page.get_by_role("searchbox").fill("merchant:café de la gare")
    page.get_by_role("searchbox").press("Enter")
    rows = page.locator("#result_list tbody tr")
    expect(rows.first).to_contain_text("CAFÉ DE LA GARE")
    expect(rows).not_to_have_count(0)
    rows.first.get_by_role("link").first.click()
    expect(page.get_by_text("FITID", exact=True).first).to_be_visible()
    screenshot(page, "bank-transaction", document=True)


def test_the_same_file_again_brings_nothing_and_a_bad_one_says_why(
    sign_in: Callable[..., Page], screenshot: Callable[..., None], tmp_path: Path
) -> None:
    UserFactory.create(email=OWNER)
    page = sign_in("Reconciliation reviewer")
    hand_in(page, SAMPLES / "rbc_chequing.ofx")
    page.get_by_role("button", name="Import 1 file").click()
    expect(page.locator(".messagelist")).to_contain_text("0 rejected")
    stored = BankTransaction.objects.count()
    screenshot(page, "statement-file")

    picture = tmp_path / "holiday.jpg"
    picture.write_bytes(b"\xff\xd8\xff\xe0 no statement")
    hand_in(page, SAMPLES / "rbc_chequing.ofx", picture)
    expect(page.get_by_text("imported already")).to_be_visible()
    expect(page.get_by_text("cannot be taken")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Import"))).to_have_count(0)
    screenshot(page, "review-nothing-to-do")
    assert BankTransaction.objects.count() == stored


def test_an_account_that_is_not_linked_is_asked_about(
    sign_in: Callable[..., Page], screenshot: Callable[..., None]
) -> None:
    UserFactory.create(email=OWNER)
    page = sign_in("Reconciliation reviewer")
    hand_in(page, SAMPLES / "rbc_chequing.ofx", create=False)
    screenshot(page, "review-unlinked")
    page.get_by_role("link", name="Link new accounts found in the files").click()
    page.get_by_role("button", name="Import 1 file").click()
    expect(page.locator(".messagelist")).to_contain_text("imported")
    assert BankTransaction.objects.exists()


def test_dark_and_at_two_hundred_per_cent(sign_in: Callable[..., Page], screenshot: Callable[..., None]) -> None:
    UserFactory.create(email=OWNER)
    page = sign_in("Reconciliation reviewer", color_scheme="dark")
    hand_in(page, SAMPLES / "cibc_two_bad_lines.csv", SAMPLES / "rbc_chequing.ofx")
    screenshot(page, "review-dark")
    page.get_by_role("button", name=re.compile("^Import")).click()
    page.wait_for_url("**/statementfile/**")
    screenshot(page, "statement-files-dark")
    # 200 % zoom is half the room: nothing may be cut off sideways but tables, which scroll in themselves
    page.set_viewport_size({"width": 640, "height": 450})
    for address in ("/admin/", "/admin/integrations/statementfile/", "/admin/integrations/banktransaction/"):
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, f"{address} scrolls sideways by {wide} pixels"
    screenshot(page, "bank-transactions-200-dark")
