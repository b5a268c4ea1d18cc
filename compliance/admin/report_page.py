"""The page on which a report is worked on: why it is due, what the checks say, what is filed; its steps are
``report_steps``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from compliance import handing, reviewing
from compliance.admin import statements, versions
from compliance.admin.finding_groups import grouped, place_of
from compliance.admin.finding_links import Links
from compliance.admin.narrative import PARTS, narrative_warnings
from compliance.admin.report_parties import named_in
from compliance.admin.report_shared import report_url, visible_report
from compliance.admin.report_steps import step_view
from compliance.admin.visibility import visible_parties
from compliance.entering.fields import picker_attributes
from compliance.enums import ReportStatus, ReportType
from compliance.exporting import export_json, export_pdf
from compliance.fintrac.codes import SuspicionType, SuspiciousMethod
from compliance.models import ComplianceFiling, ComplianceReport
from compliance.parties import customer_party
from compliance.periodic.texts import unknown_to_the_system
from compliance.suspicion import stating
from compliance.wording import problem_words, said, why_due
from dwaybank.admin import display
from dwaybank.enums import ReadKind
from dwaybank.errors import DomainError
from dwaybank.reads import record_read
from dwaybank.reauth import ensure_recent_sign_in


def urls() -> list[URLPattern]:
    """The page, its steps and its downloads."""
    wrap = admin.site.admin_view
    return [
        path("<uuid:pk>/work/", wrap(work_view), name="compliance_compliancereport_work"),
        path("<uuid:pk>/step/", wrap(step_view), name="compliance_compliancereport_step"),
        path(
            "<uuid:pk>/transaction/<uuid:transaction_id>/",
            wrap(transaction_view),
            name="compliance_compliancereport_transaction",
        ),
        path("<uuid:pk>/versions/", wrap(versions.compare_view), name="compliance_compliancereport_versions"),
        path("<uuid:pk>/export/<str:form>/", wrap(export_view), name="compliance_compliancereport_export"),
    ]


@require_GET
def work_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that is known of one report, and the steps that this person may take now."""
    report = visible_report(request, pk)
    record_read(request, report)
    now = timezone.now()
    checked = problem = None
    document: dict[str, Any] = {}
    if report.report_type in reviewing.FILED_WITH_FINTRAC:
        try:
            made = reviewing.payload(report, now)
            checked, document = made.checked, made.document
        except (DomainError, ValueError) as error:
            problem = problem_words(error)
    narrative = report.report_data.get("narrative", {}) if isinstance(report.report_data, dict) else {}
    transactions = list(report.transactions.select_related("cash_record").order_by("position", "pk"))
    links = Links(report, document, transactions)
    parties = named_in(transactions, visible_parties(request.user))
    context = {
        **admin.site.each_context(request),
        "title": _title(report),
        "opts": ComplianceReport._meta,
        "report": report,
        "summary": report.report_summary or {},
        "why_due": why_due(report),
        "transactions": transactions,
        "unconfirmed": sum(
            (stated := stating.stored(one.snapshot)) is not None and not stated.confirmed for one in transactions
        ),
        "methods": [(int(one), said(one)) for one in SuspiciousMethod],
        "customer": customer_party(report.user_id) if report.report_type == ReportType.FINTRAC_STR else None,
        "checked": checked,
        "findings": grouped(checked.findings, links.url) if checked else [],
        "parties": parties,
        # a receipt that is large by itself is kept under its own id
        "aggregation_party": next(
            (str(one.party or one.key) for one in parties if one.key == report.aggregation_party), ""
        ),
        "picker": picker_attributes(),
        "problem": problem,
        "is_str": report.report_type == ReportType.FINTRAC_STR,
        "narrative": [(name, label, narrative.get(name, "")) for name, label in PARTS],
        "warnings": narrative_warnings(narrative),
        "suspicion_types": [(int(one), said(one)) for one in SuspicionType],
        "suspicion_type": (report.report_data.get("suspicion") or {}).get("type"),
        "versions": versions.newest(report),
        "handovers": handing.handovers(report),
        "colleagues": handing.colleagues(report).exclude(pk__in=[request.user.pk, report.assigned_to_id]),
        "is_fintrac": report.report_type in reviewing.FILED_WITH_FINTRAC,
        "filings": _filings(report, links),
        "can": _allowed(request, report, checked),
        **_content(report),
    }
    return TemplateResponse(request, "admin/compliance/compliancereport/work.html", context)


