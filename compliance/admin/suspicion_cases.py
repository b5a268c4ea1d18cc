"""Cases of suspicion: the queue, and the page on which a case is worked on and decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from compliance.admin.suspicion_shared import CASE_TONES, DECIDE, facts_of, title_of
from compliance.enums import AlertStatus, CaseClosing, CaseStatus
from compliance.models import SuspicionAlert, SuspicionCase, SuspicionCaseEvent
from compliance.suspicion import cases
from dwaybank.admin import columns
from dwaybank.admin.base import BackOfficeModelAdmin, acting_person, as_uuid
from dwaybank.admin.cards import Card, register_card
from dwaybank.admin.display import Tone, admin_url, list_url
from dwaybank.errors import DomainError, explain
from dwaybank.models import User
from dwaybank.notifications import holders_of

_STATUS = columns.badge("case_status", CASE_TONES, label=gettext_lazy("status"))
_CUSTOMER = columns.link("user", "dwaybank.User", label=gettext_lazy("customer"))
_WHOSE = columns.link("assigned_to", "dwaybank.User", label=gettext_lazy("whose"))
_OPENED = columns.time("opened_at", label=gettext_lazy("opened"), sort="opened_at")


class WhoseFilter(admin.SimpleListFilter):
    """Mine, nobody's, or a colleague's, of those that wait for a decision."""

    title = gettext_lazy("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The three."""
        return (
            ("mine", gettext_lazy("Mine")),
            ("nobody", gettext_lazy("Nobody's")),
            ("team", gettext_lazy("All undecided")),
        )

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Undecided ones only, whichever is chosen."""
        if self.value() is None:
            return queryset
        undecided = queryset.filter(case_status__in=cases.UNDECIDED)
        if self.value() == "mine":
            return undecided.filter(assigned_to_id=request.user.pk)
        return undecided.filter(assigned_to__isnull=True) if self.value() == "nobody" else undecided


@admin.register(SuspicionCase)
class SuspicionCaseScreen(BackOfficeModelAdmin):
    """Seen by compliance alone; every look is logged."""

    reads_logged = True
    change_form_template = "admin/compliance/suspicioncase/change_form.html"
    list_display = (
        _OPENED,
        "__str__",
        _CUSTOMER,
        _STATUS,
        _WHOSE,
        columns.time("decided_at", label=gettext_lazy("decided")),
    )
    list_display_links = ("__str__",)
    list_filter = (WhoseFilter, "case_status", "closing")
    list_select_related = ("user", "assigned_to", "decided_by")
    ordering = ("opened_at", "pk")
    uuid_search = ("pk", "user_id", "report_id")
    email_search = ("user__email",)
    search_help_text = gettext_lazy("The id of the case, its customer or its report, or the customer's e-mail address.")
    sections = (
        ("", (_STATUS, _CUSTOMER, columns.code("subject_key"), _OPENED, _WHOSE)),
        (
            gettext_lazy("Decision"),
            (
                columns.time("grounds_established_at", label=gettext_lazy("grounds established")),
                columns.link("report", "compliance.ComplianceReport", label=gettext_lazy("report")),
                "closing",
                columns.text("decision_note", label=gettext_lazy("why")),
                columns.link("decided_by", "dwaybank.User", label=gettext_lazy("decided by")),
                columns.time("decided_at", label=gettext_lazy("decided")),
            ),
        ),
        (gettext_lazy("Record"), (columns.code("id"), columns.time("created_at"), columns.time("updated_at"))),
    )

    def get_urls(self) -> list[Any]:
        """With the address that the forms of a case post to."""
        act = path(
            "<uuid:case_id>/act/", self.admin_site.admin_view(self.act_view), name="compliance_suspicioncase_act"
        )
        return [act, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> HttpResponse:
        """With what this person may do with the case now."""
        case = more.get("obj") or (args[3] if len(args) > 3 else None)
        if case is not None:
            context["acts"] = acts_of(request, case)
        return super().render_change_form(request, context, *args, **more)

    @method_decorator(require_POST)
    def act_view(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        """Do what a form of the case asks for, and show the case again (or the draft that came of it)."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        here = admin_url("compliance.SuspicionCase", case_id)
        act = _ACTS.get(request.POST.get("act", ""))
        if act is None:
            messages.error(request, _("This page asked for something that is not known. Nothing was changed."))
            return HttpResponseRedirect(here)
        try:
            said = act(self, request, case_id)
        except DomainError as error:
            messages.error(request, str(error))
        except IntegrityError as error:
            messages.error(request, explain(error))
        else:
            messages.success(request, said)
        return HttpResponseRedirect(here)


