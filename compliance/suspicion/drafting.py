"""The draft of an STR that a case of suspicion goes to: whom, which movements, which indicators, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import deadlines
from compliance.drafting import ReportRefused, due_fields, write_version
from compliance.enums import MovementSource, ReportStatus, ReportType, TransactionRole
from compliance.indicators import INDICATORS
from compliance.models import (
    ComplianceReport,
    ComplianceReportTransaction,
    Party,
    SuspicionAlert,
    SuspicionAlertRow,
    SuspicionCase,
)
from compliance.parties import newest_by_key
from compliance.suspicion import stating
from compliance.wording import figures_in_words, marked_text
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
    """A new draft over the movements of ``alerts`` (at least one), each movement once, with what is known of each.

    The law names no day for an STR: the draft is due on the day from which the delay has to be explained
    (``deadlines.Ageing.late``), or today where that has passed. Raises ReportRefused where a party cannot be filed.
    """
    rows = movements_of(alerts)
    deadline = deadlines.str_due(grounds_established_at)
    due = max(grounds_established_at + deadlines.Ageing().late, now)
    total = sum((row.amount_cad for row in rows), Decimal(0))
    draft = ComplianceReport.objects.create(
        user_id=case.user_id,
        report_type=ReportType.FINTRAC_STR,
        report_status=ReportStatus.DRAFT,
        report_reference=f"STR-{timezone.localdate(grounds_established_at):%Y%m%d}-{case.pk.hex[:12]}",
        report_period_start=timezone.localdate(min(row.at for row in rows)),
        report_period_end=timezone.localdate(max(row.at for row in rows)),
        grounds_established_at=grounds_established_at,
        suspicious_activity_indicators=sorted({alert.indicator for alert in alerts}),
        report_data={
            "case": str(case.pk),
            "grounds_established_at": grounds_established_at.isoformat(timespec="seconds"),
            "narrative": narrative(rows, alerts, why),
            "suspicion": {},
            "related_reports": related_reports(rows),
            "indicators": [_said(alert) for alert in alerts],
            "movements": [_shown(row) for row in rows],
        },
        report_summary={"why": deadline.explanation, "total_cad": str(total), "movements": len(rows)},
        **{
            **due_fields(deadline, grounds_established_at),
            "due_date": timezone.localdate(due),
        },
    )
    write_transactions(draft, rows, stating.proposed(rows))
    write_version(draft, actor, now)
    return draft


def write_transactions(
    draft: ComplianceReport, rows: Sequence[SuspicionAlertRow], statements: Sequence[stating.Statement]
) -> None:
    """The draft's transactions, one for each movement. Raises ReportRefused where a party cannot be filed."""
    parties = newest_by_key(key for said in statements for key in said.keys)
    ComplianceReportTransaction.objects.bulk_create(
        ComplianceReportTransaction(
            report=draft,
            position=position,
            transaction_role=TransactionRole.SUSPICIOUS,
            occurred_at=row.at,
            amount_cad=row.amount_cad,
            snapshot={"movement": _shown(row), **copied(said, parties)},
            **{_LINKS[MovementSource(row.source)]: row.row_id},
        )
        for position, (row, said) in enumerate(zip(rows, statements, strict=True), start=1)
    )


def copied(said: stating.Statement, parties: Mapping[str, Party]) -> dict[str, Any]:
    """The copy of a statement. Raises ReportRefused with its place where a party or a value cannot be filed."""
    try:
        return stating.copy_of(said, parties)
    except ValueError as error:
        raise ReportRefused(
            _("Transaction %(reference)s cannot be copied: %(problem)s Correct the party or the transaction.")
            % {"reference": said.reference, "problem": error}
        ) from None


def related_reports(rows: Sequence[SuspicionAlertRow]) -> list[dict[str, Any]]:
    """Large cash reports that were filed over the same receipts, with the references of those."""
    shared = (
        ComplianceReportTransaction.objects.filter(
            cash_record__in=[row.row_id for row in rows if row.source == MovementSource.CASH],
            report__report_type=ReportType.FINTRAC_LCTR,
            report__submitted_at__isnull=False,
        )
        .order_by("report__report_reference", "position")
        .values_list("report__report_reference", "cash_record__reference")
    )
    found: dict[str, list[str]] = {}
    for report, receipt in shared:
        found.setdefault(str(report), []).append(receipt)
    return [
        {"reportingEntityReportReference": report, "reportingEntityTransactionReferences": receipts}
        for report, receipts in found.items()
    ]


def narrative(rows: Sequence[SuspicionAlertRow], alerts: Sequence[SuspicionAlert], why: str) -> dict[str, str]:
    """The first words, for a person to finish: what moved, why it stands out, what the decision said. No action yet."""
    facts = [f"{timezone.localtime(row.at):%Y-%m-%d}: {row.amount_cad:,.2f} CAD {_way(row)}." for row in rows]
    said = [_said(one) for one in alerts]
    figures = [figures_in_words(one["facts"]) for one in said]
    indicators = [
        f"{one['title']}{f' ({figure})' if figure else ''}." for one, figure in zip(said, figures, strict=True)
    ]
    return {"facts": "\n".join(facts), "context": why, "indicators": "\n".join(dict.fromkeys(indicators)), "action": ""}


def _way(row: SuspicionAlertRow) -> str:
    """Which way the money went, and where, in the language of who drafts the report."""
    goes_in = row.flow == "in"
    cash, other = (_("in, cash"), _("in")) if goes_in else (_("out, cash"), _("out"))
    way = cash if row.is_cash else other
    return _("%(way)s, at location %(location)s") % {"way": way, "location": row.location} if row.location else way


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
        "title": marked_text(rule.title) if rule else alert.indicator,
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
