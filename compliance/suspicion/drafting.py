"""The draft of an STR that a case of suspicion goes to: whom, which movements, which indicators, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from compliance import deadlines
from compliance.enums import MovementSource, ReportStatus, ReportType, TransactionRole
from compliance.indicators import INDICATORS
from compliance.models import (
    ComplianceReport,
    ComplianceReportTransaction,
    SuspicionAlert,
    SuspicionAlertRow,
    SuspicionCase,
)
from dwaybank.actor import Actor

_LINKS: Final = {
    MovementSource.LEDGER: "ledger_transaction_id",
    MovementSource.BANK: "bank_transaction_id",
    MovementSource.CASH: "cash_record_id",
}


def open_report(
    case: SuspicionCase,
    alerts: Sequence[SuspicionAlert],
    grounds_established_at: datetime,
    why: str,
    now: datetime,
    actor: Actor,
) -> ComplianceReport:
    """A new draft over the movements of ``alerts`` (at least one), each movement once.

    The law names no day for an STR: the draft is due on the day from which the delay has to be explained
    (``deadlines.Ageing.late``), or today where that has passed.
    """
    rows = movements_of(alerts)
    deadline = deadlines.str_due(grounds_established_at)
    due = max(grounds_established_at + deadlines.Ageing().late, now)
    values: dict[str, Any] = {
        "user_id": case.user_id,
        "report_type": ReportType.FINTRAC_STR,
        "report_status": ReportStatus.DRAFT,
        "report_period_start": timezone.localdate(min(row.at for row in rows)),
        "report_period_end": timezone.localdate(max(row.at for row in rows)),
        "due_date": timezone.localdate(due),
        "suspicious_activity_indicators": sorted({alert.indicator for alert in alerts}),
        "report_data": {
            "case": str(case.pk),
            "grounds_established_at": grounds_established_at.isoformat(timespec="seconds"),
            "deadline": deadline.explanation,
            "context": why,
            "indicators": [_said(alert) for alert in alerts],
            "movements": [_shown(row) for row in rows],
        },
    }
    draft = ComplianceReport.objects.create(**values, grounds_established_at=grounds_established_at)
    ComplianceReportTransaction.objects.bulk_create(
        ComplianceReportTransaction(
            report=draft,
            position=position,
            transaction_role=TransactionRole.SUSPICIOUS,
            occurred_at=row.at,
            snapshot=_shown(row),
            **{_LINKS[MovementSource(row.source)]: row.row_id},
        )
        for position, row in enumerate(rows, start=1)
    )
    return draft


def movements_of(alerts: Iterable[SuspicionAlert]) -> list[SuspicionAlertRow]:
    """The movements of several alerts, each once, in order of time."""
    found: dict[tuple[str, object], SuspicionAlertRow] = {}
    for row in SuspicionAlertRow.objects.filter(alert__in=list(alerts)).order_by("at", "row_id"):
        found.setdefault((row.source, row.row_id), row)
    return list(found.values())


def _said(alert: SuspicionAlert) -> dict[str, Any]:
    rule = INDICATORS.get(alert.indicator)
    return {
        "indicator": alert.indicator,
        "title": rule.title if rule else alert.indicator,
        "source": rule.source if rule else "",
        "facts": alert.facts,
        "sum": str(alert.total_cad),
    }


def _shown(row: SuspicionAlertRow) -> dict[str, Any]:
    return {
        "source": row.source,
        "id": str(row.row_id),
        "at": timezone.localtime(row.at).isoformat(timespec="seconds"),
        "amount_cad": str(row.amount_cad),
        "flow": row.flow,
        "cash": row.is_cash,
        "location": row.location,
    }
