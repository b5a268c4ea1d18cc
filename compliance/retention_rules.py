"""How long compliance keeps what it made: five years, by the clocks of SOR/2002-184 s. 148."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from compliance.models import (
    ComplianceReport,
    ComplianceReportTransaction,
    LargeCashParty,
    LargeCashRecord,
    Party,
    PrivacyBreach,
    SuspicionAlertRow,
)
from dwaybank.retention import RetentionRule, five_years_before, purge_rows, register_retention_rule
from integrations.retention_rules import register_duty


def _reports(at: datetime) -> QuerySet[Any]:
    end = five_years_before(at)
    return ComplianceReport.objects.filter(
        Q(submitted_at__lte=end) | Q(submitted_at__isnull=True, report_status="draft"), created_at__lte=end
    )


def _cash_records(at: datetime) -> QuerySet[Any]:
    in_a_report = ComplianceReportTransaction.objects.filter(cash_record=OuterRef("pk"))
    return LargeCashRecord.objects.filter(~Exists(in_a_report), created_at__lte=five_years_before(at))


def _parties(at: datetime) -> QuerySet[Any]:
    on_a_record = LargeCashParty.objects.filter(party=OuterRef("pk"))
    return Party.objects.filter(~Exists(on_a_record), created_at__lte=five_years_before(at))


def _referring(model: Any, field: str) -> Any:
    return lambda at: model.objects.filter(**{field: OuterRef("pk")})


def _breaches(at: datetime) -> QuerySet[Any]:
    # never earlier than the 24 months that the database counts
    return PrivacyBreach.objects.filter(determined_at__lte=at - timedelta(days=731))


def register() -> None:
    """Make the rules known, and what keeps bank transactions; called once when the app is ready."""
    for name, model, field in (
        ("report_transactions", ComplianceReportTransaction, "bank_transaction"),
        ("large_cash_records", LargeCashRecord, "bank_transaction"),
        ("suspicion_alert_rows", SuspicionAlertRow, "row_id"),
    ):
        register_duty(name, _referring(model, field))
    register_retention_rule(
        RetentionRule(
            "privacy_breaches",
            "records of breaches of safeguards",
            "24 months after determined",
            "SOR/2018-64 s. 6",
            _breaches,
            purge_rows(PrivacyBreach),
            "",
        )
    )
    for rule, what, keeps, due, table, person in (
        (
            "compliance_reports",
            "reports with what was filed of them",
            "5 years after sent, or made",
            _reports,
            ComplianceReport,
            "user_id",
        ),
        (
            "large_cash_records",
            "cash records in no report any more",
            "5 years after made",
            _cash_records,
            LargeCashRecord,
            "",
        ),
        ("parties", "snapshots of parties on no record any more", "5 years after made", _parties, Party, "user_id"),
    ):
        register_retention_rule(
            RetentionRule(rule, what, keeps, "SOR/2002-184 s. 144, 148(1)(c)", due, purge_rows(table), person)
        )
