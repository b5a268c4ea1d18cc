"""Filing many approved reports at once: each by itself, or as one file."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance import filing
from compliance.admin.report_shared import report_url
from compliance.admin.visibility import without_hidden
from compliance.enums import FilingOutcome, ReportStatus
from compliance.fintrac.client import FilingFailed
from compliance.models import ComplianceReport
from compliance.reviewing import FILED_WITH_FINTRAC
from compliance.wording import problem_words
from dwaybank.actor import Actor
from dwaybank.admin.base import acting_person, as_uuid
from dwaybank.enums import ReadKind
from dwaybank.errors import DomainError
from dwaybank.reads import record_read

MOST = 200
FILE = "compliance.file_report"


def urls() -> list[URLPattern]:
    """The screen's address."""
    return [path("filing/", admin.site.admin_view(filing_view), name="compliance_compliancereport_filing")]


def ready(request: HttpRequest) -> Any:
    """Approved reports that this person may know of and that wait to be filed."""
    return (
        without_hidden(ComplianceReport.objects.all(), request.user)
        .filter(
            report_status=ReportStatus.UNDER_REVIEW, approved_version=F("version"), report_type__in=FILED_WITH_FINTRAC
        )
        .select_related("approved_by")
        .order_by("due_date", "pk")
    )


@require_http_methods(["GET", "POST"])
def filing_view(request: HttpRequest) -> HttpResponse:
    """List what can be filed; POST files what is ticked and says of each what became of it."""
    if not request.user.has_perm(FILE):
        raise PermissionDenied
    if request.method == "POST":
        chosen = [pk for text in request.POST.getlist("report") if (pk := as_uuid(text))]
        _file(request, list(ready(request).filter(pk__in=chosen).values_list("pk", flat=True)[:MOST]))
        return HttpResponseRedirect(reverse("admin:compliance_compliancereport_filing"))
    reports = list(ready(request)[:MOST])
    record_read(request, ComplianceReport, row_ids=[one.pk for one in reports], what=ReadKind.LIST)
    context = {
        **admin.site.each_context(request),
        "title": _("File approved reports"),
        "reports": [(one, report_url(one.pk)) for one in reports],
    }
    return TemplateResponse(request, "admin/compliance/compliancereport/filing.html", context)


def _file(request: HttpRequest, ids: list[UUID]) -> None:
    if not ids:
        messages.error(request, _("Tick the reports to file."))
        return
    actor = Actor(acting_person(request).pk, "admin")
    try:
        if request.POST.get("how") == "bulk":
            filed = filing.submit_bulk(report_ids=ids, actor=actor, now=timezone.now)
            outcomes, refused = Counter(one.outcome for one in filed.answers), filed.refused
        else:
            outcomes, refused = _each(ids, actor)
    except (DomainError, FilingFailed) as error:
        messages.error(request, problem_words(error))
        return
    for outcome, count in outcomes.items():
        good = outcome not in (FilingOutcome.REJECTED, FilingOutcome.FAILED, FilingOutcome.UNKNOWN)
        text = _("%(count)d: %(outcome)s.") % {"count": count, "outcome": FilingOutcome(outcome).label}
        (messages.success if good else messages.error)(request, text)
    for reference, why in refused:
        messages.error(request, f"{reference}: {why}")


def _each(ids: list[UUID], actor: Actor) -> tuple[Counter[str], list[tuple[str, str]]]:
    outcomes: Counter[str] = Counter()
    refused = []
    for pk in ids:
        try:
            outcomes[filing.submit_report(report_id=pk, actor=actor, now=timezone.now).outcome] += 1
        except DomainError as error:
            refused.append((str(ComplianceReport.objects.get(pk=pk).report_reference), problem_words(error)))
    return outcomes, refused