def _title(report: ComplianceReport) -> str:
    if report.report_reference or report.report_type in reviewing.FILED_WITH_FINTRAC:
        return _("Report %(reference)s") % {"reference": report.report_reference or str(report.pk)[:8]}
    return _("%(type)s, %(start)s to %(end)s") % {
        "type": report.get_report_type_display(),
        "start": report.report_period_start,
        "end": report.report_period_end,
    }


def _filings(report: ComplianceReport, links: Links) -> list[tuple[ComplianceFiling, list[tuple[Any, list[Any]]]]]:
    """Each attempt, newest first, with its answers and what each of these says of which field."""
    filings = report.filings.prefetch_related("acknowledgements").select_related("filed_by").order_by("-filed_at")
    return [
        (
            filing,
            [
                (answer, [(one, place_of(str(one.get("path") or ""), links.url)) for one in answer.messages])
                for answer in filing.acknowledgements.all()
            ],
        )
        for filing in filings
    ]


def _content(report: ComplianceReport) -> dict[str, Any]:
    """What a report of a period says, and what in it is for a person to complete."""
    if report.report_type in reviewing.FILED_WITH_FINTRAC:
        return {}
    data = {name: value for name, value in report.report_data.items() if name != "completed"}
    completed = report.report_data.get("completed", {})
    return {
        "content": display.json_table(data),
        "unknown": [(path, _labelled(path), completed.get(path, "")) for path in unknown_to_the_system(data)],
    }


def _labelled(path: str) -> str:
    """A path as people read it."""
    return " \u203a ".join(part.replace("_", " ") for part in path.strip("/").split("/"))


def _allowed(request: HttpRequest, report: ComplianceReport, checked: Any) -> dict[str, bool]:
    has = request.user.has_perm
    status = report.report_status or ReportStatus.DRAFT
    change, decided = has("compliance.change_compliancereport"), report.not_required_at is not None
    approved = report.approved_version == report.version
    return {
        "edit": change and status == ReportStatus.DRAFT and not decided,
        "review": change and status == ReportStatus.DRAFT and not decided,
        "approve": has("compliance.review_report")
        and status == ReportStatus.UNDER_REVIEW
        and not approved
        and report.prepared_by_id != request.user.pk
        and not (checked and checked.rejects),
        "back": change and status in (ReportStatus.UNDER_REVIEW, ReportStatus.REJECTED, ReportStatus.ACCEPTED),
        "file": has("compliance.file_report") and status == ReportStatus.UNDER_REVIEW and approved,
        "answer": has("compliance.file_report") and status == ReportStatus.SUBMITTED,
        "assign": change,
    }


@require_http_methods(["GET", "POST"])
def transaction_view(request: HttpRequest, pk: UUID, transaction_id: UUID) -> HttpResponse:
    """What one transaction of a report on suspicion states."""
    return statements.statement_view(request, visible_report(request, pk), transaction_id, report_url(pk))


@require_GET
def export_view(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """The exact JSON or the PDF, logged as a read."""
    report = visible_report(request, pk)
    if form not in ("json", "pdf"):
        raise Http404
    ensure_recent_sign_in(request)
    record_read(request, report, what=ReadKind.EXPORT)
    try:
        data = (export_json if form == "json" else export_pdf)(report, timezone.now())
    except (DomainError, ValueError) as error:
        messages.error(request, problem_words(error))
        return HttpResponseRedirect(report_url(pk))
    kind = "application/json" if form == "json" else "application/pdf"
    name = f"{report.report_reference or report.pk}.{form}"
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
