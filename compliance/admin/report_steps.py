"""The steps of a report on its page: each asks for a permission, does one thing, and says what was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from compliance import drafting, filing, handing, reviewing
from compliance.admin.narrative import PARTS
from compliance.admin.report_shared import report_url, visible_report
from compliance.entering.fields import KeysField
from compliance.enums import FilingOutcome, ReportType
from compliance.fintrac.client import FilingFailed
from compliance.fintrac.codes import SuspicionType, SuspiciousMethod
from compliance.fintrac.rules.private_numbers import holds_social_insurance_number
from compliance.models import ComplianceReport
from compliance.periodic.building import TYPES, build_again
from compliance.periodic.texts import unknown_to_the_system
from compliance.suspicion import working
from compliance.wording import problem_words
from dwaybank.actor import Actor
from dwaybank.admin.base import acting_person, as_uuid
from dwaybank.errors import DomainError, explain
from dwaybank.reauth import ensure_recent_sign_in


@require_POST
def step_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One step of one report; what is refused is a message, and nothing is changed."""
    report = visible_report(request, pk)
    permission, step = _STEPS.get(request.POST.get("step", ""), (None, None))
    if step is None or permission is None:
        raise Http404
    if not request.user.has_perm(permission):
        raise PermissionDenied
    if request.POST["step"] in _SIGNED_IN_AGAIN:
        ensure_recent_sign_in(request)
    actor = Actor(acting_person(request).pk, "admin", request.POST.get("reason", "").strip())
    try:
        messages.success(request, step(request, report, actor))
    except (DomainError, FilingFailed) as error:
        messages.error(request, problem_words(error))
    except IntegrityError as error:
        messages.error(request, explain(error))
    return HttpResponseRedirect(report_url(pk))


