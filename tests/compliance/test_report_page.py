"""Who may see a report's page and take a step on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from compliance.admin.report_page import narrative_warnings, report_url
from dwaybank.models import ReadEvent
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
    return [report_url(report.pk), *export]


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
