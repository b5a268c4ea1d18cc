"""Who may see a report's page and take a step on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from compliance.admin.finding_groups import grouped
from compliance.admin.narrative import narrative_warnings
from compliance.admin.report_shared import report_url
from compliance.fintrac.rules import catalogue as rule
from dwaybank.models import Notification, ReadEvent
from dwaybank.roles import ROLES, sync_roles
from tests.factories import ComplianceReportFactory, UserFactory

pytestmark = pytest.mark.django_db
NARRATIVE = "The shadow ledger of the mill"


@pytest.fixture
def suspicion() -> Any:
    """A draft on suspicion with a narrative."""
    sync_roles()
    return ComplianceReportFactory.create(
        report_type="FINTRAC_STR", report_reference="STR-1", report_data={"narrative": {"facts": NARRATIVE}}
    )


def signed_in(*, role: str = "", permissions: tuple[str, ...] = ()) -> Client:
    someone = UserFactory.create(staff=True)
    if role:
        someone.groups.add(Group.objects.get(name=role))
    someone.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(someone)
    return client


def addresses(report: Any) -> list[str]:
    export = [reverse("admin:compliance_compliancereport_export", args=[report.pk, form]) for form in ("json", "pdf")]
    versions = reverse("admin:compliance_compliancereport_versions", args=[report.pk])
    return [report_url(report.pk), *export, versions]


@pytest.mark.parametrize("role", [role.name for role in ROLES if not role.name.startswith("Compliance")])
def test_nobody_else_sees_or_moves_a_suspicion(suspicion: Any, role: str) -> None:
    client = signed_in(role=role)

    for url in addresses(suspicion):
        response = client.get(url)
        assert response.status_code == 403
        assert NARRATIVE not in response.content.decode()
    step = reverse("admin:compliance_compliancereport_step", args=[suspicion.pk])
    assert client.post(step, {"step": "review"}).status_code == 403


def test_without_the_right_to_suspicions_there_is_no_such_report(suspicion: Any) -> None:
    client = signed_in(permissions=("view_compliancereport", "view_compliancereportversion"))

    for url in addresses(suspicion):
        assert client.get(url).status_code == 404
    listed = client.get(reverse("admin:compliance_compliancereport_changelist"))
    assert listed.status_code == 200
    assert str(suspicion.pk) not in listed.content.decode()
    assert not ReadEvent.objects.filter(row_ids__contains=[str(suspicion.pk)]).exists()


def test_a_look_is_logged_and_a_narrative_is_a_version(suspicion: Any) -> None:
    client = signed_in(role="Compliance analyst")

    assert NARRATIVE in client.get(report_url(suspicion.pk)).content.decode()
    assert ReadEvent.objects.filter(row_ids__contains=[str(suspicion.pk)]).exists()
    suspicion.refresh_from_db()
    step = reverse("admin:compliance_compliancereport_step", args=[suspicion.pk])
    data = {"step": "narrative", "version": suspicion.version, "facts": "Another text", "suspicion_type": "1"}
    client.post(step, data)
    client.post(step, {**data, "facts": "Stale"})

    suspicion.refresh_from_db()
    assert suspicion.report_data["narrative"]["facts"] == "Another text"
    assert suspicion.versions.count() == 1
    assert client.get(step).status_code == 405


def test_jargon_and_card_numbers_are_warned_of() -> None:
    found = narrative_warnings({"facts": "KYC of 4111 1111 1111 1111", "action": "fine"})

    assert len(found) == 2


def test_a_report_is_handed_to_a_colleague_with_a_note_and_a_word_that_says_nothing(suspicion: Any) -> None:
    client = signed_in(role="Compliance analyst")
    colleague, stranger = UserFactory.create(staff=True), UserFactory.create()
    colleague.groups.add(Group.objects.get(name="Compliance officer"))
    step = reverse("admin:compliance_compliancereport_step", args=[suspicion.pk])
    hand = {"step": "assign", "whose": "colleague", "reason": "Look at the transfers of May"}

    def said(**form: Any) -> str:
        return client.post(step, {**hand, **form}, follow=True).content.decode()

    assert "Choose who is to have the report" in said(colleague="")
    assert "may not work on the report" in said(colleague=stranger.pk)
    assert "social insurance number" in said(colleague=colleague.pk, reason="Ask 130 692 544")
    page = said(colleague=colleague.pk)
    assert f"The report is with {colleague} now." in page
    assert "Look at the transfers of May" in page
    suspicion.refresh_from_db()
    assert suspicion.assigned_to_id == colleague.pk
    told = Notification.objects.get(recipient=colleague)
    assert told.subject == "A report is handed to you"
    assert "The report is nobody" in said(whose="nobody")
    assert Notification.objects.count() == 1


def test_any_two_versions_stand_side_by_side(suspicion: Any) -> None:
    client = signed_in(role="Compliance analyst")
    step = reverse("admin:compliance_compliancereport_step", args=[suspicion.pk])
    for text in ("First text", "Second text", "Third text"):
        suspicion.refresh_from_db()
        client.post(step, {"step": "narrative", "version": suspicion.version, "facts": text})
    first, *_others, last = suspicion.versions.order_by("version").values_list("version", flat=True)
    url = reverse("admin:compliance_compliancereport_versions", args=[suspicion.pk])

    answer = client.get(url, {"before": first, "after": last})
    assert [(one.before, one.after) for one in answer.context["changes"] if "facts" in one.path] == [
        ("First text", "Third text")
    ]
    assert [one.before for one in client.get(url).context["changes"] if "facts" in one.path] == ["First text"]
    assert "Nothing differs" in client.get(url, {"before": last, "after": last}).content.decode()
    for wrong in ({"before": 99}, {"after": "x"}, {"after": "-1"}):
        assert client.get(url, wrong).status_code == 404
    assert ReadEvent.objects.filter(row_ids__contains=[str(suspicion.pk)], path=url).exists()


def test_what_the_checks_say_of_many_places_is_said_once() -> None:
    findings = [rule.METHOD.finding(f"/transactions/{number}/largeCashTransactionDetails") for number in range(40)]
    groups = grouped([rule.TOO_OLD.finding("/x", earliest="2009"), *findings], lambda path: f"/at{path}")

    assert [(group.severity, len(group.places)) for group in groups] == [("reject", 40), ("warning", 1)]
    assert groups[0].places[1].text == "transactions 2 \u203a large cash transaction details"
    assert groups[0].places[1].url == "/at/transactions/1/largeCashTransactionDetails"
