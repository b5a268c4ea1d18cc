"""What staff may change, with its reason in the history; and what they may not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from compliance.models import ComplianceReport
from dwaybank.actor import Actor, acting_as
from dwaybank.admin.display import admin_url
from dwaybank.models import AuditEvent, SystemConfig, User
from integrations.models import IntegrationError
from tests.factories import ComplianceReportFactory, IntegrationErrorFactory, UserFactory


def last_event(table: str, row_id: object) -> AuditEvent:
    return AuditEvent.objects.filter(table_name=table, row_id=str(row_id)).order_by("-id")[0]


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


class TestErrors:
    def test_closing_is_signed_and_kept(self, sign_in: Callable[[str], Client]) -> None:
        operator, error = sign_in("Integration operator"), IntegrationErrorFactory.create()
        url = admin_url("integrations.IntegrationError", error.pk)

        refused = operator.post(url, {"resolution_status": "resolved", "resolution_notes": ""})
        assert "Say what was found" in text(refused)
        operator.post(url, {"resolution_status": "resolved", "resolution_notes": "Bank was down"})

        stored = IntegrationError.objects.get(pk=error.pk)
        assert (stored.resolution_status, stored.resolution_notes) == ("resolved", "Bank was down")
        assert stored.resolved_at is not None
        assert stored.resolved_by is not None
        assert stored.resolved_by.email == "integration.operator@dwaybank.example"
        event = last_event("integration_errors", error.pk)
        assert (event.actor_id, event.run, event.reason) == (stored.resolved_by_id, "admin", "Bank was down")
        assert "Bank was down" in text(operator.get(admin_url("integrations.IntegrationError", error.pk, "history")))

        operator.post(url, {"resolution_status": "in_progress", "resolution_notes": "Again"})
        stored.refresh_from_db()
        assert (stored.resolved_at, stored.resolved_by) == (None, None)

    def test_what_happened_does_not_change(self, sign_in: Callable[[str], Client]) -> None:
        operator, error = sign_in("Integration operator"), IntegrationErrorFactory.create(error_message="As it was")

        operator.post(
            admin_url("integrations.IntegrationError", error.pk),
            {"resolution_status": "in_progress", "resolution_notes": "", "error_message": "Prettier"},
        )

        error.refresh_from_db()
        assert (error.error_message, error.resolution_status) == ("As it was", "in_progress")


class TestSettings:
    def test_a_value_is_checked_and_its_reason_kept(self, root: Client) -> None:
        setting = SystemConfig.objects.get(key="sync_frequency_hours")
        url = admin_url("dwaybank.SystemConfig", setting.pk)

        assert root.post(url, {"value": "often", "reason": "x"}).status_code == 200
        assert root.post(url, {"value": "8", "reason": ""}).status_code == 200
        setting.refresh_from_db()
        assert setting.value != "8"
        root.post(url, {"value": "8", "reason": "Fewer calls"})

        setting.refresh_from_db()
        assert setting.value == "8"
        assert last_event("system_config", setting.pk).reason == "Fewer calls"


class TestPeople:
    def test_a_new_person_gets_roles(self, root: Client, sign_in: Callable[[str], Client]) -> None:
        sign_in("Approver")  # the roles stand
        role = Group.objects.get(name="Approver")
        root.post(
            reverse("admin:dwaybank_user_add"),
            {
                "email": "New.Person@DwayBank.example",
                "full_name": "New Person",
                "is_staff": "on",
                "groups": [role.pk],
                "usable_password": "true",
                "password1": "long and unlike anything",
                "password2": "long and unlike anything",
                "reason": "joined",
            },
        )

        person = User.objects.get(email="new.person@dwaybank.example")
        assert list(person.groups.all()) == [role]
        assert person.check_password("long and unlike anything")

    def test_the_history_of_a_person_says_which_roles_and_second_factors_came_and_went(
        self, root: Client, sign_in: Callable[[str], Client]
    ) -> None:
        sign_in("Approver")
        person = User.objects.get(email="approver@dwaybank.example")
        with acting_as(Actor(None, "test", "moved to another team")):
            person.groups.clear()
        RecoveryCodes.activate(person)

        html = root.get(admin_url("dwaybank.User", person.pk, "history")).content.decode()

        said = " ".join(re.sub(r"<[^>]+>", " ", html).split())
        assert said.count("role Approver \u2013") == said.count("role \u2013 Approver") == 1, said
        assert "moved to another team" in said
        assert "recovery_codes" in said

    def test_nobody_raises_themselves(self, sign_in: Callable[[str], Client]) -> None:
        administrator = sign_in("Administrator")
        me = User.objects.get(email="administrator@dwaybank.example")
        officer = Group.objects.get(name="Compliance officer")

        administrator.post(
            admin_url("dwaybank.User", me.pk),
            {"email": me.email, "full_name": "Me", "groups": [officer.pk], "is_staff": "on", "is_superuser": "on"},
        )

        me.refresh_from_db()
        assert me.full_name == "Me"
        assert [group.name for group in me.groups.all()] == ["Administrator"]
        assert not me.is_superuser

    def test_a_superuser_is_out_of_reach(self, sign_in: Callable[[str], Client], superuser: User) -> None:
        administrator = sign_in("Administrator")

        page = administrator.post(admin_url("dwaybank.User", superuser.pk), {"email": "mine@example.ca"})
        password = administrator.post(
            reverse("admin:auth_user_password_change", args=[superuser.pk]), {"password1": "x", "password2": "x"}
        )

        assert (page.status_code, password.status_code) == (403, 403)

    def test_leaving_is_deactivation(self, sign_in: Callable[[str], Client]) -> None:
        administrator, person = sign_in("Administrator"), UserFactory.create(email="gone@example.ca", staff=True)

        administrator.post(
            admin_url("dwaybank.User", person.pk),
            {"email": person.email, "full_name": "Gone", "is_staff": "on", "reason": "left the bank"},
        )

        person.refresh_from_db()
        assert not person.is_active
        assert last_event("users", person.pk).reason == "left the bank"


class TestReports:
    @pytest.fixture
    def officer(self, sign_in: Callable[[str], Client]) -> Client:
        return sign_in("Compliance officer")

    def test_a_draft_is_made_and_corrected(self, officer: Client) -> None:
        data = {
            "report_type": "FINTRAC_LCTR",
            "user": "",
            "report_period_start": "2026-10-01",
            "report_period_end": "2026-10-31",
            "due_date": "2026-11-15",
            "transaction_threshold_amount": "10000.00",
            "reason": "",
        }
        backwards = officer.post(
            reverse("admin:compliance_compliancereport_add"), {**data, "report_period_end": "2026-09-01"}
        )
        assert "ends before it starts" in text(backwards)
        officer.post(reverse("admin:compliance_compliancereport_add"), data)

        report = ComplianceReport.objects.get()
        assert (report.report_status, report.report_data) == ("draft", {})

    def test_what_left_the_draft_is_to_read(self, officer: Client) -> None:
        report = ComplianceReportFactory.create(report_status="under_review")

        response = officer.post(admin_url("compliance.ComplianceReport", report.pk), {"due_date": "2030-01-01"})

        assert response.status_code == 403


def test_what_the_database_refuses_is_a_message(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form knows no such rule; the constraint does."""
    from django.db import connection

    error = IntegrationErrorFactory.create()
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE integration_errors ADD CONSTRAINT no_escalation CHECK (resolution_status <> 'escalated')"
        )

    response = root.post(
        admin_url("integrations.IntegrationError", error.pk),
        {"resolution_status": "escalated", "resolution_notes": "x"},
        follow=True,
    )

    assert "no_escalation" in text(response) or "escalation" in text(response)
    error.refresh_from_db()
    assert error.resolution_status == "new"
