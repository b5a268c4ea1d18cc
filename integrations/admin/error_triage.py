"""The triage queue of errors: what is open by severity and by who has to act; retried, resolved or ignored in place."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from dwaybank.actor import Actor
from dwaybank.admin import display
from dwaybank.admin.base import acting_person
from dwaybank.admin.display import admin_url
from dwaybank.admin.saved_filters import with_saved_filters
from dwaybank.db.expressions import one_of_the_first
from dwaybank.errors import DomainError
from dwaybank.kept import kept_text
from integrations.admin.connection_actions import SYNC
from integrations.admin.shared import JOINED_SECRETS, RESOLUTION_TONES, SEVERITY_TONES
from integrations.enums import ErrorOwner, ErrorSeverity, ResolutionStatus
from integrations.models import IntegrationError
from integrations.models.integration_errors import OPEN, SEVERITY_RANK, WORST_FIRST
from integrations.syncing import triage
from integrations.syncing.switch import OFF, is_enabled

VIEW: Final = "integrations.view_integrationerror"
CHANGE: Final = "integrations.change_integrationerror"
PAGE_SIZE: Final = 25
COUNTED: Final = 5_000  # of a flood of errors the worst are counted, and the page says so
UNKNOWN: Final = "none"
OWNERS: Final = {**dict(ErrorOwner.choices), UNKNOWN: gettext_lazy("Not said")}


def triage_url(query: str = "") -> str:
    """Address of the queue."""
    return reverse("admin:integrations_integrationerror_triage") + (f"?{query}" if query else "")


def open_errors() -> QuerySet[Any]:
    """What is open, with its owner and its rank, worst and oldest first, as an index has them."""
    return (
        IntegrationError.objects.filter(resolution_status__in=OPEN)
        .annotate(
            owner=Coalesce(KeyTextTransform("owner", "error_details"), Value(UNKNOWN), output_field=TextField()),
            rank=SEVERITY_RANK,
        )
        .order_by("rank", "occurred_at", "pk")
    )


@require_safe
@with_saved_filters("integrations_integrationerror_triage")
def queue_view(request: HttpRequest) -> HttpResponse:
    """The queue, whole or of one severity or owner."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    wanted = {
        "severity": request.GET.get("severity", "") if request.GET.get("severity") in ErrorSeverity.values else "",
        "owner": request.GET.get("owner", "") if request.GET.get("owner") in OWNERS else "",
    }
    page = request.GET.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and int(page[:4]) > 0 else 1
    errors = open_errors()
    counts = Counter(errors.values_list("error_severity", "owner")[:COUNTED])
    if wanted["severity"]:
        errors = errors.filter(error_severity=wanted["severity"])
    if wanted["owner"]:
        errors = errors.filter(one_of_the_first(errors, COUNTED), owner=wanted["owner"])
    first = (number - 1) * PAGE_SIZE
    found = list(
        errors.select_related("connection", "user").defer(*JOINED_SECRETS, "stack_trace", "request_data")[
            first : first + PAGE_SIZE + 1
        ]
    )
    query = {name: value for name, value in wanted.items() if value}
    context = {
        **admin.site.each_context(request),
        "title": _("Errors to triage"),
        "opts": IntegrationError._meta,
        "rows": [_row(request, error) for error in found[:PAGE_SIZE]],
        "summary": _summary(counts, wanted),
        "owners": [str(label) for owner, label in OWNERS.items() if any(of == owner for _, of in counts)],
        "is_filtered": bool(query),
        "counted": COUNTED if counts.total() == COUNTED else 0,
        "may_change": request.user.has_perm(CHANGE),
        "query": urlencode({**query, "page": number}) if number > 1 else urlencode(query),
        "previous_url": triage_url(urlencode({**query, "page": number - 1})) if number > 1 else "",
        "next_url": triage_url(urlencode({**query, "page": number + 1})) if len(found) > PAGE_SIZE else "",
        "integration_is_off": "" if is_enabled() else OFF,
    }
    return TemplateResponse(request, "admin/integrations/integrationerror/triage.html", context)


