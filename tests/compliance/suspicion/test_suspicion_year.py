"""From a year of ledger, bank and cash rows to accepted STRs; no hand in the database."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from compliance import drafting, filing, reviewing
from compliance.drafting import ReportRefused
from compliance.enums import MovementSource, ReportStatus, ReportType
from compliance.exporting import export_json, export_pdf
from compliance.fintrac.checking import check_report, parse_report
from compliance.fintrac.simulated_registry import Fault, Registry
from compliance.fintrac.simulator import Simulator
from compliance.models import ComplianceReport, Party, SuspicionAlertRow, SuspicionCase
from compliance.suspicion import cases, working
from dwaybank.actor import Actor
from dwaybank.models import Account, User
from tests.compliance.cash import TORONTO, person, receipt
from tests.compliance.fintrac.test_published_description import DESCRIPTION, errors
from tests.compliance.suspicion.planting import activate, member
from tests.compliance.test_reporting_year import service
from tests.factories import AccountFactory, BankTransactionFactory, TransactionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 9, tzinfo=TORONTO)


@pytest.fixture(autouse=True)
def _filer(settings: Any) -> None:
    settings.FINTRAC_ENTITY_NUMBER, settings.FINTRAC_CONTACT_ID = 1234567, 42


@pytest.fixture
def now_is_new_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def analyst() -> User:
    return member("Compliance analyst")


@pytest.fixture
def officer() -> User:
    return member("Compliance officer")


def customer(key: str) -> tuple[Account, Party]:
    party = person(key)
    account = AccountFactory.create()
    Party.objects.filter(pk=party.pk).update(user=account.user)
    return account, party


def cash_in(account: Account, amount: str, day: date) -> None:
    TransactionFactory.create(
        account=account,
        amount=Decimal(amount),
        transaction_type="credit",
        transaction_date=day,
        description="Cash deposit branch 12",
    )


def a_year() -> None:
    """Ordinary weeks of two customers; one cuts cash into pieces every quarter, one passes money through, one brings
    cash over the counter in pieces that a large cash report and a suspicion are about."""
    quiet, _party = customer("quiet")
    cutter, _party = customer("cutter")
    passing, _party = customer("passing")
    counter, teller = customer("counter")
    for week in range(52):
        day = date(2025, 1, 3) + timedelta(weeks=week)
        cash_in(quiet, f"{180 + week * 3}.40", day)
    for month in (2, 5, 8, 11):
        for piece in range(3):
            cash_in(cutter, f"9{piece}50.00", date(2025, month, 10 + piece))
    BankTransactionFactory.create(
        account=passing, amount=Decimal(24000), transaction_type="credit", transaction_date=date(2025, 7, 2)
    )
    BankTransactionFactory.create(
        account=passing, amount=Decimal(23500), transaction_type="debit", transaction_date=date(2025, 7, 3)
    )
    for piece in range(3):
        record = receipt(f"C-{piece}", datetime(2025, 9, 4, 10 + piece, tzinfo=TORONTO), "9200.00", teller)
        record.account, record.account_number, record.disposition_code = counter, "5551", 1
        record.save()


def told(report: ComplianceReport, who: Actor, *, conductor: str = "") -> ComplianceReport:
    """What a person has to add: how it was done, what was done about it."""
    report.refresh_from_db()
    working.confirm_all(
        report_id=report.pk,
        method_code=1,
        location_id="BR-0102",
        conductors=(conductor,) if conductor else (),
        seen_version=report.version,
        actor=who,
        at=NOW,
    )
    report.refresh_from_db()
    texts = {**report.report_data["narrative"], "action": "The account is watched more closely since January 2."}
    data = {**report.report_data, "narrative": texts, "suspicion": {"type": 1}}
    return drafting.edit_report(report_id=report.pk, seen_version=report.version, data=data, actor=who, at=NOW)


def reported(case: SuspicionCase, who: User) -> ComplianceReport:
    actor = Actor(who.pk, "test")
    cases.assign(case_id=case.pk, to=who, now=NOW, actor=actor)
    return cases.report(
        case_id=case.pk,
        grounds_established_at=NOW - timedelta(days=1),
        why="The customer is a student without income that would explain it.",
        alert_ids=list(case.alerts.values_list("pk", flat=True)),
        now=NOW,
        actor=actor,
    )


@pytest.mark.usefixtures("now_is_new_year")
def test_a_year_goes_from_rows_to_accepted_reports_on_suspicion(analyst: User, officer: User) -> None:
    a_year()
    activate("structuring_band", "structuring_just_below", "pass_through")
    out = StringIO()
    call_command("detect_reportable", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["opened"], said["suspicion"]["cases_opened"]) == (1, 3)

    registry = Registry(
        now=lambda: NOW, client_id="bank", client_secret="secret", faults=[Fault.REJECT, Fault.ACCEPT, Fault.WARN] * 4
    )
    me, second = Actor(analyst.pk, "test"), Actor(officer.pk, "test")
    with Simulator(registry, hang_seconds=30) as simulator:
        for case in SuspicionCase.objects.order_by("pk"):
            report = told(reported(case, analyst), me)
            for _attempt in range(2):
                reviewing.submit_for_review(report_id=report.pk, actor=me, at=NOW)
                report.refresh_from_db()
                with pytest.raises(ReportRefused, match=r"cannot approve|approved by"):
                    reviewing.approve(report_id=report.pk, seen_version=report.version, actor=me, at=NOW)
                reviewing.approve(report_id=report.pk, seen_version=report.version, actor=second, at=NOW)
                filing.submit_report(report_id=report.pk, actor=second, now=lambda: NOW, client=service(simulator))
                report.refresh_from_db()
                if report.report_status != ReportStatus.REJECTED:
                    break
                reviewing.back_to_draft(report_id=report.pk, actor=Actor(analyst.pk, "test", "as FINTRAC asked"))

    reports = ComplianceReport.objects.filter(report_type=ReportType.FINTRAC_STR)
    assert set(reports.values_list("report_status", flat=True)) == {ReportStatus.ACCEPTED}
    assert set(registry.reports) == set(reports.values_list("report_reference", flat=True))
    assert set(SuspicionAlertRow.objects.values_list("source", flat=True)) == set(MovementSource.values)
    for report in reports:
        document = parse_report(export_json(report, NOW))
        assert len(document["transactions"]) == report.transactions.count() >= 2
        assert [one for one in check_report(document, now=NOW).findings if one.severity == "reject"] == []
        assert export_pdf(report, NOW).startswith(b"%PDF")
        if DESCRIPTION.is_file():
            assert errors(document, "STR") == []


@pytest.mark.usefixtures("now_is_new_year")
def test_a_draft_asks_for_what_no_record_says(analyst: User) -> None:
    account = AccountFactory.create()
    for piece in range(3):
        cash_in(account, f"9{piece}50.00", date(2025, 12, 10 + piece))
    activate("structuring_band")
    call_command("detect_suspicion", stdout=StringIO())
    report, me = reported(SuspicionCase.objects.get(), analyst), Actor(analyst.pk, "test")

    def rejects() -> set[str]:
        report.refresh_from_db()
        return {one.code for one in reviewing.payload(report, NOW).checked.findings if one.severity == "reject"}

    assert rejects() == {"unconfirmed", "nobody_named", "location", "method", "action_taken", "suspicion_type"}
    told(report, me)
    assert rejects() == {"nobody_named"}
    party = person("late")
    Party.objects.filter(pk=party.pk).update(user=account.user)
    working.refresh(report_id=report.pk, seen_version=report.version, actor=me, at=NOW)
    assert rejects() == set()

    one = report.transactions.order_by("position")[0]
    with pytest.raises(ReportRefused, match="no party with the key nobody"):
        working.state(
            report_id=report.pk,
            transaction_id=one.pk,
            changes={"conductors": ("nobody",)},
            seen_version=report.version,
            actor=me,
            at=NOW,
        )
    client = Client()
    client.force_login(analyst)
    url = reverse("admin:compliance_compliancereport_transaction", args=[report.pk, one.pk])
    form = client.get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    values |= {"version": report.version, "conductors": "late", "purpose": "Savings of 130 692 544"}
    assert "social insurance number" in client.post(url, values).content.decode()
    assert client.post(url, {**values, "purpose": "Savings"}).status_code == 302
    report.refresh_from_db()
    filed = json.loads(reviewing.payload(report, NOW).data)["transactions"][0]
    assert filed["suspiciousTransactionDetails"]["purpose"] == "Savings"
    assert len(filed["startingActions"][0]["conductors"]) == 1
    assert report.versions.count() == 5