def _version(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        raise Http404 from None


def _review(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    reviewing.submit_for_review(report_id=report.pk, actor=actor, at=timezone.now())
    return _("Sent to review. Somebody else approves it.")


def _approve(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    reviewing.approve(report_id=report.pk, seen_version=_version(request), actor=actor, at=timezone.now())
    return _("Approved. It can be filed now.")


def _back(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    reviewing.back_to_draft(report_id=report.pk, actor=actor)
    return _("Back in draft; the approval is void.")


def _delete(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    code = request.POST.get("delete_reason", "")
    if code not in ("3", "4"):
        raise drafting.ReportRefused(_("Choose why the report is to be deleted."))
    reviewing.order_deletion(report_id=report.pk, delete_reason=int(code), actor=actor)
    return _("The next filing deletes the report. It goes through review like any other.")


def _file(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    answer = filing.submit_report(report_id=report.pk, actor=actor, now=timezone.now)
    said = _("Filed: %(outcome)s.") % {"outcome": answer.get_outcome_display()}
    if answer.outcome in (FilingOutcome.REJECTED, FilingOutcome.FAILED, FilingOutcome.UNKNOWN):
        # kept in the ledger all the same; a person has to do something now
        raise drafting.ReportRefused(said)
    return said


def _manual(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    filing.record_manual_filing(
        report_id=report.pk,
        record_number=request.POST.get("record_number", ""),
        filed_at=_moment(request.POST.get("filed_at", "")),
        actor=actor,
        now=timezone.now(),
    )
    return _("Recorded as filed by hand.")


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise drafting.ReportRefused(_("Enter the date and time of filing, such as 2026-10-05 14:30."))
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _answer(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    accepted = request.POST.get("accepted") == "yes"
    filing.record_manual_answer(
        report_id=report.pk, accepted=accepted, text=actor.reason, actor=actor, now=timezone.now()
    )
    return _("The answer is recorded.")


def _not_required(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    drafting.decide_not_required(report_id=report.pk, actor=actor, at=timezone.now())
    return _("Decided: not required.")


def _due(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    try:
        day = parse_date(request.POST.get("due", ""))
    except ValueError:
        day = None
    if day is None:
        raise drafting.ReportRefused(_("Enter a day such as 2026-10-20."))
    drafting.change_due_date(report_id=report.pk, due=day, actor=actor)
    return _("The due day is changed.")


def _assign(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    whose = request.POST.get("whose", "")
    if whose == "colleague":
        to = as_uuid(request.POST.get("colleague", ""))
        if to is None:
            raise drafting.ReportRefused(_("Choose who is to have the report."))
    else:
        to = actor.user_id if whose == "mine" else None
    person = handing.assign(report_id=report.pk, to=to, actor=actor, at=timezone.now())
    if person is None:
        return _("The report is nobody's.")
    if person.pk == actor.user_id:
        return _("The report is yours.")
    return _("The report is with %(person)s now.") % {"person": person}


def _refresh(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    why = Actor(actor.user_id, actor.run, actor.reason or "copied anew from its records")
    if report.report_type == ReportType.FINTRAC_STR:
        working.refresh(report_id=report.pk, seen_version=_version(request), actor=why, at=timezone.now())
        return _("The parties are copied anew.")
    if report.report_type in TYPES:
        build_again(report_id=report.pk, now=timezone.now(), actor=why)
        return _("Drafted anew from the system's data.")
    drafting.refresh_from_records(report_id=report.pk, actor=why, at=timezone.now())
    return _("Copied anew from the cash records.")


def _confirm(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    method = request.POST.get("method", "")
    count = working.confirm_all(
        report_id=report.pk,
        method_code=int(method) if method in {str(int(one)) for one in SuspiciousMethod} else None,
        location_id=request.POST.get("location", "").strip()[:30],
        conductors=KeysField().clean(request.POST.get("conductor", "")[:500]),
        seen_version=_version(request),
        actor=actor,
        at=timezone.now(),
    )
    return ngettext("%(count)d transaction is confirmed.", "%(count)d transactions are confirmed.", count) % {
        "count": count
    }


def _narrative(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    parts = {name: request.POST.get(name, "").strip() for name, _label in PARTS}
    if any(holds_social_insurance_number(text) for text in parts.values()):
        raise drafting.ReportRefused(_("The text holds what looks like a social insurance number; remove it."))
    suspicion = dict(report.report_data.get("suspicion") or {})
    chosen = request.POST.get("suspicion_type", "")
    if chosen in {str(int(one)) for one in SuspicionType}:
        suspicion["type"] = int(chosen)
    data = {**report.report_data, "narrative": parts, "suspicion": suspicion}
    drafting.edit_report(report_id=report.pk, seen_version=_version(request), data=data, actor=actor, at=timezone.now())
    return _("Saved as a new version.")


def _complete(request: HttpRequest, report: ComplianceReport, actor: Actor) -> str:
    asked = set(unknown_to_the_system(report.report_data))
    typed = {path: request.POST.get(f"known:{path}", "").strip()[:2000] for path in asked}
    if any(holds_social_insurance_number(text) for text in typed.values()):
        raise drafting.ReportRefused(_("The text holds what looks like a social insurance number; remove it."))
    data = {**report.report_data, "completed": {path: text for path, text in typed.items() if text}}
    drafting.edit_report(report_id=report.pk, seen_version=_version(request), data=data, actor=actor, at=timezone.now())
    return _("Saved as a new version.")


_Step = Callable[[HttpRequest, ComplianceReport, Actor], str]
_CHANGE: Final = "compliance.change_compliancereport"
_FILE: Final = "compliance.file_report"
_STEPS: Final[dict[str, tuple[str, _Step]]] = {
    "review": (_CHANGE, _review),
    "approve": ("compliance.review_report", _approve),
    "back": (_CHANGE, _back),
    "delete": (_CHANGE, _delete),
    "file": (_FILE, _file),
    "manual": (_FILE, _manual),
    "answer": (_FILE, _answer),
    "not_required": (_CHANGE, _not_required),
    "due": (_CHANGE, _due),
    "assign": (_CHANGE, _assign),
    "refresh": (_CHANGE, _refresh),
    "narrative": (_CHANGE, _narrative),
    "confirm": (_CHANGE, _confirm),
    "complete": (_CHANGE, _complete),
}


# what leaves the bank, and the second person's word for it
_SIGNED_IN_AGAIN: Final = frozenset({"approve", "file", "manual"})