def _summary(counts: Counter[tuple[str, str]], wanted: dict[str, str]) -> list[dict[str, Any]]:
    """One row per severity, worst first, with a link for each owner's count."""
    owners = [owner for owner in OWNERS if any(of == owner for _, of in counts)]
    table = []
    for severity in WORST_FIRST:
        cells = [
            {
                "number": counts[severity, owner],
                "url": triage_url(urlencode({"severity": severity, "owner": owner})),
                "is_current": wanted == {"severity": severity, "owner": owner},
            }
            for owner in owners
        ]
        total = sum(number for (of, _owner), number in counts.items() if of == severity)
        if total:
            table.append(
                {
                    "badge": display.badge(str(ErrorSeverity(severity).label), SEVERITY_TONES[severity]),
                    "cells": cells,
                    "total": total,
                    "url": triage_url(urlencode({"severity": severity})),
                    "is_current": wanted == {"severity": severity, "owner": ""},
                }
            )
    return table


def _row(request: HttpRequest, error: Any) -> dict[str, Any]:
    """One error as the queue shows it."""
    now = timezone.now()
    why_not = triage.why_not_retried(error)
    status = ResolutionStatus(error.resolution_status)
    return {
        "id": error.pk,
        "url": admin_url("integrations.IntegrationError", error.pk),
        "severity": display.badge(str(ErrorSeverity(error.error_severity).label), SEVERITY_TONES[error.error_severity]),
        "owner": OWNERS.get(error.owner, error.owner),
        "status": display.badge(str(status.label), RESOLUTION_TONES[status]) if status != ResolutionStatus.NEW else "",
        "message": kept_text(error.error_message),
        "code": error.error_code or "",
        "bank": error.connection.bank_name if error.connection else error.bank_id or "",
        "connection_url": admin_url("integrations.BankConnection", error.connection_id) if error.connection_id else "",
        "customer": error.user.email if error.user else "",
        "since": display.moment(error.occurred_at, now),
        "next_retry": display.moment(error.next_retry_at, now) if error.next_retry_at else "",
        "retries": error.retry_count or 0,
        "may_retry": not why_not and request.user.has_perm(SYNC),
        "why_not": why_not,
    }


@require_POST
def act_view(request: HttpRequest, error_id: UUID, name: str) -> HttpResponse:
    """Retry, resolve or ignore one error; then back to the queue as it was."""
    permission = {"retry": SYNC, "resolve": CHANGE, "ignore": CHANGE}.get(name)
    if permission is None:
        raise Http404
    if not (request.user.has_perm(VIEW) and request.user.has_perm(permission)):
        raise PermissionDenied
    note = request.POST.get("note", "").strip()
    actor = Actor(acting_person(request).pk, "admin", note[:500])
    closing = {"resolve": ResolutionStatus.RESOLVED, "ignore": ResolutionStatus.IGNORED}
    done = {
        "retry": _("A sync was asked for. The error closes by itself when it goes through."),
        "resolve": _("Resolved."),
        "ignore": _("Ignored: it comes again as a new error if it happens again."),
    }
    try:
        if name == "retry":
            triage.retry_error(error_id, actor=actor)
        else:
            triage.close_error(error_id, closing[name], note, actor=actor, now=timezone.now())
    except DomainError as error:
        messages.error(request, kept_text(str(error)))
    else:
        messages.success(request, done[name])
    back = request.POST.get("query", "")
    return HttpResponseRedirect(triage_url(_known_query(back)))


def _known_query(text: str) -> str:
    """Only what the queue itself understands of a query that a form brought back."""
    return urlencode([(name, value[:20]) for name, value in parse_qsl(text) if name in ("severity", "owner", "page")])
