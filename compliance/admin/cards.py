"""What waits in compliance, for the first page: for those who may know of every report, so that no count tells."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compliance.board import SELECTIONS, bank_day
from compliance.enums import ReportStatus
from compliance.models import ComplianceReport
from dwaybank.admin.cards import Card, register_card
from dwaybank.admin.display import Tone, list_url

_PERMISSION: Final = "compliance.view_suspicion"


def _selected(name: str) -> QuerySet[Any]:
    return ComplianceReport.objects.filter(SELECTIONS[name].condition(bank_day(timezone.now())))


register_card(
    Card(
        name="reports-overdue",
        title=_("Reports overdue"),
        what=_("Past their day and not submitted; the oldest was due"),
        queryset=lambda: _selected("overdue"),
        url=lambda: list_url("compliance.ComplianceReport", "board=overdue"),
        permission=_PERMISSION,
        oldest="due_date",
        ordered=True,
        tone=Tone.BAD,
        rank=5,
    )
)
register_card(
    Card(
        name="reports-due",
        title=_("Reports due in 7 days"),
        what=_("On the deadline board; the first is due"),
        queryset=lambda: _selected("due_soon"),
        url=lambda: reverse("admin:compliance_compliancereport_board"),
        permission=_PERMISSION,
        oldest="due_date",
        ordered=True,
        tone=Tone.WARNING,
        rank=6,
    )
)
register_card(
    Card(
        name="reports-draft",
        title=_("Reports in draft"),
        what=_("To be completed; the first is due"),
        queryset=lambda: ComplianceReport.objects.filter(report_status=ReportStatus.DRAFT),
        url=lambda: list_url("compliance.ComplianceReport", "report_status__exact=draft"),
        permission=_PERMISSION,
        oldest="due_date",
        rank=60,
    )
)
register_card(
    Card(
        name="reports-review",
        title=_("Reports to approve"),
        what=_("Sent to review; the first is due"),
        queryset=lambda: ComplianceReport.objects.filter(report_status=ReportStatus.UNDER_REVIEW),
        url=lambda: list_url("compliance.ComplianceReport", "report_status__exact=under_review"),
        permission=_PERMISSION,
        oldest="due_date",
        rank=7,
    )
)
