"""A purge needs its time, no hold, and two people; then everything of the report goes with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from compliance.models import ComplianceReport, ComplianceReportVersion, LargeCashRecord
from dwaybank import retention
from dwaybank.actor import Actor
from dwaybank.models import LegalHold, RetentionPlan
from tests.compliance.cash import person, receipt
from tests.factories import ComplianceReportFactory, UserFactory

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
