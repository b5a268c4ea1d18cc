"""A large cash report from draft to acknowledgement: two people, one rejection, in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from compliance.admin.report_shared import report_url
from compliance.detecting import detect_reportable
from compliance.fintrac.simulated_registry import Fault, Registry
from compliance.fintrac.simulator import Simulator
from compliance.models import ComplianceReport
from dwaybank.actor import Actor
from tests.compliance.cash import TORONTO, person, receipt


@pytest.fixture
def simulator(settings: Any) -> Any:
    """The filing service on this machine; the first report it gets is rejected."""
    registry = Registry(now=timezone.now, client_id="bank", client_secret="secret", faults=[Fault.REJECT])
    with Simulator(registry, hang_seconds=5) as running:
        settings.FINTRAC_API_URL = running.base_url
        settings.FINTRAC_CLIENT_ID, settings.FINTRAC_CLIENT_SECRET = "bank", "secret"
        settings.FINTRAC_ENTITY_NUMBER, settings.FINTRAC_CONTACT_ID = 1234567, 42
        yield running


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_from_draft_to_acknowledgement_with_one_rejection(
    simulator: Simulator, sign_in: Callable[..., Page], screenshot: Callable[..., None]
) -> None:
    receipt("CASH-1", datetime(2025, 6, 2, 10, tzinfo=TORONTO), "12000.00", person("ann"))
    detect_reportable(actor=Actor(None, "test"), now=timezone.now())
    report = ComplianceReport.objects.get()
    analyst, officer = sign_in("Compliance analyst"), sign_in("Compliance officer")

    for outcome in ("Rejected", "Accepted"):
        analyst.goto(report_url(report.pk))
        expect(analyst.get_by_text("Fit to be filed.")).to_be_visible()
        press(analyst, "Send to review")
        expect(analyst.get_by_text("Somebody else approves it")).to_be_visible()
        assert analyst.get_by_role("button", name="Approve", exact=True).count() == 0
        officer.goto(report_url(report.pk))
        press(officer, "Approve")
        expect(officer.get_by_text("It can be filed now")).to_be_visible()
        press(officer, "File by API")
        expect(officer.get_by_text(f"Filed: {outcome}.")).to_be_visible()
        screenshot(officer, f"report-{outcome.lower()}")
        if outcome == "Rejected":
            analyst.goto(report_url(report.pk))
            analyst.get_by_label("Reason or remark").fill("FINTRAC asked for it")
            press(analyst, "Back to draft")
            expect(analyst.get_by_text("the approval is void")).to_be_visible()

    report.refresh_from_db()
    assert (report.report_status, report.filings.count()) == ("accepted", 2)


def test_a_party_is_chosen_by_its_name_with_the_keyboard_alone(
    sign_in: Callable[..., Page], screenshot: Callable[..., None]
) -> None:
    for key in ("tremblay", "trent"):
        person(key)
    page = sign_in("Compliance analyst")
    page.goto(reverse("admin:compliance_largecashrecord_add"))
    field = page.get_by_role("combobox", name="Conductor:", exact=True)

    field.press_sequentially("tre")
    expect(page.locator(".party-list:not([hidden]) > li")).to_have_count(2)
    screenshot(page, "party-picker")
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("trent, ")
    expect(page.get_by_text("trent: Alex Trent")).to_be_visible()
    field.press_sequentially("nobody")
    expect(page.get_by_role("status").filter(has_text="No party begins like this.")).to_have_count(1)
