"""How long compliance keeps what it made: five years, by the clocks of SOR/2002-184 s. 148."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from compliance.models import (
    ComplianceReport,
    ComplianceReportTransaction,
    LargeCashParty,
    LargeCashRecord,
    Party,
    PrivacyBreach,
    SuspicionAlert,
    SuspicionAlertRow,
    SuspicionCase,
)
from dwaybank import config
from dwaybank.models import Transaction
from dwaybank.retention import RetentionRule, five_years_before, purge_rows, register_retention_rule
from integrations.retention_rules import register_duty


def _reports(at: datetime) -> QuerySet[Any]:
    end = five_years_before(at)
    of_a_case = SuspicionCase.objects.filter(report=OuterRef("pk"))
    return ComplianceReport.objects.filter(
        ~Exists(of_a_case),
        Q(submitted_at__lte=end) | Q(submitted_at__isnull=True, report_status="draft"),
        created_at__lte=end,
    )


def _cases(at: datetime) -> QuerySet[Any]:
    """Decided ones; not while an alert of another case, or of none, says that one of theirs took its place."""
    taken_over = SuspicionAlert.objects.filter(superseded_by__case=OuterRef("pk"))
    elsewhere = taken_over.exclude(case=F("superseded_by__case"))
    return SuspicionCase.objects.filter(~Exists(elsewhere), decided_at__lte=five_years_before(at))


def _purge_cases(keys: list[Any]) -> int:
    purge_rows(SuspicionAlert)(list(SuspicionAlert.objects.filter(case__in=keys).values_list("pk", flat=True)))
    return purge_rows(SuspicionCase)(keys)


def _alerts(at: datetime) -> QuerySet[Any]:
    took_over = SuspicionAlert.objects.filter(superseded_by=OuterRef("pk"))
    return SuspicionAlert.objects.filter(~Exists(took_over), case__isnull=True, raised_at__lte=five_years_before(at))


def _cash_records(at: datetime) -> QuerySet[Any]:
    in_a_report = ComplianceReportTransaction.objects.filter(cash_record=OuterRef("pk"))
    return LargeCashRecord.objects.filter(~Exists(in_a_report), created_at__lte=five_years_before(at))


def _parties(at: datetime) -> QuerySet[Any]:
    """On no record, and of nobody who moved money since: information on a client is kept after the last business
    transaction (SOR/2002-184 s. 148(1)(b))."""
    end = five_years_before(at)
    on_a_record = LargeCashParty.objects.filter(party=OuterRef("pk"))
    since = Transaction.objects.filter(account__user=OuterRef("user"), transaction_date__gt=end.date())
    return Party.objects.filter(~Exists(on_a_record), ~Exists(since), created_at__lte=end)


def _referring(model: Any, field: str) -> Any:
    return lambda at: model.objects.filter(**{field: OuterRef("pk")})


def _breaches(at: datetime) -> QuerySet[Any]:
    # months at their longest: never earlier than the database counts
    kept = timedelta(days=31 * config.read(config.PRIVACY_BREACH_RECORD_MONTHS))
    return PrivacyBreach.objects.filter(determined_at__lte=at - kept)


_LAW: Final = "SOR/2002-184 s. 144, 148(1)"
_MEASURES: Final = "SOR/2002-184 s. 145, 148(1)(c)"
_RULES: Final = (
    RetentionRule(
        "privacy_breaches",
        "records of breaches of safeguards",
        "as the setting privacy_breach_record_months says, 24 months after determined at least",
        "SOR/2018-64 s. 6; Quebec's register: 5 years, not verified for a federal bank",
        _breaches,
        purge_rows(PrivacyBreach),
    ),
    # names that may stand in logs which others read
    RetentionRule(
        "compliance_cases",
        "decided cases, with all of them",
        "5 years after decided",
        _MEASURES,
        _cases,
        _purge_cases,
        "user_id",
    ),
    RetentionRule(
        "compliance_alerts", "alerts in no case", "5 years after raised", _MEASURES, _alerts, purge_rows(SuspicionAlert)
    ),
    RetentionRule(
        "compliance_reports",
        "reports with what was filed of them",
        "5 years after sent, or made",
        _LAW,
        _reports,
        purge_rows(ComplianceReport),
        "user_id",
    ),
    RetentionRule(
        "large_cash_records",
        "cash records in no report any more",
        "5 years after made",
        _LAW,
        _cash_records,
        purge_rows(LargeCashRecord),
    ),
    RetentionRule(
        "parties",
        "snapshots of parties on no record any more",
        "5 years after made, and after the customer's last transaction",
        _LAW,
        _parties,
        purge_rows(Party),
        "user_id",
    ),
)


def register() -> None:
    """Make the rules known, and what keeps bank transactions; called once when the app is ready."""
    for name, model, field in (
        ("report_transactions", ComplianceReportTransaction, "bank_transaction"),
        ("large_cash_records", LargeCashRecord, "bank_transaction"),
        ("suspicion_alert_rows", SuspicionAlertRow, "row_id"),
    ):
        register_duty(name, _referring(model, field))
    for rule in _RULES:
        register_retention_rule(rule)
