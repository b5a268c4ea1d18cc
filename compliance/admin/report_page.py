"""The page on which a report is worked on: why it is due, what the checks say, what is filed, each step of its way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from compliance import drafting, filing, reviewing
from compliance.admin import statements
from compliance.admin.differences import differences
from compliance.admin.finding_links import Links
from compliance.admin.visibility import without_hidden
from compliance.enums import FilingOutcome, ReportStatus, ReportType
from compliance.exporting import export_json, export_pdf
from compliance.fintrac.client import FilingFailed
from compliance.fintrac.codes import SuspicionType, SuspiciousMethod
from compliance.fintrac.rules.private_numbers import card_numbers, social_insurance_numbers
from compliance.models import ComplianceReport
from compliance.parties import customer_party
from compliance.periodic.texts import unknown_to_the_system
from compliance.policy import rule_settings
from compliance.suspicion import stating, working
from compliance.wording import said, why_due
from dwaybank.actor import Actor
from dwaybank.admin import display
from dwaybank.admin.base import acting_person
from dwaybank.enums import ReadKind
from dwaybank.errors import DomainError, explain
from dwaybank.reads import record_read
from dwaybank.reauth import ensure_recent_sign_in

VIEW: Final = "compliance.view_compliancereport"
PARTS: Final = (
    ("facts", gettext_lazy("Facts: who did what, when, where")),
    ("context", gettext_lazy("Context: what is usual for this client")),
    ("indicators", gettext_lazy("Indicators: why it is suspicious")),
    ("action", gettext_lazy("Action taken")),
)


def report_url(pk: object) -> str:
    """Address of the page of one report."""
    return reverse("admin:compliance_compliancereport_work", args=[pk])


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
        path("<uuid:pk>/export/<str:form>/", wrap(export_view), name="compliance_compliancereport_export"),
    ]


def _report(request: HttpRequest, pk: UUID) -> ComplianceReport:
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    rows = without_hidden(ComplianceReport.objects.all(), request.user).select_related(
        "prepared_by", "approved_by", "assigned_to", "not_required_by"
    )
    report = rows.filter(pk=pk).first()
    if report is None:
        raise Http404
    return report


@require_GET
def work_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that is known of one report, and the steps that this person may take now."""
    report = _report(request, pk)
    record_read(request, report)
    now = timezone.now()
    checked = problem = None
    document: dict[str, Any] = {}
    if report.report_type in reviewing.FILED_WITH_FINTRAC:
        try:
            made = reviewing.payload(report, now)
            checked, document = made.checked, made.document
        except (DomainError, ValueError) as error:
            problem = str(error)
    narrative = report.report_data.get("narrative", {}) if isinstance(report.report_data, dict) else {}
    transactions = list(report.transactions.select_related("cash_record").order_by("position", "pk"))
    versions = list(report.versions.select_related("changed_by").order_by("-version")[:20])
    context = {
        **admin.site.each_context(request),
        "title": _("Report %(reference)s") % {"reference": report.report_reference or str(report.pk)[:8]},
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
        "findings": _findings(report, document, transactions, checked),
        "problem": problem,
        "is_str": report.report_type == ReportType.FINTRAC_STR,
        "narrative": [(name, str(label), narrative.get(name, "")) for name, label in PARTS],
        "warnings": narrative_warnings(narrative),
        "suspicion_types": [(int(one), said(one)) for one in SuspicionType],
        "suspicion_type": (report.report_data.get("suspicion") or {}).get("type"),
        "versions": [
            (one, differences(older.content, one.content) if older else [])
            for one, older in zip_longest(versions, versions[1:])
        ],
        "filings": report.filings.prefetch_related("acknowledgements").select_related("filed_by").order_by("-filed_at"),
        "can": _allowed(request, report, checked),
        **_content(report),
    }
    return TemplateResponse(request, "admin/compliance/compliancereport/work.html", context)


def _findings(
    report: ComplianceReport, document: dict[str, Any], transactions: list[Any], checked: Any
) -> list[tuple[Any, str]]:
    """Each finding with the address of the field that it is about."""
    if not checked or not checked.findings:
        return []
    links = Links(report, document, transactions)
    return [(one, links.url(one.path)) for one in checked.findings]


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


