"""A purge needs its time, no hold, and two people; then everything of the report goes with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from compliance.models import (
    ComplianceReport,
    ComplianceReportVersion,
    DetectionRun,
    LargeCashRecord,
    Party,
    PrivacyBreach,
    SuspicionAlert,
    SuspicionCase,
)
from dwaybank import retention
from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from dwaybank.models import LegalHold, RetentionPlan, SystemConfig
from tests.compliance.cash import person, receipt
from tests.factories import AccountFactory, ComplianceReportFactory, TransactionFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
RULE = "compliance_reports"


def old_report() -> ComplianceReport:
    long_ago = NOW - timedelta(days=6 * 366)
    report = ComplianceReportFactory.create(report_status="accepted", submitted_at=long_ago, user=UserFactory.create())
    ComplianceReport.objects.filter(pk=report.pk).update(created_at=long_ago)
    ComplianceReportVersion.objects.create(report=report, version=1, content={})
    return report


def test_two_people_then_it_goes_with_all_of_it() -> None:
    old_report()
    ComplianceReportFactory.create(report_status="accepted", submitted_at=NOW - timedelta(days=30))
    one, two = UserFactory.create(staff=True), UserFactory.create(staff=True)
    rule = retention.retention_rule(RULE)
    assert retention.count_due(rule, NOW).due == 1

    plan = retention.plan_purge(rule=rule, at=NOW, by=one)
    with pytest.raises(retention.RetentionRefused, match="not approved"):
        list(retention.execute_plan(plan=plan, at=NOW, actor=Actor(None, "test")))
    with pytest.raises(retention.RetentionRefused, match="somebody else"):
        retention.approve_purge(plan=plan, by=one, at=NOW)
    retention.approve_purge(plan=plan, by=two, at=NOW)
    assert sum(retention.execute_plan(plan=plan, at=NOW, actor=Actor(two.pk, "test"))) == 1

    assert ComplianceReport.objects.count() == 1
    assert not ComplianceReportVersion.objects.exists()
    assert RetentionPlan.objects.get().rows_purged == 1
    with pytest.raises(retention.RetentionRefused):
        list(retention.execute_plan(plan=plan, at=NOW, actor=Actor(two.pk, "test")))


def test_a_hold_keeps_it_also_against_raw_sql_and_after_the_approval() -> None:
    report = old_report()
    one, two = UserFactory.create(staff=True), UserFactory.create(staff=True)
    plan = retention.plan_purge(rule=retention.retention_rule(RULE), at=NOW, by=one)
    retention.approve_purge(plan=plan, by=two, at=NOW)
    LegalHold.objects.create(user=report.user, reason="Court order", placed_by=one)

    assert list(retention.execute_plan(plan=plan, at=NOW, actor=Actor(two.pk, "test"))) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        ComplianceReport.objects.filter(pk=report.pk)._raw_delete("default")
    assert retention.count_due(retention.retention_rule(RULE), NOW).held == 1


def test_a_cash_record_before_its_time_is_not_due_and_cannot_go() -> None:
    record = receipt("A-1", NOW, "12000.00", person("ann"))

    assert retention.count_due(retention.retention_rule("large_cash_records"), NOW).due == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        LargeCashRecord.objects.filter(pk=record.pk)._raw_delete("default")


def test_the_command_shows_by_default_and_removes_nothing_without_a_plan(capsys: pytest.CaptureFixture[str]) -> None:
    old_report()

    call_command("purge_expired", rule=RULE)
    assert "due: 1" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No approved plan"):
        call_command("purge_expired", execute=True)
    assert ComplianceReport.objects.exists()


def test_a_report_on_suspicion_goes_after_its_case_and_a_case_takes_its_alerts() -> None:
    report, long_ago = old_report(), NOW - timedelta(days=6 * 366)
    run = DetectionRun.objects.create(
        started_at=long_ago, looked_back_to=long_ago.date(), movements=1, settings={}, outcomes={}, seconds=1
    )
    person_of = UserFactory.create(staff=True)
    case = SuspicionCase.objects.create(
        subject_key="c",
        user=report.user,
        opened_at=long_ago,
        case_status="reported",
        report=report,
        grounds_established_at=long_ago,
        decision_note="x",
        decided_by=person_of,
        decided_at=long_ago,
        assigned_to=person_of,
        assigned_at=long_ago,
    )
    values = {"run": run, "indicator": "round_sums", "indicator_version": 1, "settings_version": 1, "subject": "c"}
    values |= {"first_at": long_ago, "last_at": long_ago, "total_cad": 1, "facts": {}, "raised_at": long_ago}
    of_case = SuspicionAlert.objects.create(
        alert_key="a" * 64, case=case, alert_status="confirmed", decided_at=long_ago, **values
    )
    before = SuspicionAlert.objects.create(
        alert_key="b" * 64, alert_status="superseded", superseded_by=of_case, **values
    )

    def due(name: str) -> int:
        return retention.count_due(retention.retention_rule(name), NOW).due

    assert [due(name) for name in (RULE, "compliance_cases", "compliance_alerts")] == [0, 0, 1]
    retention.retention_rule("compliance_alerts").purge([before.pk])
    assert [due(name) for name in (RULE, "compliance_cases", "compliance_alerts")] == [0, 1, 0]
    retention.retention_rule("compliance_cases").purge([case.pk])
    assert not SuspicionAlert.objects.exists()
    assert due(RULE) == 1


def test_a_record_of_a_breach_is_kept_as_the_setting_says_and_a_party_as_long_as_its_customer_moves_money() -> None:
    PrivacyBreach.objects.create(determined_at=NOW - timedelta(days=4 * 365), description="A letter")
    breaches = retention.retention_rule("privacy_breaches")
    assert retention.count_due(breaches, NOW).due == 0
    SystemConfig.objects.filter(key="privacy_breach_record_months").update(value="24")
    assert retention.count_due(breaches, NOW).due == 1
    SystemConfig.objects.filter(key="privacy_breach_record_months").update(value="12")
    with pytest.raises(DomainError, match="from 24"):
        retention.count_due(breaches, NOW)

    account = AccountFactory.create()
    party = person("ann")
    Party.objects.filter(pk=party.pk).update(user=account.user, created_at=NOW - timedelta(days=6 * 366))
    parties = retention.retention_rule("parties")
    assert retention.count_due(parties, NOW).due == 1
    TransactionFactory.create(account=account, transaction_date=NOW.date() - timedelta(days=30))
    assert retention.count_due(parties, NOW).due == 0
