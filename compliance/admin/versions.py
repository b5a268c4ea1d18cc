"""Versions of a report: the newest with what each changed, and any two side by side, field by field."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any, Final
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from compliance.admin.differences import Difference, differences
from compliance.admin.report_shared import report_url, visible_report
from compliance.models import ComplianceReport, ComplianceReportVersion
from dwaybank.reads import record_read

_NEWEST: Final = 20


def newest(report: ComplianceReport) -> list[tuple[ComplianceReportVersion, list[Difference]]]:
    """The newest versions, newest first, each with what it changed of the one before."""
    found = list(report.versions.select_related("changed_by").order_by("-version")[: _NEWEST + 1])
    pairs = zip_longest(found, found[1:])
    return [(one, differences(older.content, one.content) if older else []) for one, older in pairs][:_NEWEST]


@require_GET
def compare_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two versions that the address names (``before``, ``after``), or the first and the newest; logged as a read."""
    report = visible_report(request, pk)
    record_read(request, report)
    every = list(report.versions.order_by("version").defer("content").select_related("changed_by"))
    if not every:
        raise Http404
    before, after = _asked(request, "before", every[0].version), _asked(request, "after", every[-1].version)
    contents = dict(report.versions.filter(version__in=[before, after]).values_list("version", "content"))
    if not {before, after} <= contents.keys():
        raise Http404
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Versions of %(report)s") % {"report": report.report_reference or str(report.pk)[:8]},
        "report": report,
        "back": report_url(report.pk),
        "versions": every,
        "filed": set(report.filings.values_list("version", flat=True)),
        "before": before,
        "after": after,
        "changes": differences(contents[before], contents[after]),
    }
    return TemplateResponse(request, "admin/compliance/compliancereport/versions.html", context)


def _asked(request: HttpRequest, name: str, otherwise: int) -> int:
    text = request.GET.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404
    return int(text)
