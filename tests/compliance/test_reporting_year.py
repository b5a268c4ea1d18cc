"""From a year of stored cash to accepted reports, through the commands' own functions; no hand in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group

from compliance.detecting import detect_reportable
from compliance.drafting import ReportRefused, decide_not_required, refresh_from_records
from compliance.enums import ReportStatus
from compliance.exporting import export_json, export_pdf
from compliance.filing import fetch_acknowledgements, submit_report
from compliance.fintrac.checking import check_report, parse_report
from compliance.fintrac.client import FilingClient, FilingSettings
from compliance.fintrac.simulated_registry import Fault, Registry
from compliance.fintrac.simulator import Simulator
from compliance.models import ComplianceFiling, ComplianceReport, LargeCashRecord
from compliance.reviewing import approve, back_to_draft, submit_for_review
from dwaybank.actor import Actor
from dwaybank.roles import sync_roles
from tests.compliance.cash import TORONTO, person, receipt, year_of_cash
from tests.compliance.fintrac.test_published_description import DESCRIPTION, errors
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 9, tzinfo=TORONTO)
MACHINE = Actor(None, "test")


@pytest.fixture(autouse=True)
def _filer(settings: Any) -> None:
    settings.FINTRAC_ENTITY_NUMBER, settings.FINTRAC_CONTACT_ID = 1234567, 42


@pytest.fixture
def two_people() -> tuple[Actor, Actor]:
    """An analyst who prepares and an officer who approves."""
    sync_roles()
    actors = []
    for role in ("Compliance analyst", "Compliance officer"):
        someone = UserFactory.create(staff=True)
        someone.groups.add(Group.objects.get(name=role))
        actors.append(Actor(someone.pk, "test"))
    return actors[0], actors[1]


def service(simulator: Simulator) -> Callable[[], FilingClient]:
    settings = FilingSettings(simulator.base_url, "bank", "secret", timeout=1, attempts=4)
    return lambda: FilingClient(settings, clock=lambda: 0.0, pause=lambda seconds: None)


def reviewed(report: ComplianceReport, people: tuple[Actor, Actor]) -> ComplianceReport:
    analyst, officer = people
    submit_for_review(report_id=report.pk, actor=analyst, at=NOW)
    report.refresh_from_db()
    return approve(report_id=report.pk, seen_version=report.version, actor=officer, at=NOW)


def test_a_year_goes_from_records_to_accepted_reports(two_people: tuple[Actor, Actor]) -> None:
    year_of_cash(2025, per_week=1)
    found = detect_reportable(actor=MACHINE, now=NOW)
    assert found.opened == found.sets > 20
    again = detect_reportable(actor=MACHINE, now=NOW)
    assert (again.opened, again.unchanged) == (0, found.sets)

    reports = list(ComplianceReport.objects.order_by("window_start", "pk"))
    planted = [one for one in reports if one.report_summary["total_cad"] == "27000.00"]
    assert len(planted) >= 10
    plan = [Fault.LOST_ANSWER, *([Fault.ACCEPT] * 5 + [Fault.WARN, Fault.ERROR]) * len(reports)]
    registry = Registry(now=lambda: NOW, client_id="bank", client_secret="secret", faults=plan)
    with Simulator(registry, hang_seconds=30) as simulator:
        for report in reports:
            ready = reviewed(report, two_people)
            submit_report(report_id=ready.pk, actor=two_people[0], now=lambda: NOW, client=service(simulator))
        fetch_acknowledgements(actor=MACHINE, now=lambda: NOW, client=service(simulator))

    assert set(ComplianceReport.objects.values_list("report_status", flat=True)) == {ReportStatus.ACCEPTED}
    assert set(registry.reports) == {one.report_reference for one in reports}
    for report in reports:
        document = parse_report(export_json(report, NOW))
        assert [one for one in check_report(document, now=NOW).findings if one.severity == "reject"] == []
        if DESCRIPTION.is_file():
            assert errors(document, "LCTR") == []
    assert export_pdf(reports[0], NOW).startswith(b"%PDF")


def test_what_was_filed_stays_whatever_becomes_of_the_record(two_people: tuple[Actor, Actor]) -> None:
    record = receipt("A-1", datetime(2025, 6, 2, 10, tzinfo=TORONTO), "12000.00", person("ann"))
    detect_reportable(actor=MACHINE, now=NOW)
    report = reviewed(ComplianceReport.objects.get(), two_people)
    before = export_json(report, NOW)
    LargeCashRecord.objects.filter(pk=record.pk).update(purpose="Another story")
    assert export_json(report, NOW) == before

    back_to_draft(report_id=report.pk, actor=Actor(two_people[0].user_id, "test", "purpose was wrong"))
    refresh_from_records(report_id=report.pk, actor=two_people[0], at=NOW)
    report.refresh_from_db()
    assert b"Another story" in export_json(report, NOW)
    assert report.approved_by_id is None


def test_a_late_receipt_takes_the_report_back_to_draft(two_people: tuple[Actor, Actor]) -> None:
    ann = person("ann")
    start = datetime(2025, 6, 2, 10, tzinfo=TORONTO)
    receipt("A-1", start, "6000.00", ann)
    receipt("A-2", start + timedelta(hours=1), "5000.00", ann)
    detect_reportable(actor=MACHINE, now=NOW)
    report = reviewed(ComplianceReport.objects.get(), two_people)

    receipt("A-3", start + timedelta(hours=2), "100.00", ann)
    late = detect_reportable(actor=MACHINE, now=NOW)

    assert (late.opened, late.reevaluated) == (0, 1)
    report.refresh_from_db()
    assert (report.report_status, report.approved_by_id) == (ReportStatus.DRAFT, None)
    assert report.transactions.count() == 3


def test_not_required_is_a_decision_and_is_not_opened_again(two_people: tuple[Actor, Actor]) -> None:
    receipt("A-1", datetime(2025, 6, 2, 10, tzinfo=TORONTO), "12000.00", person("ann"))
    detect_reportable(actor=MACHINE, now=NOW)
    report = ComplianceReport.objects.get()
    with pytest.raises(ReportRefused, match="with a reason"):
        decide_not_required(report_id=report.pk, actor=two_people[0], at=NOW)

    decide_not_required(report_id=report.pk, actor=Actor(two_people[0].user_id, "test", "counted twice"), at=NOW)

    assert detect_reportable(actor=MACHINE, now=NOW).opened == 0
    with pytest.raises(ReportRefused, match="not required"):
        submit_for_review(report_id=report.pk, actor=two_people[0], at=NOW)


def test_a_report_with_a_reject_is_not_approved_and_who_prepared_it_cannot_approve(
    two_people: tuple[Actor, Actor], settings: Any
) -> None:
    receipt("A-1", datetime(2025, 6, 2, 10, tzinfo=TORONTO), "12000.00", person("ann"))
    detect_reportable(actor=MACHINE, now=NOW)
    report = submit_for_review(report_id=ComplianceReport.objects.get().pk, actor=two_people[0], at=NOW)

    with pytest.raises(ReportRefused, match="cannot approve"):
        approve(report_id=report.pk, seen_version=report.version, actor=two_people[0], at=NOW)
    settings.FINTRAC_ENTITY_NUMBER = 0
    with pytest.raises(ReportRefused, match="rejects"):
        approve(report_id=report.pk, seen_version=report.version, actor=two_people[1], at=NOW)


def test_a_rejection_leads_back_and_the_corrected_report_is_accepted(two_people: tuple[Actor, Actor]) -> None:
    receipt("A-1", datetime(2025, 6, 2, 10, tzinfo=TORONTO), "12000.00", person("ann"))
    detect_reportable(actor=MACHINE, now=NOW)
    registry = Registry(now=lambda: NOW, client_id="bank", client_secret="secret", faults=[Fault.REJECT])
    with Simulator(registry, hang_seconds=30) as simulator:
        report = reviewed(ComplianceReport.objects.get(), two_people)
        submit_report(report_id=report.pk, actor=two_people[0], now=lambda: NOW, client=service(simulator))
        report.refresh_from_db()
        assert report.report_status == ReportStatus.REJECTED
        back_to_draft(report_id=report.pk, actor=Actor(two_people[0].user_id, "test", "as FINTRAC asked"))
        reviewed(report, two_people)
        submit_report(report_id=report.pk, actor=two_people[0], now=lambda: NOW, client=service(simulator))
        report.refresh_from_db()
        assert report.report_status == ReportStatus.ACCEPTED
    assert ComplianceFiling.objects.count() == 2
