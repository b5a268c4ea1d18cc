"""Drafts of the reports of a period, made of the system's own data: once for each type and period, made anew while they
are drafts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance import deadlines
from compliance.drafting import due_fields, locked, write_version
from compliance.enums import ReportStatus, ReportType
from compliance.models import ComplianceReport
from compliance.periodic import osfi, pci, privacy
from compliance.periodic.texts import iso
from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError

TYPES: Final = (ReportType.OSFI_RISK, ReportType.PRIVACY_AUDIT, ReportType.PCI_DSS)
_LOCK: Final = 5_005_002


class BuildRefused(DomainError):
    """A draft that cannot be made; the text says why."""


@dataclass(frozen=True, slots=True)
class Built:
    """A draft, and whether it is new or was made anew. ``incidents`` are drafts of single incidents beside it."""

    report: ComplianceReport
    is_new: bool
    incidents: tuple[ComplianceReport, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "report": str(self.report.pk),
            "type": self.report.report_type,
            "new": self.is_new,
            "due": self.report.due_date.isoformat(),
            "incidents": [str(one.pk) for one in self.incidents],
            "data": self.report.report_data,
        }


def build_report(*, report_type: ReportType, start: date, end: date, now: datetime, actor: Actor) -> Built:
    """Draft one report over the days from ``start`` to ``end``, both included, on the bank's clock.

    A draft of the same type and period is made anew. Raises BuildRefused for another type, a period that is upside
    down or not over yet, or one whose report has left the draft.
    """
    if report_type not in TYPES:
        raise BuildRefused(_("%(type)s is not drafted from data of a period.") % {"type": report_type})
    if end < start:
        raise BuildRefused(_("The period ends before it starts."))
    if start > timezone.localdate(now):
        raise BuildRefused(_("The period lies in the future."))
    begins, ends = _moment(start), min(_moment(end + timedelta(days=1)), now)
    with acting_as(actor):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        incidents = tuple(_incidents(begins, ends, now, actor)) if report_type == ReportType.OSFI_RISK else ()
        data = _CONTENT[report_type](begins, ends)
        deadline = _deadline(report_type, end)
        report, is_new = _draft(report_type, start, end, data, deadline, now, actor)
    return Built(report, is_new, incidents)


def build_again(*, report_id: UUID, now: datetime, actor: Actor) -> None:
    """Make one draft anew from the system's data as it is now; what people wrote stays.

    Raises BuildRefused for another type, and for one that has left the draft.
    """
    report = ComplianceReport.objects.get(pk=report_id)
    if report.report_type not in TYPES:
        raise BuildRefused(_("%(type)s is not drafted from data of a period.") % {"type": report.report_type})
    incident = report.report_data.get("incident") if report.report_data.get("kind") == "incident" else None
    if incident is None:
        start, end = report.report_period_start, report.report_period_end
        build_report(report_type=ReportType(report.report_type), start=start, end=end, now=now, actor=actor)
        return
    with acting_as(actor):
        report = locked(report_id)
        _refuse_what_left_the_draft(report)
        _fill(report, {**osfi.incident(UUID(incident)), "drafted_at": iso(now)}, now, actor)


def _fill(report: ComplianceReport, content: dict[str, Any], now: datetime, actor: Actor) -> None:
    """The new content with what was completed by hand in the old one, as a new version; none where nothing differs but
    the time at which it was drafted."""
    completed = report.report_data.get("completed")
    new = {**content, "completed": completed} if completed else content
    if {**new, "drafted_at": ""} != {**report.report_data, "drafted_at": ""}:
        report.report_data = new
        report.save(update_fields=["report_data"])
        write_version(report, actor, now)


def _refuse_what_left_the_draft(report: ComplianceReport) -> None:
    if report.report_status != ReportStatus.DRAFT:
        raise BuildRefused(
            _("The report of this period is %(status)s: it stays as it is.")
            % {"status": report.get_report_status_display()}
        )


_CONTENT: Final[dict[ReportType, Callable[[datetime, datetime], dict[str, Any]]]] = {
    ReportType.OSFI_RISK: osfi.period,
    ReportType.PRIVACY_AUDIT: privacy.audit,
    ReportType.PCI_DSS: pci.report,
}


def _deadline(report_type: ReportType, end: date) -> deadlines.Deadline:
    return (
        deadlines.osfi_loss_return_due(end) if report_type == ReportType.OSFI_RISK else deadlines.period_report_due(end)
    )


def _draft(
    report_type: ReportType,
    start: date,
    end: date,
    data: dict[str, Any],
    deadline: deadlines.Deadline,
    now: datetime,
    actor: Actor,
) -> tuple[ComplianceReport, bool]:
    same = ComplianceReport.objects.select_for_update(no_key=True).filter(
        report_type=report_type, report_period_start=start, report_period_end=end, report_data__kind=data["kind"]
    )
    report = same.order_by("-created_at").first()
    content = {**data, "drafted_at": iso(now), "deadline": deadline.explanation}
    if report is not None:
        _refuse_what_left_the_draft(report)
        _fill(report, content, now, actor)
        return report, False
    report = ComplianceReport.objects.create(
        report_type=report_type,
        report_period_start=start,
        report_period_end=end,
        report_data=content,
        **due_fields(deadline, _moment(end)),
    )
    write_version(report, actor, now)
    return report, True


def _incidents(begins: datetime, ends: datetime, now: datetime, actor: Actor) -> list[ComplianceReport]:
    """A draft for each incident of the period; those that are drafts already are made anew."""
    found = osfi.incidents(begins, ends)
    known = {
        report.report_data["incident"]: report
        for report in ComplianceReport.objects.filter(
            report_type=ReportType.OSFI_RISK,
            report_data__kind="incident",
            report_data__incident__in=list(map(str, found)),
        )
    }
    reports = []
    for error_id in found:
        content = {**osfi.incident(error_id), "drafted_at": iso(now)}
        occurred = datetime.fromisoformat(content["occurred_at"])
        day = timezone.localdate(occurred)
        report = known.get(str(error_id))
        if report is None:
            report = ComplianceReport.objects.create(
                report_type=ReportType.OSFI_RISK,
                report_period_start=day,
                report_period_end=day,
                report_data=content,
                **due_fields(deadlines.osfi_incident_due(occurred), occurred),
            )
            write_version(report, actor, now)
        elif report.report_status == ReportStatus.DRAFT:
            _fill(report, content, now, actor)
        reports.append(report)
    return reports


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(0)))
