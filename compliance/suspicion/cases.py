"""What people do with a case of suspicion: take it, write on it, decide it, take it up again.

Each function is one transaction; it locks the case, checks that the page that was decided from is not stale (where a
version is given), and writes the event. The database guards the moves themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.enums import AlertStatus, CaseClosing, CaseEventKind, CaseStatus
from compliance.models import ComplianceReport, SuspicionAlert, SuspicionCase, SuspicionCaseEvent
from compliance.suspicion.drafting import open_report
from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from dwaybank.models import User
from dwaybank.notifications import NotificationKind, notify, register_kind

UNDECIDED = (CaseStatus.OPEN, CaseStatus.IN_PROGRESS)
_PERMISSION = "compliance.decide_suspicioncase"
# the words of the kind are all that is ever said, in the inbox and in mails
CASE_ASSIGNED = register_kind(
    NotificationKind("compliance_assigned", gettext_lazy("Work is assigned to you"), _PERMISSION, is_confidential=True)
)


class CaseRefused(DomainError):
    """What cannot be done with a case as it is now; the text says why and what to do."""


@contextmanager
def _held(case_id: UUID, actor: Actor, version: int | None = None) -> Iterator[SuspicionCase]:
    """The case, locked for one transaction in which ``actor`` acts."""
    with acting_as(actor):
        case = SuspicionCase.objects.select_for_update(no_key=True).filter(pk=case_id).first()
        if case is None:
            raise CaseRefused(_("There is no such case."))
        if version is not None and case.version != version:
            raise CaseRefused(_("Somebody changed this case meanwhile. Look at it again, then decide."))
        yield case


def _write(case: SuspicionCase, kind: CaseEventKind, actor: Actor, text: str = "") -> None:
    SuspicionCaseEvent.objects.create(case=case, kind=kind, text=text, written_by_id=actor.user_id)


def _undecided(case: SuspicionCase) -> None:
    if case.case_status not in UNDECIDED:
        raise CaseRefused(_("This case is decided. Take it up again first, if it was closed."))


def assign(*, case_id: UUID, to: User, now: datetime, actor: Actor, version: int | None = None) -> SuspicionCase:
    """Give the case to a person who may decide cases; taking it is giving it to oneself."""
    if not to.is_active or not to.has_perm(_PERMISSION):
        raise CaseRefused(_("%(person)s may not work on cases of suspicion.") % {"person": to.email})
    with _held(case_id, actor, version) as case:
        _undecided(case)
        if case.assigned_to_id != to.pk:
            case.assigned_to, case.assigned_at, case.case_status = to, now, CaseStatus.IN_PROGRESS
            case.save(update_fields=["assigned_to", "assigned_at", "case_status"])
            _write(case, CaseEventKind.ASSIGNED, actor, to.email)
            if to.pk != actor.user_id:
                notify(
                    kind=CASE_ASSIGNED,
                    recipients=[to],
                    subject="",
                    url=reverse("admin:compliance_suspicioncase_change", args=[case.pk]),
                    dedupe_key=f"case:{case.pk}:{now.isoformat()}",
                )
    return case


def release(*, case_id: UUID, actor: Actor) -> SuspicionCase:
    """Give the case back to the queue of those that nobody works on."""
    with _held(case_id, actor) as case:
        _undecided(case)
        if case.assigned_to_id is not None:
            case.assigned_to, case.assigned_at, case.case_status = None, None, CaseStatus.OPEN
            case.save(update_fields=["assigned_to", "assigned_at", "case_status"])
            _write(case, CaseEventKind.RELEASED, actor)
    return case


def add_note(*, case_id: UUID, text: str, actor: Actor) -> None:
    """Write on the case; also on a decided one."""
    if not text.strip():
        raise CaseRefused(_("An empty note says nothing: write something."))
    with _held(case_id, actor) as case:
        _write(case, CaseEventKind.NOTE, actor, text.strip())


def _deciding(case: SuspicionCase, actor: Actor, why: str) -> None:
    _undecided(case)
    if case.assigned_to_id is None or case.assigned_to_id != actor.user_id:
        raise CaseRefused(_("Take the case first: who works on it decides it."))
    if not why.strip():
        raise CaseRefused(_("Say why: the decision is kept with its reason."))


def _decide_alerts(case: SuspicionCase, confirmed: Collection[UUID], now: datetime) -> None:
    alerts = SuspicionAlert.objects.filter(case=case, alert_status=AlertStatus.OPEN)
    alerts.filter(pk__in=confirmed).update(alert_status=AlertStatus.CONFIRMED, decided_at=now)
    alerts.update(alert_status=AlertStatus.DISMISSED, decided_at=now)


def report(
    *,
    case_id: UUID,
    grounds_established_at: datetime,
    why: str,
    alert_ids: Collection[UUID],
    now: datetime,
    actor: Actor,
    version: int | None = None,
) -> ComplianceReport:
    """There are grounds to suspect: open the draft of an STR over the movements of the chosen alerts.

    Its clock runs from ``grounds_established_at``. The other alerts of the case are dismissed. Raises CaseRefused
    where the case is not the person's own, was decided, no alert is chosen, or the time lies in the future or before
    the first movement.
    """
    with _held(case_id, actor, version) as case:
        _deciding(case, actor, why)
        chosen = list(
            SuspicionAlert.objects.filter(case=case, alert_status=AlertStatus.OPEN, pk__in=alert_ids).order_by(
                "first_at"
            )
        )
        if not chosen:
            raise CaseRefused(_("Choose the alerts that support the suspicion."))
        if grounds_established_at > now:
            raise CaseRefused(_("Grounds cannot be established in the future: correct the time."))
        if grounds_established_at < chosen[0].first_at:
            raise CaseRefused(_("Grounds cannot be established before the first movement: correct the time."))
        draft = open_report(case, chosen, grounds_established_at, why.strip(), now, actor)
        _decide_alerts(case, [alert.pk for alert in chosen], now)
        case.case_status, case.report = CaseStatus.REPORTED, draft
        case.grounds_established_at = grounds_established_at
        case.decision_note, case.decided_by_id, case.decided_at = why.strip(), actor.user_id, now
        case.save(
            update_fields=[
                "case_status",
                "report",
                "grounds_established_at",
                "decision_note",
                "decided_by",
                "decided_at",
            ]
        )
        _write(case, CaseEventKind.REPORTED, actor, why.strip())
    return draft


def close(
    *, case_id: UUID, closing: CaseClosing, why: str, now: datetime, actor: Actor, version: int | None = None
) -> SuspicionCase:
    """No report: close the case with its reason; its alerts are dismissed."""
    with _held(case_id, actor, version) as case:
        _deciding(case, actor, why)
        _decide_alerts(case, (), now)
        case.case_status, case.closing, case.decision_note = CaseStatus.CLOSED, closing, why.strip()
        case.decided_by_id, case.decided_at = actor.user_id, now
        case.save(update_fields=["case_status", "closing", "decision_note", "decided_by", "decided_at"])
        _write(case, CaseEventKind.CLOSED, actor, f"{closing.label}: {why.strip()}")
    return case


def reopen(*, case_id: UUID, why: str, now: datetime, actor: Actor, version: int | None = None) -> SuspicionCase:
    """Take a closed case up again; its alerts wait again. It becomes the person's own."""
    if not why.strip():
        raise CaseRefused(_("Say why the case is taken up again."))
    with _held(case_id, Actor(actor.user_id, actor.run, why.strip()), version) as case:
        if case.case_status != CaseStatus.CLOSED:
            raise CaseRefused(_("Only a closed case is taken up again."))
        if SuspicionCase.objects.filter(subject_key=case.subject_key, case_status__in=UNDECIDED).exists():
            raise CaseRefused(_("There is a newer case of the same customer: work on that one."))
        case.case_status, case.closing, case.decision_note = CaseStatus.IN_PROGRESS, "", ""
        case.decided_by, case.decided_at, case.assigned_to_id, case.assigned_at = None, None, actor.user_id, now
        case.save(
            update_fields=[
                "case_status",
                "closing",
                "decision_note",
                "decided_by",
                "decided_at",
                "assigned_to",
                "assigned_at",
            ]
        )
        SuspicionAlert.objects.filter(case=case, alert_status=AlertStatus.DISMISSED).update(
            alert_status=AlertStatus.OPEN, decided_at=None
        )
        _write(case, CaseEventKind.REOPENED, actor, why.strip())
    return case
