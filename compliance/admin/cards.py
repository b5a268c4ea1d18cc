"""What waits in compliance, for the first page."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from compliance.enums import ReportStatus
from compliance.models import ComplianceReport
from dwaybank.admin.cards import Card, register_card
from dwaybank.admin.display import Tone, list_url

_OPEN: Final = (ReportStatus.DRAFT, ReportStatus.UNDER_REVIEW, ReportStatus.REJECTED)

register_card(
    Card(
        name="reports-overdue",
        title="Reports overdue",
        what="Past their day and not submitted; the oldest was due",
        queryset=lambda: ComplianceReport.objects.filter(due_date__lt=timezone.localdate(), report_status__in=_OPEN),
        url=lambda: list_url(
            "compliance.ComplianceReport",
            f"due_date__lt={timezone.localdate()}&report_status__in=draft,under_review,rejected",
        ),
        permission="compliance.view_compliancereport",
        oldest="due_date",
        ordered=True,
        tone=Tone.BAD,
        rank=5,
    )
)
register_card(
    Card(
        name="reports-draft",
        title="Reports in draft",
        what="To be completed; the first is due",
        queryset=lambda: ComplianceReport.objects.filter(report_status=ReportStatus.DRAFT),
        url=lambda: list_url("compliance.ComplianceReport", "report_status__exact=draft"),
        permission="compliance.view_compliancereport",
        oldest="due_date",
        rank=60,
    )
)