def acts_of(request: HttpRequest, case: SuspicionCase) -> dict[str, Any]:
    """What the page offers this person."""
    alerts = SuspicionAlert.objects.filter(case=case, alert_status=AlertStatus.OPEN).order_by("raised_at", "pk")
    undecided = case.case_status in cases.UNDECIDED
    mine = undecided and case.assigned_to_id == request.user.pk
    return {
        "may_act": request.user.has_perm(DECIDE),
        "url": reverse("admin:compliance_suspicioncase_act", args=[case.pk]),
        "is_undecided": undecided,
        "is_mine": mine,
        "is_closed": case.case_status == CaseStatus.CLOSED,
        "alerts": [{"id": one.pk, "text": f"{title_of(one.indicator)} ({facts_of(one)})"} for one in alerts]
        if mine
        else [],
        "closings": CaseClosing.choices,
        "colleagues": holders_of(DECIDE).exclude(pk__in=[case.assigned_to_id]) if undecided else [],
        "now": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "zone": settings.TIME_ZONE,
    }


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _take(screen: SuspicionCaseScreen, request: HttpRequest, case_id: UUID) -> str:
    me, actor = acting_person(request), screen.actor(request)
    cases.assign(case_id=case_id, to=me, now=timezone.now(), actor=actor, version=_version(request))
    return _("The case is yours.")


def _assign(screen: SuspicionCaseScreen, request: HttpRequest, case_id: UUID) -> str:
    email = request.POST.get("to", "").strip().lower()
    to = User.objects.filter(email=email, is_active=True, is_staff=True).first()
    if to is None:
        raise DomainError(_("Nobody on the staff has the e-mail address “%(email)s”.") % {"email": email})
    cases.assign(case_id=case_id, to=to, now=timezone.now(), actor=screen.actor(request), version=_version(request))
    return _("The case is with %(person)s now.") % {"person": to.email}


def _release(screen: SuspicionCaseScreen, request: HttpRequest, case_id: UUID) -> str:
    cases.release(case_id=case_id, actor=screen.actor(request))
    return _("The case waits in the queue again.")


def _note(screen: SuspicionCaseScreen, request: HttpRequest, case_id: UUID) -> str:
    cases.add_note(case_id=case_id, text=request.POST.get("text", "")[:5000], actor=screen.actor(request))
    return _("The note is kept.")


def _report(screen: SuspicionCaseScreen, request: HttpRequest, case_id: UUID) -> str:
    cases.report(
        case_id=case_id,
        grounds_established_at=_moment(request.POST.get("grounds", "")),
        why=request.POST.get("why", "")[:5000],
        alert_ids=[pk for text in request.POST.getlist("alert") if (pk := as_uuid(text))],
        now=timezone.now(),
        actor=screen.actor(request),
        version=_version(request),
    )
    return _("The draft of the report is open; it is linked below.")


def _close(screen: SuspicionCaseScreen, request: HttpRequest, case_id: UUID) -> str:
    asked = request.POST.get("closing", "")
    if asked not in CaseClosing.values:
        raise DomainError(_("Choose how the case is closed."))
    cases.close(
        case_id=case_id,
        closing=CaseClosing(asked),
        why=request.POST.get("why", "")[:5000],
        now=timezone.now(),
        actor=screen.actor(request),
        version=_version(request),
    )
    return _("The case is closed.")


def _reopen(screen: SuspicionCaseScreen, request: HttpRequest, case_id: UUID) -> str:
    why = request.POST.get("why", "")[:500]
    cases.reopen(case_id=case_id, why=why, now=timezone.now(), actor=screen.actor(request), version=_version(request))
    return _("The case is taken up again, and yours.")


def _moment(text: str) -> datetime:
    """The bank's clock, as a browser writes it. Raises DomainError."""
    try:
        return timezone.make_aware(datetime.fromisoformat(text).replace(tzinfo=None))
    except ValueError:
        raise DomainError(_("“%(text)s” is no date and time.") % {"text": text[:40]}) from None


_ACTS: Final[dict[str, Callable[[SuspicionCaseScreen, HttpRequest, UUID], str]]] = {
    "take": _take,
    "assign": _assign,
    "release": _release,
    "note": _note,
    "report": _report,
    "close": _close,
    "reopen": _reopen,
}


@admin.register(SuspicionCaseEvent)
class SuspicionCaseEventScreen(BackOfficeModelAdmin):
    """To read."""

    reads_logged = True
    list_display = (
        columns.time("written_at", label=gettext_lazy("when")),
        "kind",
        columns.link("case", "compliance.SuspicionCase", label=gettext_lazy("case")),
        columns.link("written_by", "dwaybank.User", label=gettext_lazy("who")),
    )
    list_display_links = ("kind",)
    list_select_related = ("case", "written_by")
    not_in_lists = ("text",)
    ordering = ("-pk",)
    uuid_search = ("pk", "case_id")
    search_help_text = gettext_lazy("The id of a case.")
    sections = (
        (
            "",
            (
                columns.time("written_at", label=gettext_lazy("when")),
                "kind",
                columns.link("case", "compliance.SuspicionCase", label=gettext_lazy("case")),
                columns.text("text"),
                columns.link("written_by", "dwaybank.User", label=gettext_lazy("who")),
            ),
        ),
    )


register_card(
    Card(
        name="suspicion-cases",
        title=gettext_lazy("Cases of suspicion"),
        what=gettext_lazy("Undecided; the oldest was opened"),
        queryset=lambda: SuspicionCase.objects.filter(case_status__in=cases.UNDECIDED),
        url=lambda: list_url("compliance.SuspicionCase", "whose=team"),
        permission="compliance.view_suspicioncase",
        oldest="opened_at",
        ordered=True,
        tone=Tone.WARNING,
        rank=8,
    )
)
