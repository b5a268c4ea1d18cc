"""The queue's page, and what is done to several of its lines at once: approve, claim, release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from dwaybank.admin import display
from dwaybank.admin.base import acting_person, as_uuid
from dwaybank.admin.display import Tone
from dwaybank.admin.saved_filters import with_saved_filters
from dwaybank.l10n import number_text
from dwaybank.translation import Text
from reconciliation import decisions
from reconciliation.admin import queue
from reconciliation.admin.candidates import in_one_line, in_short, percent
from reconciliation.admin.queue import QueueFilter, queue_url, work_url
from reconciliation.admin.reviewing import VIEW, actor_of, last_decision_context, refusal_of, require, today
from reconciliation.admin.shared import DECIDE, OUTCOME_TONES, reason_words
from reconciliation.admin.typed_amounts import misread
from reconciliation.decisions import Seen
from reconciliation.decisions.locking import signed
from reconciliation.enums import ProposalOutcome
from reconciliation.models import MappingProposal

_RESULTS: Final = "reconciliation-bulk-results"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line as the list shows it."""

    proposal: MappingProposal
    name: str
    url: str
    amount: SafeString
    age: str
    outcome: SafeString
    reason: str
    evidence: str
    probability: str
    claimed: str
    value: str
    is_ticked: bool
    may_tick: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A link or an option of a filter."""

    value: str
    text: str
    url: str
    is_current: bool
    count: str = ""


@require_GET
@with_saved_filters("reconciliation_mappingproposal_queue")
def queue_view(request: HttpRequest) -> HttpResponse:
    """The lines that wait, filtered and in order, with counts by outcome."""
    require(request, VIEW)
    person = acting_person(request).pk
    wanted = QueueFilter.of(request.GET)
    day = today()
    page = queue.page_of(wanted, person, day, request.GET.get("after", ""), request.GET.get("before", ""))
    counts = queue.counts_of(wanted, person, day)
    query = wanted.query()
    rows = [_row(one, query, person, day) for one in page.rows]
    context = {
        **admin.site.each_context(request),
        **last_decision_context(request),
        "title": _("Mappings to decide"),
        "opts": MappingProposal._meta,
        "wanted": wanted,
        "typed": request.GET,
        "misread": misread(request.GET, "least", "most"),
        "query": query,
        "rows": rows,
        "ticked": sum(1 for row in rows if row.is_ticked),
        "counts": counts,
        "whose_choices": _choices(wanted, "whose", queue.WHOSE),
        "order_choices": _choices(wanted, "order", queue.ORDERS),
        "age_choices": _choices(wanted, "age", queue.AGES),
        "band_choices": _choices(wanted, "band", queue.BANDS),
        "outcome_choices": _outcomes(wanted, counts),
        "reason_choices": [
            Choice(code, f"{reason_words(code).capitalize()} ({count})", "", code == wanted.reason)
            for code, count in sorted(counts.reasons.items(), key=lambda one: (-one[1], one[0]))
        ],
        "account_choices": [
            Choice(str(pk), f"{name} ({count})", "", pk == wanted.account) for pk, name, count in counts.accounts
        ],
        "earlier_url": queue_url(wanted.query(before=page.earlier)) if page.earlier else "",
        "later_url": queue_url(wanted.query(after=page.later)) if page.later else "",
        "first_url": rows[0].url if rows else "",
        "kept": [(name, value) for name in ("whose", "order", "outcome") if (value := getattr(wanted, name))],
        "results": request.session.pop(_RESULTS, []) if _RESULTS in request.session else [],
    }
    return TemplateResponse(request, "admin/reconciliation/mappingproposal/queue.html", context)


def _row(proposal: MappingProposal, query: str, person: UUID, day: Any) -> QueueRow:
    days = (day - proposal.transaction_date).days
    holder = _("you") if proposal.claimed_by_id == person else str(proposal.claimed_by or "")
    is_free = proposal.claimed_by_id in (None, person)
    return QueueRow(
        proposal=proposal,
        name=in_one_line(proposal),
        url=work_url(proposal.pk, query),
        amount=display.money(signed(proposal), proposal.currency, signed=True),
        age=_("today") if days == 0 else ngettext("%(count)s day", "%(count)s days", days) % {"count": days},
        outcome=display.badge(ProposalOutcome(proposal.outcome).label, OUTCOME_TONES.get(proposal.outcome, Tone.QUIET)),
        reason=reason_words(proposal.reason),
        evidence=in_short(proposal),
        probability="" if proposal.probability is None else percent(proposal.probability),
        claimed=holder,
        value=f"{proposal.pk}:{proposal.version}",
        is_ticked=proposal.is_exact and is_free,
        may_tick=is_free,
    )


def _choices(wanted: QueueFilter, name: str, known: Mapping[str, Text]) -> list[Choice]:
    return [
        Choice(value, str(text), queue_url(wanted.query(**{name: value})), getattr(wanted, name) == value)
        for value, text in known.items()
    ]


def _outcomes(wanted: QueueFilter, counts: queue.Counts) -> list[Choice]:
    found = [Choice("", _("All"), queue_url(wanted.query(outcome="")), not wanted.outcome, counts.total_text)]
    return found + [
        Choice(
            value,
            str(label),
            queue_url(wanted.query(outcome=value)),
            wanted.outcome == value,
            f"{number_text(counts.outcomes[value])}{'+' if counts.is_cut else ''}",
        )
        for value, label in ProposalOutcome.choices
    ]


# --- Several lines at once


@require_POST
def act_view(request: HttpRequest) -> HttpResponse:
    """Approve, claim or release the ticked lines; each on its own, with an answer for each."""
    require(request, VIEW, DECIDE)
    wanted = QueueFilter.of(request.GET)
    seen = _ticked(request.POST.getlist("line"))
    if not seen:
        messages.warning(request, _("No line was ticked, so nothing was done."))
    elif request.POST.get("action") == "approve":
        _approve(request, seen)
    elif request.POST.get("action") == "claim":
        taken = decisions.claim([one.proposal_id for one in seen], actor=actor_of(request))
        _say_claimed(request, taken, len(seen))
    elif request.POST.get("action") == "release":
        released = decisions.release([one.proposal_id for one in seen], actor=actor_of(request))
        messages.success(
            request,
            ngettext(
                "%(released)s of %(count)s line given back. Only your own can be.",
                "%(released)s of %(count)s lines given back. Only your own can be.",
                len(seen),
            )
            % {"released": released, "count": len(seen)},
        )
    else:
        messages.error(request, _("This page asked for something that is not known. Reload it."))
    return HttpResponseRedirect(queue_url(wanted.query()))


def _ticked(values: Sequence[str]) -> list[Seen]:
    """Lines as the page showed them, a page of them at most; what is no line is left out."""
    found = []
    for value in values[: queue.PAGE_SIZE]:
        key, _, version = value.partition(":")
        identifier = as_uuid(key)
        if identifier is not None and version.isascii() and version.isdigit() and len(version) < 10:
            found.append(Seen(identifier, int(version)))
    return found


def _approve(request: HttpRequest, seen: Sequence[Seen]) -> None:
    """Each in its own transaction: one that is refused holds up no other."""
    shown = {
        one.pk: one
        for one in MappingProposal.objects.filter(pk__in=[page.proposal_id for page in seen]).defer("candidates")
    }
    actor, results = actor_of(request), []
    groups: dict[UUID, str] = {}  # decided here already, by the line that stood for the group
    for page in seen:
        proposal = shown.get(page.proposal_id)
        approved, said = False, ""
        if proposal and proposal.group_id in groups:
            approved, said = True, _("decided together with %(line)s") % {"line": groups[proposal.group_id]}
        elif proposal and proposal.outcome == ProposalOutcome.UNMATCHED:
            said = _("No partner was found for it: open it, and decide it by itself.")
        else:
            done, said = refusal_of(lambda page=page: decisions.approve(page, actor=actor))  # type: ignore[misc]
            approved = done is not None
        if proposal and approved:
            groups.setdefault(proposal.group_id, in_one_line(proposal))
        results.append(
            {
                "line": in_one_line(proposal) if proposal else str(page.proposal_id),
                "url": work_url(page.proposal_id) if proposal else "",
                "approved": approved,
                "why": said,
            }
        )
    approved_count = sum(1 for one in results if one["approved"])
    request.session[_RESULTS] = results
    say = messages.success if approved_count == len(results) else messages.warning
    say(
        request,
        _("%(approved)s approved, %(skipped)s skipped.")
        % {"approved": approved_count, "skipped": len(results) - approved_count},
    )


def _say_claimed(request: HttpRequest, taken: int, asked: int) -> None:
    if taken == asked:
        messages.success(
            request,
            ngettext("%(count)s line is yours now.", "%(count)s lines are yours now.", taken) % {"count": taken},
        )
    else:
        messages.warning(
            request,
            _("%(taken)s of %(asked)s lines are yours now; somebody else works on the others, or they are decided.")
            % {"taken": taken, "asked": asked},
        )
