"""Whose report it is: taken, given back, handed to a colleague with a note."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.drafting import ReportRefused, locked
from compliance.enums import ReportType
from compliance.fintrac.rules.private_numbers import holds_social_insurance_number
from compliance.models import ComplianceReport
from dwaybank.actor import Actor, set_actor
from dwaybank.models import AuditEvent, User
from dwaybank.notifications import NotificationKind, holders_of, notify, register_kind

_WORK: Final = "compliance.change_compliancereport"
_SUSPICION: Final = "compliance.view_suspicion"
# the words of the kind are all that is ever said, in the inbox and in mails, of every kind of report
REPORT_HANDED: Final = register_kind(
    NotificationKind("report_handed", gettext_lazy("A report is handed to you"), _SUSPICION, is_confidential=True)
)


def colleagues(report: ComplianceReport) -> QuerySet[User]:
    """Who may work on this report, by e-mail address."""
    able = holders_of(_WORK)
    if report.report_type == ReportType.FINTRAC_STR:
        able = able.filter(pk__in=holders_of(_SUSPICION).values("pk"))
    return able


@transaction.atomic
def assign(*, report_id: UUID, to: UUID | None, actor: Actor, at: datetime) -> User | None:
    """Whose report it is; nobody's with None. ``actor.reason`` is a note for whoever gets it, kept in the history.

    Who gets it from somebody else is told, in words that say nothing of the report. Raises ReportRefused for somebody
    who may not work on it, and for a note with a social insurance number.
    """
    report = locked(report_id)
    if holds_social_insurance_number(actor.reason):
        raise ReportRefused(_("The note holds what looks like a social insurance number; remove it."))
    person = User.objects.filter(pk=to).first() if to else None
    if to and to != actor.user_id and not colleagues(report).filter(pk=to).exists():
        raise ReportRefused(_("This person may not work on the report. Choose somebody of the list."))
    set_actor(actor)
    report.assigned_to, report.assigned_at = person, at if person else None
    report.save(update_fields=["assigned_to", "assigned_at"])
    if person is not None and person.pk != actor.user_id:
        notify(
            kind=REPORT_HANDED,
            recipients=[person],
            subject="",
            url=reverse("admin:compliance_compliancereport_work", args=[report.pk]),
            dedupe_key=f"handed:{report.pk}:{at.isoformat()}",
        )
    return person


def handovers(report: ComplianceReport, most: int = 5) -> list[dict[str, Any]]:
    """The last times that the report changed hands, newest first: ``at``, ``by``, ``to`` (User or None), ``note``."""
    events = list(
        AuditEvent.objects.filter(
            table_name=ComplianceReport._meta.db_table,
            row_id=str(report.pk),
            action="UPDATE",
            changed_columns__contains=["assigned_to"],
        ).order_by("-id")[:most]
    )
    given = [(event.new_values or {}).get("assigned_to") for event in events]
    people = _people([*(event.actor_id for event in events), *given])
    return [
        {
            "at": event.occurred_at,
            "by": people.get(str(event.actor_id)),
            "to": people.get(str(to)),
            "note": event.reason,
        }
        for event, to in zip(events, given, strict=True)
    ]


def _people(ids: Iterable[Any]) -> dict[str, User]:
    return {str(one.pk): one for one in User.objects.filter(pk__in={str(pk) for pk in ids if pk})}
