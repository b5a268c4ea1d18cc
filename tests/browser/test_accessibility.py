"""axe-core finds nothing serious: every screen as a person sees it, by day and in the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from compliance.admin.report_shared import report_url
from compliance.models import ComplianceReport, ComplianceReportTransaction, SuspicionCase
from dwaybank.admin.display import admin_url, list_url
from dwaybank.figures import gather_figures
from dwaybank.models import RetentionPlan, User
from dwaybank.roles import sync_roles
from integrations.models import BankTransaction, StatementFile
from reconciliation.admin.conflict_queue import conflict_url
from reconciliation.admin.conflict_queue import queue_url as conflicts_url
from reconciliation.admin.month_progress import month_url
from reconciliation.admin.queue import queue_url, work_url
from reconciliation.models import BalanceConflict, MappingProposal, TransactionMapping
from tests.admin.world import corner, first_row
from tests.browser.conftest import signed_in_cookie
from tests.browser.every_screen import addresses
from tests.factories import UserFactory

_GRAVE: Final = ("serious", "critical")
# style sheets are not fetched once more: axe takes what they import for addresses beside the page
ALL_RULES: Final = {"resultTypes": ["violations"], "preload": False}
# in the dark only colours differ
COLOURS: Final = {
    "resultTypes": ["violations"],
    "preload": False,
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
}

THERE_ALREADY: Final = Axe("undefined")  # the page has the script since it was looked at by day


@pytest.fixture
def root(open_page: Callable[..., Page], live_server: LiveServer) -> Page:
    """A superuser's window on a world with a row in every table."""
    sync_roles()
    corner(1)
    gather_figures(now=timezone.now())
    person: User = UserFactory.create(staff=True, is_superuser=True, full_name="Robin Root")
    RecoveryCodes.activate(person)
    # axe sets styles of its own, which the pages' policy forbids (other tests hold it); colours are looked at when they
    # stand, not on their way
    page = open_page(bypass_csp=True, reduced_motion="reduce")
    page.goto("/accounts/login/")
    page.context.add_cookies([signed_in_cookie(person, page, live_server.url)])
    return page


def worked_on() -> Iterator[str]:
    """The pages on which people work, and one of each kind of the others."""
    report, conflict, proposal = (first_row(one) for one in (ComplianceReport, BalanceConflict, MappingProposal))
    line = first_row(BankTransaction)
    yield reverse("admin:index")
    yield queue_url("whose=all")
    yield work_url(proposal.pk, "whose=all")
    yield admin_url("reconciliation.TransactionMapping", first_row(TransactionMapping).pk, "decide")
    yield month_url(proposal.account_id, date(2026, 10, 1))
    yield conflicts_url("whose=all")
    yield conflict_url(conflict.pk)
    yield reverse("admin:reconciliation_balanceconflict_statistics")
    yield report_url(report.pk)
    yield admin_url("compliance.SuspicionCase", first_row(SuspicionCase).pk)
    yield reverse("admin:compliance_suspicionalert_measures")
    yield reverse("admin:integrations_statementfile_import")
    yield reverse("admin:integrations_bankconnection_connect")
    yield reverse("admin:dwaybank_retentionplan_due")
    yield reverse("admin:dwaybank_retentionplan_approve", args=[first_row(RetentionPlan).pk])
    yield reverse("admin:inbox")
    yield reverse("admin:inbox_settings")
    yield list_url("integrations.BankTransaction")
    yield admin_url("integrations.BankTransaction", line.pk)
    yield admin_url("integrations.BankTransaction", line.pk, "history")
    yield reverse("admin:dwaybank_user_add")
    yield reverse("mfa_index")
    yield reverse("account_reauthenticate")


def grave(page: Page, options: dict[str, Any], what: str, axe: Axe | None = None) -> list[str]:
    """What axe finds serious on the page as it stands, a line for each element. ``axe`` is brought along by default."""
    found = (axe or Axe()).run(page, options=options).response["violations"]
    return [
        f"{what}: {one['id']} ({one['help']}) {node['target']} {node['html'][:160]}"
        for one in found
        if one["impact"] in _GRAVE
        for node in one["nodes"]
    ]


def walked(page: Page, addresses: Iterator[str]) -> list[str]:
    """Everything grave on these pages, by day and in the dark."""
    said = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        page.emulate_media(color_scheme="light")
        said += grave(page, ALL_RULES, f"{address} by day")
        page.emulate_media(color_scheme="dark")
        said += grave(page, COLOURS, f"{address} in the dark", THERE_ALREADY)
    return said


def test_the_pages_that_people_work_on(root: Page, screenshot: Callable[..., None]) -> None:
    root.goto(reverse("admin:index"))
    root.locator("canvas").first.wait_for()
    screenshot(root, "index-of-work")

    found = walked(root, worked_on())
    assert not found, "\n".join(found)


def test_the_page_of_the_sign_in(open_page: Callable[..., Page]) -> None:
    page = open_page(bypass_csp=True, reduced_motion="reduce")

    assert walked(page, iter([reverse("account_login")])) == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_address_that_is_a_page(root: Page) -> None:
    """Screens that add no row refuse the form that adds one: the page that says so is looked at once."""
    # an unknown layout of columns to describe, and a report whose transactions are stated by hand
    StatementFile.objects.update(content="Jour;Libellé;Montant\n03/04/2026;Café;-4,50\n".encode())
    ComplianceReport.objects.update(report_type="FINTRAC_STR")
    ComplianceReportTransaction.objects.update(snapshot={"stated": {"reference": "T-1", "amount": "9000.00"}})
    pages: list[str] = []
    silent: dict[str, str] = {}
    for name, address in addresses():
        if name.endswith(("_changelist", "_change", "_history")):
            pages.append(address)
            continue
        answer = root.request.get(address, max_redirects=0)
        if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
            pages.append(address)
        else:
            silent[address] = f"{answer.status} {answer.headers.get('location', '')}"
    assert {one: status for one, status in silent.items() if not one.endswith("/add/")} == {}
    found = walked(root, iter(pages))
    refused = root.context.new_page()  # its console says that they are refused, which is no fault
    for address in (next(iter(silent)), "/admin/nowhere/", reverse("connect-callback")):
        refused.goto(address)
        found += grave(refused, ALL_RULES, address)
    assert not found, "\n".join(found)
