"""Reminders of reports that are due: into the inbox of who works on them, in words that say nothing of what they are.

All reports are told of in the same words, so that none shows by its silence that it is about a suspicion.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.board import SELECTIONS, SOON, bank_day
from compliance.models import ComplianceReport
from dwaybank.models import Notification, User
from dwaybank.notifications import NotificationKind, holders_of, notify, register_kind

_PERMISSION: Final = "compliance.view_suspicion"
REPORT_DUE: Final = register_kind(
    NotificationKind("report_due", _("A regulatory report is due soon"), _PERMISSION, is_confidential=True)
)
REPORT_OVERDUE: Final = register_kind(
    NotificationKind("report_overdue", _("A regulatory report is overdue"), _PERMISSION, is_confidential=True)
)
# whole days before the due day at which people are told; overdue ones every week
STAGES: Final = (0, 1, 3, 7)


def remind(*, now: datetime) -> int:
    """Tell who works on each report that is due within 7 days or overdue, or everybody where nobody does.

    Each stage of a due day reaches a person once. Returns how many lines were written.
    """
    today = bank_day(now)
    due = ComplianceReport.objects.filter(
        SELECTIONS["open"].condition(today), Q(due_date__lte=today + SOON)
    ).select_related("assigned_to")
    reports = [(report, _key(report, today)) for report in due.order_by("due_date", "pk")]
    told = set(
        Notification.objects.filter(dedupe_key__in=[key for _report, key in reports]).values_list(
            "dedupe_key", flat=True
        )
    )
    everybody = list(holders_of("compliance.change_compliancereport"))
    return sum(
        notify(
            kind=REPORT_OVERDUE if report.due_date < today else REPORT_DUE,
            recipients=_recipients(report, everybody),
            subject="",
            url=reverse("admin:compliance_compliancereport_work", args=[report.pk]),
            dedupe_key=key,
        )
        for report, key in reports
        if key not in told
    )


def _recipients(report: ComplianceReport, everybody: Iterable[User]) -> Iterable[User]:
    return [report.assigned_to] if report.assigned_to else everybody


def _key(report: ComplianceReport, today: date) -> str:
    left = (report.due_date - today).days
    stage = f"late-{-left // 7}" if left < 0 else next(str(one) for one in STAGES if left <= one)
    return f"report:{report.pk}:{report.due_date}:{stage}"
