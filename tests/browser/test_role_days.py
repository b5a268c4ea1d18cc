"""Each role's day in both languages: the main job through the real screens, axe clean at each step.

On the way it takes the pictures of the guides: ``SCREENSHOTS=1 pytest tests/browser/test_role_days.py -m long``.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Locator, Page, expect

from compliance import reviewing
from compliance.admin.report_shared import report_url
from compliance.detecting import detect_reportable
from compliance.fintrac.simulated_registry import Registry
from compliance.fintrac.simulator import Simulator
from compliance.models import ComplianceReport, SuspicionCase
from compliance.suspicion import detect
from dwaybank.actor import Actor, acting_as
from dwaybank.admin.display import admin_url, list_url
from dwaybank.connectors import connectors_of_sandbox
from dwaybank.enums import ReadKind
from dwaybank.figures import gather_figures
from dwaybank.models import ReadEvent, User
from integrations.connecting.consent import begin, complete
from integrations.live_demo import agree
from integrations.models import BankConnection, BankSyncLog, BankTransaction, IntegrationError, StatementFile
from integrations.sandbox.bank import Clock, SandboxBank
from integrations.sandbox.faults import FaultPlan
from integrations.sandbox.server import SandboxServer
from reconciliation import balancing
from reconciliation.admin.conflict_queue import conflict_url
from reconciliation.admin.queue import queue_url, work_url
from reconciliation.balancing import Proposal
from reconciliation.models import BalanceConflict, BalanceResolution, TransactionMapping
from tests.browser.conftest import REPOSITORY
from tests.browser.test_accessibility import ALL_RULES, COLOURS, grave
from tests.browser.test_mapping_queue import twenty_lines
from tests.compliance.cash import TORONTO, person, receipt
from tests.compliance.suspicion.planting import ANN, activate, member, structured
from tests.factories import (
    AccountFactory,
    BankConnectionFactory,
    BankSyncLogFactory,
    BankTransactionFactory,
    IntegrationErrorFactory,
    UserFactory,
)
from tests.queueing import run_jobs
from tests.reconciliation.balancing.books import conflict_of, missing_row, seen

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
LANGUAGES: Final = ("en-ca", "fr-ca")
NOW: Final = datetime(2026, 10, 20, 15, tzinfo=UTC)
_VIEW: Final = {"width": 1100, "height": 700}
_TWO_BAD_LINES: Final = REPOSITORY / "integrations" / "samples" / "statements" / "cibc_two_bad_lines.csv"


@dataclass
class Day:
    """A person at work: says things in their language, and every page looked at is clean."""

    page: Page
    language: str
    person: User
    found: list[str] = field(default_factory=list)

    def say(self, text: str, **values: Any) -> str:
        """The screens' own words in the person's language."""
        with translation.override(self.language):
            return translation.gettext(text) % values if values else translation.gettext(text)

    def open(self, address: str, picture: str = "") -> None:
        """Go there, look at it, and take the guide's picture."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        self.look(picture)

    def look(self, picture: str = "") -> None:
        """Nothing serious to axe by day, no colour amiss in the dark, nothing wider than the window, nor than half of
        it, which 200 % of zoom leaves; then the picture."""
        page = self.page
        expect(page.locator("html")).to_have_attribute("lang", self.language)
        self.found += grave(page, ALL_RULES, page.url)
        page.emulate_media(color_scheme="dark")
        self.found += grave(page, COLOURS, f"{page.url} in the dark")
        page.emulate_media(color_scheme="light")
        for width in (_VIEW["width"] // 2, _VIEW["width"]):
            page.set_viewport_size({"width": width, "height": _VIEW["height"]})
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 1:
                self.found.append(f"{page.url}: {wide} px wider than a window of {width}")
        if picture:
            wanted = os.environ.get("SCREENSHOTS")
            folder = REPOSITORY / ("docs/guide/images" if wanted else "var/screenshots/guide") / self.language[:2]
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{picture}.png")

    def export(self, address: str) -> list[dict[str, str]]:
        """The list as CSV, by the link on it: its rows, logged as an export, none with a formula in it."""
        self.open(address)
        before = ReadEvent.objects.filter(what=ReadKind.EXPORT, reader_id=self.person.pk).count()
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=self.say("As CSV")).click()
        lines = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
        assert ReadEvent.objects.filter(what=ReadKind.EXPORT, reader_id=self.person.pk).count() == before + 1
        assert not [cell for line in lines for cell in line.values() if re.match(r"[=+@\t]|-\D", cell)]
        return lines

    def button(self, text: str, **values: Any) -> Locator:
        """The first button of that name, with or without the key that presses it too."""
        name = re.compile(rf"^{re.escape(self.say(text, **values))}( \w)?$")
        return self.page.get_by_role("button", name=name).first

    def press(self, text: str, **values: Any) -> None:
        """Press the first button of that name."""
        self.button(text, **values).click()

    def sees(self, text: str, **values: Any) -> None:
        """The page says so."""
        expect(self.page.get_by_text(self.say(text, **values)).first).to_be_visible()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each test in English and in French."""
    return str(request.param)


@pytest.fixture
def at_work(sign_in: Callable[..., Page], language: str) -> Any:
    """Somebody with a role, in the language; what was found on the way fails the test at its end."""
    days: list[Day] = []

    def begins(role: str) -> Day:
        # axe sets styles of its own, which the pages' policy forbids (other tests hold it)
        page = sign_in(role, bypass_csp=True, reduced_motion="reduce")
        page.set_viewport_size(_VIEW)  # type: ignore[arg-type]
        someone = User.objects.get(full_name=f"Robin {role}")
        User.objects.filter(pk=someone.pk).update(language=language)
        days.append(Day(page, language, someone))
        return days[-1]

    yield begins
    assert [one for day in days for one in day.found] == []


def large_cash_report() -> ComplianceReport:
    """The draft of a report of 12,000 over the counter."""
    receipt("CASH-1", datetime(2026, 10, 5, 10, tzinfo=TORONTO), "12000.00", person("ann"))
    detect_reportable(actor=Actor(None, "test"), now=timezone.now())
    return ComplianceReport.objects.get()


def suspicion() -> SuspicionCase:
    """A case that nobody works on yet."""
    structured()
    User.objects.filter(email=ANN).update(full_name="Ann Structured")
    activate("structuring_band", "structuring_just_below")
    detect(now=NOW, actor=Actor(None, "test"))
    return SuspicionCase.objects.get()


def test_the_compliance_officer_approves_files_and_decides(at_work: Callable[[str], Day], settings: Any) -> None:
    report, case = large_cash_report(), suspicion()
    analyst = member("Compliance analyst")
    reviewing.submit_for_review(report_id=report.pk, actor=Actor(analyst.pk, "admin"), at=timezone.now())
    registry = Registry(now=timezone.now, client_id="bank", client_secret="secret")
    with Simulator(registry, hang_seconds=5) as service:
        settings.FINTRAC_API_URL = service.base_url
        settings.FINTRAC_CLIENT_ID, settings.FINTRAC_CLIENT_SECRET = "bank", "secret"
        settings.FINTRAC_ENTITY_NUMBER, settings.FINTRAC_CONTACT_ID = 1234567, 42
        day = at_work("Compliance officer")
        day.open(reverse("admin:index"))
        day.open(reverse("admin:compliance_compliancereport_board"), "deadline-board")
        day.open(report_url(report.pk), "report-page")
        day.press("Approve")
        day.sees("Approved. It can be filed now.")
        day.press("File by API")
        day.sees("Filed: %(outcome)s.", outcome=day.say("Accepted"))
        day.look()

    day.open(admin_url("compliance.SuspicionCase", case.pk))
    day.press("Take this case")
    day.look("case")
    day.page.locator("#case-closing").select_option(index=1)
    day.page.locator("#case-close-why").fill("Sells cars; the deposits are the sales of the week.")
    day.press("Close the case")
    day.sees("The case is closed.")
    day.look()
    case.refresh_from_db()
    assert (case.case_status, ComplianceReport.objects.get().report_status) == ("closed", "accepted")


def test_the_compliance_analyst_completes_and_hands_in(at_work: Callable[[str], Day], settings: Any) -> None:
    report = large_cash_report()
    record = report.transactions.get().cash_record
    day = at_work("Compliance analyst")
    day.open(reverse("admin:index"))
    day.open(admin_url("compliance.LargeCashRecord", record.pk), "cash-record")
    day.open(report_url(report.pk), "report-checklist")
    settings.FINTRAC_ENTITY_NUMBER, settings.FINTRAC_CONTACT_ID = 1234567, 42
    day.open(report_url(report.pk))
    day.sees("Fit to be filed.")
    day.press("Send to review")
    day.sees("Sent to review. Somebody else approves it.")
    day.look()
    report.refresh_from_db()
    assert report.report_status == "under_review"


def test_the_reconciliation_reviewer_decides_and_proposes(at_work: Callable[[str], Day]) -> None:
    first, *_others = twenty_lines()
    conflict = conflict_of(missing_row())
    day = at_work("Reconciliation reviewer")
    day.open(reverse("admin:index"))
    day.open(queue_url(), "mapping-queue")
    day.open(work_url(first.pk), "workbench")
    day.page.keyboard.press("a")
    day.page.wait_for_url(lambda url: str(first.pk) not in url)
    assert TransactionMapping.objects.get().bank_transaction_id == first.bank_transaction_id
    day.look()

    day.open(conflict_url(conflict.pk))
    expect(day.page.locator(".chart-picture canvas")).to_be_visible()
    day.look("balance-conflict")
    day.page.keyboard.press("1")
    day.page.keyboard.press("n")
    day.page.keyboard.type("The statement shows Hydro One; nobody booked it.")
    day.page.keyboard.press("Tab")
    day.page.keyboard.press("v")
    expect(day.page.get_by_role("heading", name=day.say("Before you confirm"))).to_be_visible()
    day.look()
    day.page.keyboard.press("a")
    day.sees("Proposed. Another person approves or rejects it.")
    day.look()
    assert BalanceResolution.objects.get().proposed_by_id == day.person.pk


def test_the_approver_approves_a_balance(at_work: Callable[[str], Day]) -> None:
    book = missing_row()
    reviewer = member("Reconciliation reviewer")
    User.objects.filter(pk=reviewer.pk).update(full_name="Sam Reviewer")
    wanted = Proposal("accept_bank", "The statement shows Hydro One; nobody booked it.")
    balancing.propose(seen(book), wanted, actor=Actor(reviewer.pk, "admin"))
    day = at_work("Approver")
    day.open(reverse("admin:index"))
    day.open(conflict_url(conflict_of(book).pk))
    expect(day.page.locator(".chart-picture canvas")).to_be_visible()
    day.button("Approve").scroll_into_view_if_needed()
    day.look("approve-conflict")
    day.press("Approve")
    day.sees("Approved and done.")
    day.look()
    assert BalanceConflict.objects.get().conflict_status == "resolved"


def test_the_integration_operator_keeps_data_coming(at_work: Callable[[str], Day]) -> None:
    connection = BankConnectionFactory.create()
    for number in range(6):
        BankSyncLogFactory.create(connection=connection, started_at=timezone.now() - timedelta(hours=number))
    error = IntegrationErrorFactory.create(connection=connection)
    gather_figures(now=timezone.now())
    day = at_work("Integration operator")
    day.open(reverse("admin:index"))
    day.page.locator("canvas").first.wait_for()
    day.look("operator-index")
    day.open(admin_url("integrations.BankConnection", connection.pk), "connection")
    day.open(reverse("admin:integrations_integrationerror_triage"), "errors")
    day.page.locator(f"#note-{error.pk}").fill("The bank sent the file again.")
    day.press("Resolve")
    day.sees("No open error: nothing to triage.")
    day.look()
    assert IntegrationError.objects.get().resolution_status == "resolved"


def connected(settings: Any, bank: SandboxServer) -> BankConnection:
    """A customer who agreed at the sandbox bank, over HTTP; nothing is synced yet."""
    settings.BANK_CONNECTORS = connectors_of_sandbox(bank.url)
    customer: User = UserFactory.create(email="zoe@customer.example", full_name="Zoé Martin")
    page = begin(
        user=customer,
        connector_id="fdx-td",
        redirect_uri="http://127.0.0.1/back/",
        now=timezone.now(),
        actor=Actor(None, "test"),
    )
    return complete(callback=agree(page, "td-1"), now=timezone.now(), run="test")


def worked_off() -> None:
    """A worker's round, in a thread of its own: the browser's client runs a loop in this one."""

    def one_round() -> None:
        run_jobs()
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(one_round).result()


def test_the_integration_operator_syncs_with_a_bank_and_imports_a_file_with_problems(
    at_work: Callable[[str], Day], settings: Any
) -> None:
    held = SandboxBank(seed=3, clock=Clock(), years=0, customers=2)
    held.first_day = (timezone.now() - timedelta(days=30)).date()
    with SandboxServer(held, FaultPlan()) as bank:
        connection = connected(settings, bank)
        worked_off()
        first = BankSyncLog.objects.get()
        day = at_work("Integration operator")
        day.open(admin_url("integrations.BankConnection", connection.pk))
        day.press("Sync now")
        day.sees("A sync was asked for. It begins as soon as a worker is free.")
        worked_off()
    log = BankSyncLog.objects.exclude(pk=first.pk).get()
    assert (log.sync_status, log.transactions_imported) == ("completed", 0), "what the first one stored is known"
    day.open(admin_url("integrations.BankConnection", connection.pk))
    day.page.locator(f'a[href$="{log.pk}/change/"]').first.click()
    day.sees("Completed")
    day.look("sync-outcome")
    found = BankTransaction.objects.filter(connection=connection).count()
    assert found > 10
    assert len(day.export(list_url("integrations.BankTransaction"))) == found

    UserFactory.create(email="noah@customer.example")
    day.open(reverse("admin:integrations_statementfile_import"))
    day.page.locator("[name=statements]").set_input_files(_TWO_BAD_LINES)
    day.page.locator("[name=owner]").fill("noah@customer.example")
    day.page.locator("[name=create_accounts]").check()
    day.press("Hand in and review")
    rejected = day.page.locator("h4", has_text=day.say("Cannot be read, and is not taken."))
    expect(rejected.locator("+ .table-scroll .as-written")).to_have_count(2)
    day.look("review-problems")
    day.page.locator("button.default, input.default").first.click()
    day.page.wait_for_url("**/statementfile/**")
    file = StatementFile.objects.get()
    assert (file.file_status, len(file.problems)) == ("partial", 2)
    day.open(admin_url("integrations.StatementFile", file.pk), "file-with-problems")
    assert [line["id"] for line in day.export(list_url("integrations.StatementFile"))] == [str(file.pk)]


def test_reviewer_and_auditor_take_lists_with_them(at_work: Callable[[str], Day]) -> None:
    evil = '=HYPERLINK("https://evil.example","+1")'
    line = BankTransactionFactory.create(raw_description=evil)
    clerk = UserFactory.create(staff=True, full_name="Sam Clerk")
    with acting_as(Actor(clerk.pk, "admin", "@SUM(A1)")):
        BankTransaction.objects.filter(pk=line.pk).update(amount=Decimal("12.35"))

    (kept,) = at_work("Reconciliation reviewer").export(list_url("integrations.BankTransaction"))
    assert f"'{evil}" in kept.values()
    assert "-12.35" in kept.values()

    auditor = at_work("Auditor")
    events = auditor.export(list_url("dwaybank.AuditEvent", f"q={line.pk}"))
    assert "'@SUM(A1)" in [cell for event in events for cell in event.values()]
    reads = auditor.export(list_url("dwaybank.ReadEvent"))
    assert len([one for one in reads if "bank_transactions" in one.values()]) == 1


def test_the_auditor_finds_who_did_what(at_work: Callable[[str], Day]) -> None:
    clerk = UserFactory.create(staff=True, full_name="Sam Clerk")
    account = AccountFactory.create()
    with acting_as(Actor(clerk.pk, "admin", "The customer asked for another name.")):
        type(account).objects.filter(pk=account.pk).update(account_name="Savings for the house")
    day = at_work("Auditor")
    day.open(reverse("admin:index"))
    day.open(list_url("dwaybank.AuditEvent", f"q={account.pk}"), "audit-events")
    expect(day.page.locator("#result_list tbody tr").first).to_be_visible()
    day.open(admin_url("dwaybank.Account", account.pk, "history"))
    expect(day.page.get_by_text("The customer asked for another name.").first).to_be_visible()
    day.open(list_url("dwaybank.ReadEvent"))
    day.open(list_url("dwaybank.AuditSeal"))
    refused = day.page.request.get(list_url("compliance.SuspicionCase"))
    assert refused.status == 403


def test_the_administrator_gives_a_role(at_work: Callable[[str], Day]) -> None:
    colleague = UserFactory.create(staff=True, full_name="Sam Newcomer", email="sam.newcomer@dwaybank.example")
    day = at_work("Administrator")
    day.open(reverse("admin:index"))
    day.open(list_url("dwaybank.User"), "people")
    day.open(admin_url("dwaybank.User", colleague.pk))
    day.page.get_by_label(day.say("Auditor"), exact=True).check()
    if day.page.locator("[name=reason]").count():
        day.page.locator("[name=reason]").fill("Joins the audit.")
    day.page.locator("[name=_save]").click()
    day.look()
    assert list(colleague.groups.all()) == [Group.objects.get(name="Auditor")]
    day.open(reverse("admin:dwaybank_user_second_factor", args=[colleague.pk]))
    day.open(reverse("admin:help_guide", args=["administrator"]))
