"""What a draft says: opening one, changing it with a version each time, and the decision that it is not required."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from compliance import snapshots
from compliance.deadlines import Deadline
from compliance.enums import ComplianceStatus, ReportStatus, ReportType
from compliance.models import (
    ComplianceReport,
    ComplianceReportTransaction,
    ComplianceReportVersion,
    LargeCashParty,
    LargeCashRecord,
)
from dwaybank.actor import Actor, set_actor
from dwaybank.errors import DomainError


class ReportRefused(DomainError):
    """A step that a report cannot take now; the text says why and what to do next."""


def locked(report_id: UUID) -> ComplianceReport:
    """The report, locked for the rest of the transaction."""
    return ComplianceReport.objects.select_for_update(no_key=True).get(pk=report_id)


def content_of(report: ComplianceReport) -> dict[str, Any]:
    """Everything that a version keeps."""
    return {
        "report_data": report.report_data,
        "submit_kind": report.submit_kind,
        "delete_reason": report.delete_reason,
        "window_start": report.window_start.isoformat() if report.window_start else None,
        "aggregation_role": report.aggregation_role,
        "transactions": [one.snapshot for one in report.transactions.order_by("position", "pk")],
    }


def write_version(report: ComplianceReport, actor: Actor, at: datetime) -> None:
    """Keep what the report says now, under its version."""
    report.refresh_from_db()
    ComplianceReportVersion.objects.create(
        report=report,
        version=report.version,
        content=content_of(report),
        reason=actor.reason,
        changed_by_id=actor.user_id,
        changed_at=at,
    )


def due_fields(deadline: Deadline, basis_at: datetime) -> dict[str, Any]:
    """The columns that say when a report is due and why. A duty without a fixed day is due on the day it arose."""
    day: date = deadline.due_on or (deadline.due_at or basis_at).date()
    return {
        "due_date": day,
        "due_rule": deadline.rule.id,
        "due_basis": deadline.basis,
        "due_basis_at": basis_at,
    }


@transaction.atomic
def edit_report(
    *, report_id: UUID, seen_version: int, data: dict[str, Any], actor: Actor, at: datetime
) -> ComplianceReport:
    """Another content of a draft. Raises ReportRefused for a stale page, or one that is no draft."""
    report = locked(report_id)
    if report.version != seen_version:
        raise ReportRefused(_("The report was changed meanwhile. Look at it as it is now, and change it again."))
    if (report.report_status or ReportStatus.DRAFT) != ReportStatus.DRAFT:
        raise ReportRefused(_("Only a draft can be changed. Take the report back to draft first."))
    set_actor(actor)
    report.report_data = data
    report.save(update_fields=["report_data"])
    write_version(report, actor, at)
    return report


def cash_transactions(report: ComplianceReport, record_ids: Sequence[UUID]) -> None:
    """The report's transactions are these receipts, copied as they are now. The report is a draft."""
    ComplianceReportTransaction.objects.filter(report=report).delete()
    records = {record.pk: record for record in LargeCashRecord.objects.filter(pk__in=record_ids)}
    parties: dict[UUID, list[LargeCashParty]] = {}
    for one in (
        LargeCashParty.objects.filter(record__in=record_ids).select_related("party").order_by("created_at", "pk")
    ):
        parties.setdefault(one.record_id, []).append(one)
    ComplianceReportTransaction.objects.bulk_create(
        ComplianceReportTransaction(
            report=report,
            position=place,
            transaction_role=report.aggregation_role,
            window_start=report.window_start,
            window_end=report.window_end,
            occurred_at=records[record_id].received_at,
            amount_cad=records[record_id].amount_cad,
            cash_record=records[record_id],
            bank_transaction_id=records[record_id].bank_transaction_id,
            ledger_transaction_id=records[record_id].transaction_id,
            snapshot=snapshots.of_cash_record(records[record_id], parties.get(record_id, [])),
        )
        for place, record_id in enumerate(record_ids, start=1)
    )


@transaction.atomic
def refresh_from_records(*, report_id: UUID, actor: Actor, at: datetime) -> ComplianceReport:
    """Copy the draft's receipts anew from their records. Raises ReportRefused where it is no draft."""
    report = locked(report_id)
    if (report.report_status or ReportStatus.DRAFT) != ReportStatus.DRAFT:
        raise ReportRefused(_("Only a draft follows its records. Take the report back to draft first."))
    set_actor(actor)
    if report.report_type == ReportType.FINTRAC_STR:
        raise ReportRefused(_("The parties of a report on suspicion are copied anew by themselves."))
    ids = [pk for pk in report.transactions.order_by("position").values_list("cash_record_id", flat=True) if pk]
    if ids:
        cash_transactions(report, ids)
    report.version += 1
    report.save(update_fields=["version"])
    write_version(report, actor, at)
    return report


@transaction.atomic
def decide_not_required(*, report_id: UUID, actor: Actor, at: datetime) -> None:
    """The report is not required; ``actor.reason`` says why. Raises ReportRefused without a person or a reason."""
    report = locked(report_id)
    if not actor.user_id or not actor.reason.strip():
        raise ReportRefused(_("That a report is not required is decided by a person, with a reason."))
    if (report.report_status or ReportStatus.DRAFT) != ReportStatus.DRAFT:
        raise ReportRefused(_("Only of a draft can it be decided that it is not required."))
    set_actor(actor)
    report.compliance_status = ComplianceStatus.EXEMPT
    report.not_required_reason = actor.reason
    report.not_required_by_id = actor.user_id
    report.not_required_at = at
    report.save(update_fields=["compliance_status", "not_required_reason", "not_required_by", "not_required_at"])


@transaction.atomic
def change_due_date(*, report_id: UUID, due: date, actor: Actor) -> None:
    """Another due day, with a reason: the database refuses it without one."""
    report = locked(report_id)
    set_actor(actor)
    report.due_date = due
    report.save(update_fields=["due_date"])
