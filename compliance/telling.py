"""News of reports on their way: one waits for a second person, one came back from the regulator.

All reports are told of in the same words, so that none shows by its silence, or its words, what it is about.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.models import ComplianceAcknowledgement, ComplianceReport
from dwaybank.models import User
from dwaybank.notifications import NotificationKind, holders_of, notify, register_kind

_PERMISSION: Final = "compliance.view_suspicion"
_REVIEW: Final = "compliance.review_report"
REPORT_REVIEW: Final = register_kind(
    NotificationKind("report_review", _("A regulatory report waits for approval"), _PERMISSION, is_confidential=True)
)
REPORT_REJECTED: Final = register_kind(
    NotificationKind("report_rejected", _("A regulatory report was rejected"), _PERMISSION, is_confidential=True)
)


def tell_of_review(report: ComplianceReport, *, by: UUID | None) -> int:
    """Tell everybody who may approve it, but for who prepared it, once for each version; how many."""
    reviewers = holders_of(_REVIEW)
    return _tell(
        REPORT_REVIEW, reviewers.exclude(pk=by) if by else reviewers, report, f"review:{report.pk}:{report.version}"
    )


def tell_of_rejection(report: ComplianceReport, answer: ComplianceAcknowledgement) -> int:
    """Tell who works on it and who prepared it, else everybody who may; how many."""
    people = User.objects.filter(Q(pk=report.assigned_to_id) | Q(pk=report.prepared_by_id))
    wanted = people if people.exists() else holders_of("compliance.change_compliancereport")
    return _tell(REPORT_REJECTED, wanted, report, f"rejected:{answer.pk}")


def _tell(kind: NotificationKind, people: QuerySet[User], report: ComplianceReport, key: str) -> int:
    url = reverse("admin:compliance_compliancereport_work", args=[report.pk])
    return notify(kind=kind, recipients=people, subject="", url=url, dedupe_key=key)