def narrative_warnings(narrative: dict[str, Any]) -> list[str]:
    """Words that a reader may not know, and numbers that do not belong into a text."""
    found = []
    for name, _label in PARTS:
        text = str(narrative.get(name) or "")
        found += [
            _("“%(word)s” in %(part)s: the reader may not know this; write it out") % {"word": word, "part": name}
            for word in rule_settings().jargon
            if word in text
        ]
        if any(True for _number in card_numbers(text)):
            found.append(_("%(part)s holds what looks like a payment card number") % {"part": name})
        if any(True for _number in social_insurance_numbers(text)):
            found.append(_("%(part)s holds what looks like a social insurance number") % {"part": name})
    return found


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
    return statements.statement_view(request, _report(request, pk), transaction_id, report_url(pk))


@require_POST
def step_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One step of one report; what is refused is a message, and nothing is changed."""
    report = _report(request, pk)
    permission, step = _STEPS.get(request.POST.get("step", ""), (None, None))
    if step is None or permission is None:
        raise Http404
    if not request.user.has_perm(permission):
        raise PermissionDenied
    if request.POST["step"] in _SIGNED_IN_AGAIN:
        ensure_recent_sign_in(request)
    actor = Actor(acting_person(request).pk, "admin", request.POST.get("reason", "").strip())
    try:
        messages.success(request, step(request, report, actor))
    except (DomainError, FilingFailed) as error:
        messages.error(request, str(error))
    except IntegrityError as error:
        messages.error(request, explain(error))
    return HttpResponseRedirect(report_url(pk))


def _version(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        raise Http404 from None


def _review(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    reviewing.submit_for_review(report_id=report.pk, actor=actor, at=timezone.now())
    return _("Sent to review. Somebody else approves it.")


def _approve(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    reviewing.approve(report_id=report.pk, seen_version=_version(request), actor=actor, at=timezone.now())
    return _("Approved. It can be filed now.")


def _back(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    reviewing.back_to_draft(report_id=report.pk, actor=actor)
    return _("Back in draft; the approval is void.")


def _delete(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    code = request.POST.get("delete_reason", "")
    if code not in ("3", "4"):
        raise drafting.ReportRefused(_("Choose why the report is to be deleted."))
    reviewing.order_deletion(report_id=report.pk, delete_reason=int(code), actor=actor)
    return _("The next filing deletes the report. It goes through review like any other.")


def _file(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    answer = filing.submit_report(report_id=report.pk, actor=actor, now=timezone.now)
    said = _("Filed: %(outcome)s.") % {"outcome": answer.get_outcome_display()}
    if answer.outcome in (FilingOutcome.REJECTED, FilingOutcome.FAILED, FilingOutcome.UNKNOWN):
        # kept in the ledger all the same; a person has to do something now
        raise drafting.ReportRefused(said)
    return said


def _manual(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    filing.record_manual_filing(
        report_id=report.pk,
        record_number=request.POST.get("record_number", ""),
        filed_at=_moment(request.POST.get("filed_at", "")),
        actor=actor,
        now=timezone.now(),
    )
    return _("Recorded as filed by hand.")


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise drafting.ReportRefused(_("Enter the date and time of filing, such as 2026-10-05 14:30."))
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _answer(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    accepted = request.POST.get("accepted") == "yes"
    filing.record_manual_answer(
        report_id=report.pk, accepted=accepted, text=actor.reason, actor=actor, now=timezone.now()
    )
    return _("The answer is recorded.")


def _not_required(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    drafting.decide_not_required(report_id=report.pk, actor=actor, at=timezone.now())
    return _("Decided: not required.")


def _due(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    try:
        day = parse_date(request.POST.get("due", ""))
    except ValueError:
        day = None
    if day is None:
        raise drafting.ReportRefused(_("Enter a day such as 2026-10-20."))
    drafting.change_due_date(report_id=report.pk, due=day, actor=actor)
    return _("The due day is changed.")


def _assign(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    mine = request.POST.get("whose") == "mine"
    reviewing.assign(report_id=report.pk, to=actor.user_id if mine else None, actor=actor, at=timezone.now())
    return _("The report is yours.") if mine else _("The report is nobody's.")


def _refresh(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    why = Actor(actor.user_id, actor.run, actor.reason or _("copied anew from its records"))
    if report.report_type == ReportType.FINTRAC_STR:
        working.refresh(report_id=report.pk, seen_version=_version(request), actor=why, at=timezone.now())
        return _("The parties are copied anew.")
    drafting.refresh_from_records(report_id=report.pk, actor=why, at=timezone.now())
    return _("Copied anew from the cash records.")


def _confirm(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    method = request.POST.get("method", "")
    count = working.confirm_all(
        report_id=report.pk,
        method_code=int(method) if method in {str(int(one)) for one in SuspiciousMethod} else None,
        location_id=request.POST.get("location", "").strip()[:30],
        customer_key=request.POST.get("conductor", "").strip()[:100],
        seen_version=_version(request),
        actor=actor,
        at=timezone.now(),
    )
    return ngettext("%(count)d transaction is confirmed.", "%(count)d transactions are confirmed.", count) % {
        "count": count
    }


def _narrative(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    parts = {name: request.POST.get(name, "").strip() for name, _label in PARTS}
    if any(True for text in parts.values() for _number in social_insurance_numbers(text)):
        raise drafting.ReportRefused(_("The text holds what looks like a social insurance number; remove it."))
    suspicion = dict(report.report_data.get("suspicion") or {})
    chosen = request.POST.get("suspicion_type", "")
    if chosen in {str(int(one)) for one in SuspicionType}:
        suspicion["type"] = int(chosen)
    data = {**report.report_data, "narrative": parts, "suspicion": suspicion}
    drafting.edit_report(report_id=report.pk, seen_version=_version(request), data=data, actor=actor, at=timezone.now())
    return _("Saved as a new version.")


def _complete(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    asked = set(unknown_to_the_system(report.report_data))
    typed = {path: request.POST.get(f"known:{path}", "").strip()[:2000] for path in asked}
    if any(True for text in typed.values() for _number in social_insurance_numbers(text)):
        raise drafting.ReportRefused(_("The text holds what looks like a social insurance number; remove it."))
    data = {**report.report_data, "completed": {path: text for path, text in typed.items() if text}}
    drafting.edit_report(report_id=report.pk, seen_version=_version(request), data=data, actor=actor, at=timezone.now())
    return _("Saved as a new version.")


_Step = Callable[[HttpRequest, ComplianceReport, Actor], str]
_CHANGE: Final = "compliance.change_compliancereport"
_FILE: Final = "compliance.file_report"
_STEPS: Final[dict[str, tuple[str, _Step]]] = {
    "review": (_CHANGE, _review),
    "approve": ("compliance.review_report", _approve),
    "back": (_CHANGE, _back),
    "delete": (_CHANGE, _delete),
    "file": (_FILE, _file),
    "manual": (_FILE, _manual),
    "answer": (_FILE, _answer),
    "not_required": (_CHANGE, _not_required),
    "due": (_CHANGE, _due),
    "assign": (_CHANGE, _assign),
    "refresh": (_CHANGE, _refresh),
    "narrative": (_CHANGE, _narrative),
    "confirm": (_CHANGE, _confirm),
    "complete": (_CHANGE, _complete),
}


# what leaves the bank, and the second person's word for it
_SIGNED_IN_AGAIN: Final = frozenset({"approve", "file", "manual"})


@require_GET
def export_view(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """The exact JSON or the PDF, logged as a read."""
    report = _report(request, pk)
    if form not in ("json", "pdf"):
        raise Http404
    ensure_recent_sign_in(request)
    record_read(request, report, what=ReadKind.EXPORT)
    try:
        data = (export_json if form == "json" else export_pdf)(report, timezone.now())
    except (DomainError, ValueError) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(report_url(pk))
    kind = "application/json" if form == "json" else "application/pdf"
    name = f"{report.report_reference or report.pk}.{form}"
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
