"""What must be kept cannot be deleted, by whatever way; and two people decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from compliance.models import ComplianceReport
from dwaybank.errors import constraint_name, explain
from integrations.models import BankConnection, BankTransaction
from reconciliation.models import BalanceSyncHistory
from tests.factories import (
    BalanceSyncHistoryFactory,
    BankConnectionFactory,
    BankTransactionFactory,
    ComplianceReportFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TOMORROW, YESTERDAY = timedelta(days=1), timedelta(days=-1)


def delete(row: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])


def refused_by(action: Any) -> str | None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        action()
    return constraint_name(refused.value)


def test_a_connection_before_its_date_cannot_be_deleted() -> None:
    kept = BankConnectionFactory.create(data_retention_until=timezone.now() + TOMORROW)

    assert refused_by(lambda: delete(kept)) == "bank_connections_retention_guard"
    assert refused_by(lambda: delete(kept.user)) == "bank_connections_retention_guard"
    BankConnection.objects.update(data_retention_until=timezone.now() + YESTERDAY)
    delete(kept)
    assert not BankConnection.objects.exists()


def test_the_message_says_what_to_do_instead() -> None:
    kept = BankConnectionFactory.create(data_retention_until=timezone.now() + TOMORROW)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        delete(kept)

    assert "retention duty" in explain(refused.value)
    assert "Disconnect it instead" in explain(refused.value)


def test_transactions_of_such_a_connection_cannot_be_deleted_even_through_the_account() -> None:
    row = BankTransactionFactory.create()
    BankConnection.objects.update(data_retention_until=timezone.now() + TOMORROW)

    assert refused_by(lambda: delete(row)) == "bank_transactions_retention_guard"
    assert refused_by(lambda: delete(row.account)) == "bank_transactions_retention_guard"
    assert BankTransaction.objects.exists()
    BankConnection.objects.update(data_retention_until=timezone.now() + YESTERDAY)
    delete(row.account)
    assert not BankTransaction.objects.exists()


class TestReports:
    def submitted(self, **fields: Any) -> ComplianceReport:
        values = {"user": UserFactory.create(), "report_status": "submitted", "submitted_at": timezone.now(), **fields}
        return ComplianceReportFactory.create(**values)

    def test_a_draft_may_go(self) -> None:
        delete(ComplianceReportFactory.create())

        assert not ComplianceReport.objects.exists()

    @pytest.mark.parametrize("status", ["submitted", "accepted", "rejected", "draft"])
    def test_one_that_was_ever_submitted_stays_for_five_years(self, status: str) -> None:
        report = self.submitted(report_status=status)

        assert refused_by(lambda: delete(report)) == "compliance_reports_retention_guard"
        assert refused_by(lambda: delete(report.user)) == "compliance_reports_retention_guard"

    def test_a_submitted_one_without_its_time_stays_too(self) -> None:
        report = self.submitted(submitted_at=None)

        assert refused_by(lambda: delete(report)) == "compliance_reports_retention_guard"

    def test_after_five_years_it_may_go(self) -> None:
        delete(self.submitted(submitted_at=timezone.now() - timedelta(days=5 * 365 + 3)))

        assert not ComplianceReport.objects.exists()

    def test_when_it_was_submitted_cannot_be_forgotten(self) -> None:
        self.submitted()

        forget = ComplianceReport.objects.update
        assert refused_by(lambda: forget(submitted_at=None)) == "compliance_reports_submission_guard"


def test_who_reviewed_a_balance_cannot_approve_it() -> None:
    one, two = UserFactory.create(), UserFactory.create()
    row = BalanceSyncHistoryFactory.create(reviewed_by=one)

    approve = BalanceSyncHistory.objects.filter(pk=row.pk).update
    assert refused_by(lambda: approve(approved_by=one)) == "balance_sync_history_two_people_check"
    approve(approved_by=two)


def test_people_whose_names_stand_under_decisions_cannot_be_deleted() -> None:
    reviewer = UserFactory.create()
    BalanceSyncHistoryFactory.create(reviewed_by=reviewer)

    assert refused_by(lambda: delete(reviewer)) == "balance_sync_history_reviewed_by_fkey"
