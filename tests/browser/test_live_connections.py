"""Live connections on screen: errors triaged where they stand, and a sync watched while it runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from dwaybank.admin.display import admin_url
from integrations.enums import SyncStatus, SyncType
from integrations.models import IntegrationError
from integrations.syncing.logs import close_log, note_progress, open_log
from tests.factories import BankConnectionFactory, IntegrationErrorFactory


def test_errors_are_triaged_and_a_running_sync_is_watched(
    sign_in: Callable[..., Page], screenshot: Callable[..., None]
) -> None:
    connection = BankConnectionFactory.create(connection_type="oauth", bank_name="RBC Royal Bank")
    kinds = (
        ("critical", "us", "validation", "The sync broke off with KeyError, an error of this program."),
        ("high", "customer", "authentication", "The customer's consent was revoked at the bank: connect it again."),
        ("medium", "bank", "server_error", "RBC has a fault of its own (HTTP 500)."),
        ("low", "limit", "rate_limit", "RBC asks for fewer calls (HTTP 429)."),
    )
    for number, (severity, owner, kind, message) in enumerate(kinds):
        IntegrationErrorFactory.create(
            connection=connection,
            user=connection.user,
            error_severity=severity,
            error_type=kind,
            error_code=f"code_{number}",
            error_message=message,
            operation_type="sync",
            error_details={"owner": owner},
            occurred_at=timezone.now() - timedelta(hours=number + 1),
        )
    page = sign_in("Integration operator")
    page.get_by_role("link", name="Unresolved errors").first.click()
    expect(page.locator(".triage-error")).to_have_count(4)
    screenshot(page, "triage")
    page.locator(".triage-summary").get_by_role("link", name="1").nth(4).click()
    expect(page.locator(".triage-error")).to_have_count(1)
    page.get_by_role("link", name="Show all").click()
    worst = page.locator(".triage-error").first
    worst.get_by_label("What was found or done").fill("Mended in release 12.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Resolved.")).to_be_visible()
    expect(page.locator(".triage-error")).to_have_count(3)
    assert IntegrationError.objects.get(error_code="code_0").resolution_notes == "Mended in release 12."
    page.set_viewport_size({"width": 640, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    screenshot(page, "triage-narrow")
    page.set_viewport_size({"width": 1280, "height": 900})

    log = open_log(connection.pk, SyncType.MANUAL, {"request": "r", "attempt": 1, "step": "started"})
    page.goto(admin_url("integrations.BankSyncLog", log))
    part = page.locator("#sync-progress")
    expect(part).to_contain_text("0 rows of 0 accounts so far")
    note_progress(log, step="fetching", transactions=1200, accounts=3)
    expect(part).to_contain_text("1200 rows of 3 accounts so far")
    screenshot(page, "sync-running")
    close_log(log, SyncStatus.COMPLETED, {"transactions_processed": 1300, "transactions_imported": 17})
    expect(part.get_by_role("heading")).to_have_text("It has ended")
    expect(part).to_contain_text("17 of them are new")
    page.goto(admin_url("integrations.BankConnection", connection.pk))
    screenshot(page, "connection")
