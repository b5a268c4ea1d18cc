"""Filing many at once, drafts of a period on a screen, and findings that lead to their field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.admin.report_shared import report_url
from compliance.detecting import detect_reportable
from compliance.filing import fetch_acknowledgements
from compliance.fintrac.simulated_registry import Registry
from compliance.fintrac.simulator import Simulator
from compliance.models import ComplianceReport, Party
from compliance.reviewing import approve, submit_for_review
from dwaybank.actor import Actor
from dwaybank.models import User
from dwaybank.roles import sync_roles
from tests.compliance.cash import TORONTO, person, receipt
from tests.factories import BankConnectionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def simulator(settings: Any) -> Iterator[Simulator]:
    registry = Registry(now=timezone.now, client_id="bank", client_secret="secret")
    with Simulator(registry, hang_seconds=5) as running:
        settings.FINTRAC_API_URL = running.base_url
        settings.FINTRAC_CLIENT_ID, settings.FINTRAC_CLIENT_SECRET = "bank", "secret"
        settings.FINTRAC_ENTITY_NUMBER, settings.FINTRAC_CONTACT_ID = 1234567, 42
        yield running


def staff(role: str) -> tuple[User, Client]:
    sync_roles()
    someone = UserFactory.create(staff=True)
    someone.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(someone)
    return someone, client


def test_approved_reports_are_filed_as_one_file_and_their_answers_fetched() -> None:
    analyst, _client = staff("Compliance analyst")
    officer, client = staff("Compliance officer")
    ann = person("ann")
    for day in (2, 3, 4):
        receipt(f"A-{day}", datetime(2025, 6, day, 10, tzinfo=TORONTO), "12000.00", ann)
    detect_reportable(actor=Actor(None, "test"), now=timezone.now())
    for report in ComplianceReport.objects.all():
        submit_for_review(report_id=report.pk, actor=Actor(analyst.pk, "test"), at=timezone.now())
        report.refresh_from_db()
        approve(report_id=report.pk, seen_version=report.version, actor=Actor(officer.pk, "test"), at=timezone.now())
    url = reverse("admin:compliance_compliancereport_filing")

    offered = [one.pk for one, _url in client.get(url).context["reports"]]
    assert len(offered) == 3
    assert "Tick the reports" in client.post(url, {"how": "bulk"}, follow=True).content.decode()
    said = client.post(url, {"how": "bulk", "report": offered[:2]}, follow=True).content.decode()
    assert "2: Received, being processed." in said
    assert sorted(ComplianceReport.objects.values_list("report_status", flat=True)) == [
        "submitted",
        "submitted",
        "under_review",
    ]
    fetch_acknowledgements(actor=Actor(None, "test"), now=timezone.now)
    said = client.post(url, {"how": "each", "report": offered}, follow=True).content.decode()
    assert "1: Accepted." in said
    assert set(ComplianceReport.objects.values_list("report_status", flat=True)) == {"accepted"}


def test_a_report_of_a_period_is_drafted_completed_and_handed_in() -> None:
    _analyst, client = staff("Compliance analyst")
    _officer, second = staff("Compliance officer")
    url = reverse("admin:compliance_compliancereport_period")
    upside_down = {"report_type": "PRIVACY_AUDIT", "start": "2026-02-01", "end": "2026-01-01"}
    assert "ends before it starts" in client.post(url, upside_down).content.decode()
    client.post(url, {**upside_down, "end": "2026-02-28"})
    report = ComplianceReport.objects.get()
    step = reverse("admin:compliance_compliancereport_step", args=[report.pk])
    page = client.get(report_url(report.pk)).content.decode()
    assert "standing at the end" in page.replace("_", " ")
    pdf = client.get(reverse("admin:compliance_compliancereport_export", args=[report.pk, "pdf"]))
    assert b"".join(pdf).startswith(b"%PDF")
    assert "period ended 2026-02-28" in page
    client.post(step, {"step": "refresh"})
    assert report.versions.count() == 1  # nothing differs
    BankConnectionFactory.create(consent_given_at=datetime(2026, 2, 3, tzinfo=TORONTO))
    assert "Drafted anew" in client.post(step, {"step": "refresh"}, follow=True).content.decode()
    assert report.versions.count() == 2

    client.post(step, {"step": "review"})
    report.refresh_from_db()
    second.post(step, {"step": "approve", "version": report.version})
    assert "not filed by API" in second.post(step, {"step": "file"}, follow=True).content.decode()
    filed_at = timezone.localtime() - timedelta(minutes=1)
    second.post(step, {"step": "manual", "record_number": "P-1", "filed_at": f"{filed_at:%Y-%m-%d %H:%M}"})
    second.post(step, {"step": "answer", "accepted": "yes"})
    report.refresh_from_db()
    assert (report.report_status, report.submitted_to) == ("accepted", "Privacy officer")


def test_a_finding_leads_to_the_field_that_it_is_about() -> None:
    _analyst, client = staff("Compliance analyst")
    ann = person("ann")
    Party.objects.filter(pk=ann.pk).update(occupation="manager")
    record = receipt("A-1", datetime(2025, 6, 2, 10, tzinfo=TORONTO), "12000.00", ann)
    record.disposition_code, record.account_number = 1, ""
    record.save()
    detect_reportable(actor=Actor(None, "test"), now=timezone.now())

    found = client.get(report_url(ComplianceReport.objects.get().pk)).context["findings"]

    links = {group.code: group.places[0].url for group in found}
    assert links["occupation_vague"] == reverse("admin:compliance_party_change", args=[ann.pk]) + "#id_occupation"
    cash = reverse("admin:compliance_largecashrecord_change", args=[record.pk])
    assert links["account_missing"] == f"{cash}#id_account_number"
    for url in links.values():
        page, _hash, anchor = url.partition("#")
        assert f'id="{anchor}"' in client.get(page).content.decode()
