"""What is late: marked once a day, so that lists and the board agree."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from compliance.enums import ComplianceStatus, ReportStatus
from compliance.models import ComplianceReport
from compliance.policy import bank_zone
from dwaybank.actor import Actor, acting_as

OPEN = (ReportStatus.DRAFT, ReportStatus.UNDER_REVIEW, ReportStatus.REJECTED)


def mark_overdue_reports(*, actor: Actor, now: datetime) -> int:
    """Open reports past their day become overdue, on the bank's calendar; returns how many did now."""
    today = now.astimezone(bank_zone()).date()
    with acting_as(actor), transaction.atomic():
        return ComplianceReport.objects.filter(
            due_date__lt=today, report_status__in=OPEN, compliance_status=ComplianceStatus.PENDING
        ).update(compliance_status=ComplianceStatus.OVERDUE)
