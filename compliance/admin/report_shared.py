"""What the page of a report, its steps and its lists share: its address, and who may see it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from compliance.admin.visibility import without_hidden
from compliance.models import ComplianceReport

VIEW: Final = "compliance.view_compliancereport"


def report_url(pk: object) -> str:
    """Address of the page of one report."""
    return reverse("admin:compliance_compliancereport_work", args=[pk])


def visible_report(request: HttpRequest, pk: UUID) -> ComplianceReport:
    """The report, with its people. Raises PermissionDenied, and Http404 for one that this person may not know of."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    rows = without_hidden(ComplianceReport.objects.all(), request.user).select_related(
        "prepared_by", "approved_by", "assigned_to", "not_required_by"
    )
    report = rows.filter(pk=pk).first()
    if report is None:
        raise Http404
    return report
