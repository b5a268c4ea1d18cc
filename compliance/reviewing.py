"""From draft to approval: the checks, the move to review, approval by a second person, and the way back."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from compliance import policy, snapshots
from compliance.drafting import ReportRefused, locked
from compliance.enums import ReportStatus, ReportType, SubmitKind
from compliance.fintrac.building import payload_bytes
from compliance.fintrac.checking import Checked, check_report
from compliance.fintrac.codes import ReportType as TypeCode
from compliance.fintrac.json_shape import NotThisShape
from compliance.models import ComplianceReport
from compliance.suspicion.completeness import unfinished
from compliance.telling import tell_of_review
from dwaybank.actor import Actor, set_actor
from dwaybank.errors import explain

FILED_WITH_FINTRAC = frozenset({ReportType.FINTRAC_LCTR, ReportType.FINTRAC_STR})


@dataclass(frozen=True, slots=True)
class Payload:
    """What would be filed now: the document, its exact bytes, and what the checks say. ``data`` is empty where the
    document has no place in the regulator's shape; the findings say where."""

    document: dict[str, Any]
    data: bytes
    checked: Checked


def payload(report: ComplianceReport, now: datetime) -> Payload:
    """Build and check the report's payload. Raises ReportRefused for a type that is not filed with FINTRAC."""
    if report.report_type not in FILED_WITH_FINTRAC:
        raise ReportRefused(_("Only reports to FINTRAC have a payload."))
    transactions = list(report.transactions.order_by("position", "pk"))
    filer, zone = policy.filer(), policy.bank_zone()
    kind = TypeCode.STR if report.report_type == ReportType.FINTRAC_STR else TypeCode.LCTR
    try:
        data = payload_bytes(snapshots.payload_of(report, transactions, filer, zone))
        document: dict[str, Any] = json.loads(data)
    except NotThisShape:
        data = b""
        document = snapshots.document_of(report, transactions, filer, zone)
    checked = check_report(document, now=now, report_type=kind, settings=policy.rule_settings())
    if kind is TypeCode.STR and not checked.is_deletion:
        checked = replace(checked, findings=(*unfinished(transactions), *checked.findings))
    return Payload(document, data, checked)


def plain_bytes(report: ComplianceReport) -> bytes:
    """The content of a report that is not filed with FINTRAC, as the file that is handed in and kept."""
    content = {
        "report_type": report.report_type,
        "from": report.report_period_start.isoformat(),
        "to": report.report_period_end.isoformat(),
        "version": report.version,
        "content": report.report_data,
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


@transaction.atomic
def submit_for_review(*, report_id: UUID, actor: Actor, at: datetime) -> ComplianceReport:
    """Draft → under review, in the name of who prepared it; receipts are copied a last time.

    Raises ReportRefused where it is no draft or the database refuses the step.
    """
    report = locked(report_id)
    set_actor(actor)
    report.prepared_by_id = actor.user_id
    report.report_status = ReportStatus.UNDER_REVIEW
    _save(report, "prepared_by", "report_status")
    tell_of_review(report, by=actor.user_id)
    return report


@transaction.atomic
def approve(*, report_id: UUID, seen_version: int, actor: Actor, at: datetime) -> ComplianceReport:
    """The second person's word on this version. Raises ReportRefused: a reject, a stale page, the wrong person."""
    report = locked(report_id)
    if report.version != seen_version:
        raise ReportRefused(_("The report was changed meanwhile. Look at it as it is now."))
    if report.report_type in FILED_WITH_FINTRAC and (rejects := payload(report, at).checked.rejects):
        raise ReportRefused(
            _("The checks refuse this report (%(count)s rejects). Send it back to draft and correct it.")
            % {"count": rejects}
        )
    set_actor(actor)
    report.approved_by_id, report.approved_at, report.approved_version = actor.user_id, at, report.version
    _save(report, "approved_by", "approved_at", "approved_version")
    return report


@transaction.atomic
def back_to_draft(*, report_id: UUID, actor: Actor) -> ComplianceReport:
    """Under review, rejected or accepted → draft; ``actor.reason`` says why. An accepted report becomes a change.

    Raises ReportRefused without a reason, or where the step is none.
    """
    report = locked(report_id)
    if not actor.reason.strip():
        raise ReportRefused(_("Say why the report goes back to draft."))
    set_actor(actor)
    fields = ["report_status", "change_reason"]
    if report.report_status == ReportStatus.ACCEPTED:
        report.submit_kind, report.delete_reason = SubmitKind.CHANGE, None
        fields += ["submit_kind", "delete_reason"]
    report.report_status, report.change_reason = ReportStatus.DRAFT, actor.reason
    _save(report, *fields)
    return report


@transaction.atomic
def order_deletion(*, report_id: UUID, delete_reason: int, actor: Actor) -> ComplianceReport:
    """An accepted report is to be deleted at the regulator's: a draft again, whose next filing is the deletion."""
    report = back_to_draft(report_id=report_id, actor=actor)
    report.submit_kind, report.delete_reason = SubmitKind.DELETE, delete_reason
    _save(report, "submit_kind", "delete_reason")
    return report


def _save(report: ComplianceReport, *fields: str) -> None:
    try:
        with transaction.atomic():
            report.save(update_fields=list(fields))
    except IntegrityError as error:
        raise ReportRefused(explain(error)) from error
    report.refresh_from_db()
