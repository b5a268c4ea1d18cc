"""OSFI_RISK, PRIVACY_AUDIT and PCI_DSS: drafted from what is in the database, by command, once for a period."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.enums import ReportStatus, ReportType
from compliance.models import ComplianceReport, PrivacyBreach
from compliance.periodic import BuildRefused, Built, build_report
from compliance.periodic.card_numbers import cards_in, scheme_of
from dwaybank.actor import Actor
from dwaybank.enums import ReadKind
from dwaybank.models import ReadEvent, SystemLog
from dwaybank.reads import record_read
from dwaybank.roles import sync_roles
from integrations.models import BankConnection, StatementFile
from tests.factories import (
    BankConnectionFactory,
    BankSyncLogFactory,
    BankTransactionFactory,
    ComplianceReportFactory,
    IntegrationErrorFactory,
    TransactionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 10, 15, tzinfo=UTC)
START, END = date(2026, 8, 1), date(2026, 10, 31)
INSIDE, OUTSIDE = datetime(2026, 9, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)
VISA, AMEX, DEBIT = "4111 1111 1111 1111", "378282246310005", "4111111111111112"


def build(report_type: ReportType, **more: Any) -> Built:
    given: dict[str, Any] = {"start": START, "end": END, "now": NOW, "actor": Actor(None, "test"), **more}
    return build_report(report_type=report_type, **given)


def error(**more: Any) -> Any:
    given: dict[str, Any] = {"occurred_at": INSIDE, "connection": None, **more}
    return IntegrationErrorFactory.create(**given)


class TestOsfi:
    def test_each_critical_error_is_an_incident_with_its_24_hours_and_all_are_counted(self) -> None:
        critical = error(
            error_severity="critical",
            error_message=f"Feed down, {VISA}",
            affected_users_count=40,
            business_impact="high",
        )
        error(error_severity="high", business_impact="none", estimated_downtime_minutes=30)
        error(error_severity="low", resolution_status="resolved", resolved_at=INSIDE + timedelta(hours=1))
        error(error_severity="critical", occurred_at=OUTSIDE)
        BankSyncLogFactory.create(sync_status="failed", started_at=INSIDE)

        built = build(ReportType.OSFI_RISK)

        (incident,) = built.incidents
        data = incident.report_data
        assert (data["incident"], data["stage"], data["customers_affected"]) == (str(critical.pk), "initial", 40)
        assert datetime.fromisoformat(data["due_at"]) - datetime.fromisoformat(data["occurred_at"]) == timedelta(
            hours=24
        )
        assert incident.due_date == date(2026, 9, 16)
        assert data["description"] == "Feed down, 411111******1111"
        totals = built.report.report_data["totals"]
        assert (totals["events"], totals["critical"], totals["near_misses"], totals["unresolved"]) == (3, 1, 1, 2)
        assert (totals["downtime_minutes"], totals["mean_resolution_minutes"]) == (30, 60)
        assert built.report.report_data["syncs"] == {"syncs": 1, "failed": 1}
        assert built.report.due_date == END + timedelta(days=120)

    def test_made_again_the_draft_is_brought_up_to_date_and_what_left_the_draft_stays(self) -> None:
        critical = error(error_severity="critical")
        first = build(ReportType.OSFI_RISK)
        critical.resolution_status, critical.resolved_at = "resolved", INSIDE + timedelta(hours=3)
        critical.save()

        again = build(ReportType.OSFI_RISK)

        assert (again.report.pk, again.is_new) == (first.report.pk, False)
        assert [one.pk for one in again.incidents] == [one.pk for one in first.incidents]
        assert again.incidents[0].report_data["stage"] == "post-incident"
        ComplianceReport.objects.filter(pk=first.report.pk).update(
            report_status=ReportStatus.UNDER_REVIEW, prepared_by=UserFactory.create()
        )
        with pytest.raises(BuildRefused, match="Under review: it stays"):
            build(ReportType.OSFI_RISK)


class TestPrivacy:
    def test_consents_purges_readers_and_what_may_be_a_breach(self) -> None:
        reader = UserFactory.create(staff=True, email="reader@dwaybank.example")
        given = BankConnectionFactory.create(consent_given_at=INSIDE)
        expired = BankConnectionFactory.create(consent_given_at=OUTSIDE, consent_expires_at=INSIDE)
        revoked = BankConnectionFactory.create(consent_given_at=OUTSIDE)
        BankConnection.objects.filter(pk=revoked.pk).update(deleted_at=INSIDE)
        assert given.pk != expired.pk
        record_read(Actor(reader.pk, "admin"), ComplianceReportFactory.create(), what=ReadKind.PAGE)
        log = SystemLog.objects.create(level="INFO", message="Old sync logs removed", metadata={"rows": 12})
        SystemLog.objects.filter(pk=log.pk).update(created_at=INSIDE)
        error(error_severity="high", affected_users_count=3)
        error(error_severity="high", affected_users_count=0)

        data = build(ReportType.PRIVACY_AUDIT, end=date(2026, 12, 31), now=datetime.now(UTC)).report.report_data

        assert data["consents"]["totals"] == {
            "given": 1,
            "expired": 1,
            "revoked": 1,
            "standing_at_the_end": 1,
            "without_an_end": 1,
        }
        assert [(row["email"], row["table"], row["times"]) for row in data["reads"]] == [
            ("reader@dwaybank.example", "compliance_reports", 1)
        ]
        assert [run["counts"] for run in data["purged"]["maintenance"]] == [{"rows": 12}]
        assert [one["customers"] for one in data["breaches"]["to_be_assessed"]] == [3]
        assert ReadEvent.objects.count() == 1


class TestCards:
    def test_numbers_are_found_wherever_they_are_written_and_shown_to_nobody(self) -> None:
        line = BankTransactionFactory.create(raw_data={"memo": f"card {VISA}"}, raw_description=f"REF {AMEX}")
        TransactionFactory.create(description=f"no card {DEBIT}, account 1234567890123")
        owner = UserFactory.create()
        file = StatementFile.objects.create(
            owner=owner,
            sha256="a" * 64,
            file_name="october.csv",
            size_bytes=1,
            file_status="received",
            content=f"date;text\n2026-10-01;{VISA.replace(' ', '-')}\n".encode(),
        )

        data = build(ReportType.PCI_DSS).report.report_data

        found = {(one["table"], one["column"], one["row_id"], one["scheme"]) for one in data["scan"]["findings"]}
        assert found == {
            ("bank_transactions", "raw_data", str(line.pk), "Visa"),
            ("bank_transactions", "raw_description", str(line.pk), "American Express"),
            ("statement_files", "content", str(file.pk), "Visa"),
        }
        assert data["scan"]["found"] == 3
        text = json.dumps(data)
        assert "411111******1111" in text
        assert not any(number in text for number in ("4111111111111111", VISA, AMEX))

    def test_secrets_that_are_not_sealed_are_told(self) -> None:
        BankConnectionFactory.create(encrypted_credentials="plain text", encryption_key_id="none")

        evidence = build(ReportType.PCI_DSS).report.report_data["encryption"]

        (connections,) = [one for one in evidence if one["table"] == "bank_connections"]
        assert (connections["not_sealed"], connections["met"]) == (1, False)

    @pytest.mark.parametrize(
        ("digits", "scheme"),
        [
            ("4111111111111111", "Visa"),
            ("5555555555554444", "Mastercard"),
            ("2223003122003222", "Mastercard"),
            ("378282246310005", "American Express"),
            ("6011111111111117", "Discover"),
            ("3530111333300000", "JCB"),
            ("30569309025904", "Diners Club"),
            ("6200000000000005", "UnionPay"),
            ("9111111111111111", ""),
            ("411111111111111", ""),
        ],
    )
    def test_a_number_belongs_to_a_scheme_by_range_and_length(self, digits: str, scheme: str) -> None:
        assert scheme_of(digits) == scheme

    def test_inside_longer_numbers_and_without_the_check_digit_nothing_is_found(self) -> None:
        assert list(cards_in(f"x{VISA.replace(' ', '')} 99{VISA.replace(' ', '')} {DEBIT} 0000000000000000")) == []


class TestCommand:
    def test_it_says_what_was_drafted_in_words_and_as_json(self) -> None:
        out = StringIO()
        call_command("build_report", type="PRIVACY_AUDIT", start=START, end=END, stdout=out)
        assert "Drafted: PRIVACY_AUDIT" in out.getvalue()

        out = StringIO()
        call_command("build_report", type="PRIVACY_AUDIT", start=START, end=END, json=True, stdout=out)
        said = json.loads(out.getvalue())
        assert (said["new"], said["due"]) == (False, "2026-11-30")
        assert said["data"]["kind"] == "privacy_audit"

    def test_a_period_upside_down_is_refused_and_leaves_nothing(self) -> None:
        with pytest.raises(CommandError, match="ends before it starts"):
            call_command("build_report", type="PCI_DSS", start=END, end=START)
        assert not ComplianceReport.objects.exists()


def test_a_breach_is_recorded_from_the_error_that_it_came_to_light_by(client: Client) -> None:
    sync_roles()
    analyst = UserFactory.create(staff=True)
    analyst.groups.add(Group.objects.get(name="Compliance analyst"))
    client.force_login(analyst)
    severe = error(error_severity="high", affected_users_count=3, error_message=f"Statement of another, {VISA}")
    page = client.get(reverse("admin:integrations_integrationerror_change", args=[severe.pk])).content.decode()
    add = reverse("admin:compliance_privacybreach_add") + f"?integration_error={severe.pk}"
    assert add in page

    form = client.get(add).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    assert (shown["people_affected"], VISA in shown["description"]) == (3, False)
    typed = {name: "" if value is None else value for name, value in shown.items()}
    typed |= {"determined_at_0": "2026-09-16", "determined_at_1": "10:00:00", "steps_taken": "Asked for it back"}
    wrong = {**typed, "integration_error": str(severe.user_id or UUID(int=7)), "contact": "130 692 544"}
    said = client.post(add, wrong).context["adminform"].form.errors
    assert {"integration_error", "contact"} <= said.keys()
    client.post(add, typed)
    record = PrivacyBreach.objects.get()
    assert (record.integration_error_id, record.recorded_by_id) == (severe.pk, analyst.pk)
    again = client.post(add, typed)
    assert "has a record already" in str(again.context["adminform"].form.errors)

    data = build(ReportType.PRIVACY_AUDIT).report.report_data["breaches"]
    assert [one["error"] for one in data["recorded"]] == [str(severe.pk)]
    assert (data["to_be_assessed"], data["count"]) == ([], 0)
    page = client.get(reverse("admin:integrations_integrationerror_change", args=[severe.pk])).content.decode()
    assert (str(record.pk) in page, add in page) == (True, False)


def test_a_breach_waits_until_it_is_assessed_and_where_the_risk_is_real_reported_and_told(client: Client) -> None:
    sync_roles()
    analyst = UserFactory.create(staff=True)
    analyst.groups.add(Group.objects.get(name="Compliance analyst"))
    client.force_login(analyst)
    waiting = reverse("admin:compliance_privacybreach_changelist") + "?open=1"
    assert waiting in client.get(reverse("admin:index")).content.decode()

    def waits(**columns: Any) -> bool:
        PrivacyBreach.objects.filter(pk=breach.pk).update(**columns)
        return breach in client.get(waiting).context["cl"].result_list

    breach = PrivacyBreach.objects.create(determined_at=timezone.now() - timedelta(days=2), description="A letter")
    assert waits()
    assert not waits(real_risk=False, risk_reason="Encrypted")
    assert waits(real_risk=True, risk_reason="Names and balances")
    assert waits(reported_at=timezone.now())
    assert not waits(people_told_at=timezone.now())
