"""One bank line and its candidates side by side, and every decision on it. Plain forms; htmx only swaps the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dwaybank.actor import Actor
from dwaybank.admin import display
from dwaybank.admin.base import acting_person, as_uuid
from dwaybank.admin.display import Tone, admin_url
from dwaybank.admin.paginator import bounded_count
from dwaybank.l10n import money_text
from integrations.models import BankTransaction, BankTransactionKey
from reconciliation import decisions
from reconciliation.admin import queue
from reconciliation.admin.beside import beside_lines, seen_of
from reconciliation.admin.candidates import candidates_of, in_one_line, ledger_line, percent, plain_money
from reconciliation.admin.ledger_search import MAX_FOUND, WINDOWS, LedgerSearch, find_ledger, ticked_ledger
from reconciliation.admin.mapping_decisions import decisions_of
from reconciliation.admin.queue import QueueFilter, queue_url, work_url
from reconciliation.admin.reviewing import VIEW, actor_of, attempt, last_decision_context, require, today
from reconciliation.admin.shared import DECIDE, OUTCOME_TONES, PROPOSAL_TONES, reason_words
from reconciliation.decisions import DecisionRefused, Seen
from reconciliation.decisions.locking import WAITING, signed
from reconciliation.enums import ProposalOutcome, ProposalStatus
from reconciliation.models import MappingDecision, MappingProposal, TransactionMapping

KEYS: Final = (
    ("a", gettext_lazy("Approve the chosen candidate; settle a reversal")),
    ("1\u20269", gettext_lazy("Choose a candidate")),
    ("x", gettext_lazy("Not this candidate: strike it, and remember that")),
    ("s", gettext_lazy("Choose or split by hand; Space ticks, Enter maps")),
    ("s b", gettext_lazy("Several bank lines of one ledger transaction")),
    ("/", gettext_lazy("Search the ledger")),
    ("d 1\u20264", gettext_lazy("Dispute, for a usual reason")),
    ("c 1\u20263", gettext_lazy("Create the ledger transaction, for a usual reason")),
    ("u", gettext_lazy("Undo your last decision")),
    ("j", gettext_lazy("Next line")),
    ("k", gettext_lazy("Previous line")),
    ("m", gettext_lazy("Claim this line, or give it back")),
    ("n", gettext_lazy("Write a note")),
    ("q", gettext_lazy("Back to the queue")),
    (gettext_lazy("Esc"), gettext_lazy("Leave a field, close what is open")),
    ("?", gettext_lazy("This help")),
)
DIFFERENCE_REASONS: Final = (
    gettext_lazy("fee"),
    gettext_lazy("foreign exchange"),
    gettext_lazy("tip"),
    gettext_lazy("rounding"),
)
# what a note mostly says, one key each
DISPUTE_NOTES: Final = (
    gettext_lazy("The customer does not know it"),
    gettext_lazy("The amount is wrong"),
    gettext_lazy("Booked twice by the bank"),
    gettext_lazy("The bank must explain it"),
)
CREATE_NOTES: Final = (
    gettext_lazy("Bank fee, not in the ledger"),
    gettext_lazy("Interest, not in the ledger"),
    gettext_lazy("The customer's own payment, not recorded"),
)
# where on the page a decision is asked for: what was written there is shown there again
_PANELS: Final = {
    "approve": "best", "reject": "best", "offset": "best", "choose": "s", "search": "s", "dispute": "d", "create": "c",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def work_view(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Show the line; POST decides, and shows the next one."""
    require(request, VIEW)
    proposal = _proposal(proposal_id)
    wanted = QueueFilter.of(request.GET)
    if request.method == "POST":
        require(request, DECIDE)
        if address := _act(request, proposal, wanted):
            return HttpResponseRedirect(address)
        proposal = _proposal(proposal_id)  # refused: as it stands now, with what the reviewer wrote
    return TemplateResponse(
        request, "admin/reconciliation/mappingproposal/workbench.html", _context(request, proposal, wanted)
    )


# --- What is shown


def _proposal(proposal_id: UUID) -> MappingProposal:
    found = MappingProposal.objects.filter(pk=proposal_id).select_related("account", "claimed_by", "bank_transaction")
    proposal: MappingProposal | None = found.first()
    if proposal is None:
        raise Http404(_("There is no such proposal."))
    return proposal


def _context(request: HttpRequest, proposal: MappingProposal, wanted: QueueFilter) -> dict[str, Any]:
    person, day = acting_person(request).pk, today()
    waits = proposal.proposal_status in WAITING
    beside = queue.neighbours(wanted, proposal, person, day)
    query = wanted.query()
    candidates = candidates_of(proposal) if waits else []
    line = _bank_line(proposal)
    held_by_other = proposal.claimed_by if proposal.claimed_by_id not in (None, person) else None
    return {
        **admin.site.each_context(request),
        **last_decision_context(request),
        "title": f"{proposal.description or _('(no text)')} {money_text(signed(proposal), None, signed=True)}",
        "opts": MappingProposal._meta,
        "proposal": proposal,
        "line": line,
        "amount": display.money(signed(proposal), proposal.currency, signed=True),
        "cents": int(signed(proposal) * 100),
        "outcome": display.badge(
            ProposalOutcome(proposal.outcome).label, OUTCOME_TONES.get(proposal.outcome, Tone.QUIET)
        ),
        "status": display.badge(
            ProposalStatus(proposal.proposal_status).label, PROPOSAL_TONES.get(proposal.proposal_status, Tone.QUIET)
        ),
        "reason": reason_words(proposal.reason),
        "probability": "" if proposal.probability is None else percent(proposal.probability),
        "margin": "" if proposal.margin is None else percent(proposal.margin),
        "candidates": candidates,
        "asks_reason": any(one.needs_reason for one in candidates),
        "is_offset": proposal.outcome == ProposalOutcome.OFFSET,
        "group": _group(proposal, query) if waits else [],
        "waits": waits,
        "can_dispute": proposal.proposal_status == ProposalStatus.OPEN,
        "is_mine": proposal.claimed_by_id == person,
        "held_by_other": held_by_other,
        "previous_url": work_url(beside.previous, query) if beside.previous else "",
        "next_url": work_url(beside.next, query) if beside.next else "",
        "queue_url": queue_url(query),
        "query": query,
        "left": bounded_count(queue.lines(wanted, person, day), queue.MAX_COUNTED),
        "counted_to": queue.MAX_COUNTED,
        "history": decisions_of(proposal.bank_transaction_id),
        "keys": KEYS,
        "dispute_notes": list(enumerate(DISPUTE_NOTES, 1)),
        "create_notes": list(enumerate(CREATE_NOTES, 1)),
        "difference_reasons": DIFFERENCE_REASONS,
        "kept": _kept(request.POST, proposal),
        "line_page": admin_url("integrations.BankTransaction", proposal.bank_transaction_id),
        **(_by_hand(request, proposal, candidates) if waits else {}),
    }


def _kept(form: QueryDict, proposal: MappingProposal) -> dict[str, Any]:
    """What a refused form held, to be shown again; the chosen candidate only while the candidates are the same."""
    is_same = form.get("version", "") == str(proposal.version)
    # where the engine found no partner none is chosen beforehand: a tired hand approves nothing
    first = -1 if proposal.outcome == ProposalOutcome.UNMATCHED else 0
    return {
        "panel": _PANELS.get(form.get("decision", ""), ""),
        "note": form.get("note", ""),
        "reason": form.get("reason", ""),
        "candidate": _number(form.get("candidate", ""), first) if is_same else first,
    }


def _bank_line(proposal: MappingProposal) -> BankTransaction | None:
    """The bank's row, from its one month; None where it is archived."""
    key: BankTransactionKey = proposal.bank_transaction
    rows = BankTransaction.objects.filter(pk=key.pk, transaction_date=key.transaction_date)
    return rows.defer("raw_data", "normalized_data").first()


def _group(proposal: MappingProposal, query: str) -> list[dict[str, Any]]:
    """The other bank lines that are decided with this one."""
    others = (
        MappingProposal.objects.filter(group_id=proposal.group_id, proposal_status__in=WAITING)
        .exclude(pk=proposal.pk)
        .defer("candidates")
        .order_by("transaction_date", "pk")[: queue.PAGE_SIZE]
    )
    return [
        {
            "text": one.description or _("(no text)"),
            "day": display.day(one.transaction_date),
            "amount": display.money(signed(one), one.currency, signed=True),
            "url": work_url(one.pk, query),
        }
        for one in others
    ]


def _by_hand(request: HttpRequest, proposal: MappingProposal, candidates: list[Any]) -> dict[str, Any]:
    """Ledger transactions to tick: what is ticked already, then what the search finds near the line."""
    form = request.POST or request.GET
    search, problem = LedgerSearch.of(form), ""
    try:
        found = find_ledger(proposal, search)
    except ValueError as error:
        found, problem = [], str(error)
    asked = [pk for text in form.getlist("pick") if (pk := as_uuid(text))]
    beside = beside_lines(proposal, acting_person(request).pk, search, form.getlist("with"))
    parts = [line.pk for one in candidates[:1] if one.is_batch for line in one.lines if not line.is_taken]
    ticked = ticked_ledger(proposal, asked or parts)
    chosen = {row.pk for row in ticked}
    total = sum((signed(row) for row in ticked), signed(proposal) * 0)
    together = signed(proposal) + sum((signed(one.proposal) for one in beside if one.is_ticked), signed(proposal) * 0)
    return {
        "beside": beside,
        "together": plain_money(together),
        "search": search,
        "search_problem": problem,
        "windows": WINDOWS,
        "ticked": [ledger_line(row) for row in ticked],
        "found": [ledger_line(row) for row in found if row.pk not in chosen],
        "found_cut": len(found) >= MAX_FOUND,
        "total": plain_money(total),
        "rest": plain_money(together - total),
        "rest_is_nothing": bool(ticked) and together == total,
        "hand_open": bool(asked or search.is_asked or form.getlist("with"))
        or _PANELS.get(form.get("decision", "")) == "s",
    }


# --- What is decided


def _act(request: HttpRequest, proposal: MappingProposal, wanted: QueueFilter) -> str:
    """Do what the form asks; the address to show next, or none where the same page is shown with what was written."""
    query, asked = wanted.query(), request.POST.get("decision", "")
    here = work_url(proposal.pk, query)
    if asked == "search":
        # notes stay out of addresses, which are logged
        is_written = request.POST.get("note") or request.POST.get("reason")
        return "" if is_written else _searched(request.POST, here)
    if asked in ("claim", "take_over", "release"):
        _claim(request, proposal, asked)
        return here
    work = _decision(request, proposal, asked)
    if work is None:
        messages.error(request, _("This page asked for something that is not known. Nothing was changed: reload it."))
        return here
    decision = attempt(request, work)
    if decision is None:
        return ""
    messages.success(request, f"{decision.get_decision_display()}: {in_one_line(proposal)}.")
    if asked == "reject":
        return here
    person = acting_person(request).pk
    following = queue.next_after(wanted, proposal, person, today())
    if following is None:
        messages.info(request, _("That was the last line of this queue."))
        return queue_url(query)
    return work_url(following, query)


def _decision(request: HttpRequest, proposal: MappingProposal, asked: str) -> Callable[[], MappingDecision] | None:
    form, actor = request.POST, actor_of(request)
    seen = Seen(proposal.pk, _number(form.get("version", ""), -1))
    note = form.get("note", "").strip() or form.get("usual_note", "").strip()
    reason = form.get("reason", "").strip()[:200]
    place = _number(form.get("candidate", ""), -1)
    ledger = [pk for text in form.getlist("pick") if (pk := as_uuid(text))]
    others = [one for text in form.getlist("with") if (one := seen_of(text))]
    known: dict[str, Callable[[], MappingDecision]] = {
        "approve": lambda: decisions.approve(seen, actor=actor, candidate=place, note=note, reason=reason),
        "choose": lambda: _by_choice(seen, others, ledger, actor, note, reason),
        "create": lambda: decisions.create_ledger_transaction(seen, actor=actor, note=note),
        "offset": lambda: decisions.settle_offset(seen, actor=actor, note=note),
        "reject": lambda: decisions.reject_candidate(seen, place, actor=actor, note=note),
        "dispute": lambda: decisions.dispute_line(proposal.pk, actor=actor, note=note),
    }
    return known.get(asked)


def _by_choice(
    seen: Seen, others: list[Seen], ledger: list[UUID], actor: Actor, note: str, reason: str
) -> MappingDecision:
    """One bank line of one or several ledger transactions; or several bank lines of one."""
    if not others:
        return decisions.choose(seen, ledger, actor=actor, note=note, reason=reason)
    if len(ledger) != 1:
        raise DecisionRefused(_("Several bank lines are parts of one ledger transaction: tick just one in the ledger."))
    return decisions.group_lines(seen, others, ledger[0], actor=actor, note=note)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _searched(form: QueryDict, here: str) -> str:
    """The same page with the search and the ticks in its address: what was ticked stays ticked."""
    query = QueryDict(mutable=True)
    for name in ("text", "amount", "days"):
        if text := form.get(name, "")[:100]:
            query[name] = text
    query.setlist("with", [text for text in form.getlist("with") if seen_of(text)])
    query.setlist("pick", [str(pk) for text in form.getlist("pick") if (pk := as_uuid(text))])
    return f"{here}{'&' if '?' in here else '?'}{query.urlencode()}"


def _claim(request: HttpRequest, proposal: MappingProposal, asked: str) -> None:
    actor = actor_of(request)
    if asked == "release":
        done = decisions.release([proposal.pk], actor=actor)
        text = _("Given back: anybody may take this line.")
    else:
        done = decisions.claim([proposal.pk], actor=actor, take_over=asked == "take_over")
        text = _("This line is yours.")
    if done:
        messages.success(request, text)
    else:
        messages.error(request, _("Nothing was changed: somebody else works on this line, or it no longer waits."))


@require_POST
def undo_view(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Take a decision back, and show its line again."""
    require(request, VIEW, DECIDE)
    actor = actor_of(request)
    note = request.POST.get("note", "").strip()
    decision = MappingDecision.objects.filter(pk=decision_id).defer("before", "after").first()
    done = attempt(request, lambda: decisions.undo(decision_id, actor=actor, note=note))
    if done is not None and decision is not None:
        when = timezone.localtime(decision.decided_at)
        messages.success(
            request,
            _("Undone: “%(decision)s”, decided at %(time)s.")
            % {"decision": decision.get_decision_display(), "time": f"{when:%H:%M}"},
        )
    if decision is None:
        return HttpResponseRedirect(queue_url(QueueFilter.of(request.GET).query()))
    return HttpResponseRedirect(where_it_stands(decision.bank_transaction_id, QueueFilter.of(request.GET).query()))


@require_http_methods(["GET", "HEAD"])
def line_view(request: HttpRequest, bank_transaction_id: UUID) -> HttpResponse:
    """Lead to where a bank line stands now."""
    require(request, VIEW)
    return HttpResponseRedirect(where_it_stands(bank_transaction_id, QueueFilter.of(request.GET).query()))


def where_it_stands(bank_transaction_id: UUID, query: str = "") -> str:
    """The workbench while it waits, its mapping's page once it is mapped, else the newest proposal or the bank line."""
    proposals = MappingProposal.objects.filter(bank_transaction_id=bank_transaction_id).order_by("-created_at")
    known = list(proposals.values_list("pk", "proposal_status")[: queue.PAGE_SIZE])
    if waiting := [pk for pk, status in known if status in WAITING]:
        return work_url(waiting[0], query)
    mapping = TransactionMapping.objects.filter(bank_transaction_id=bank_transaction_id).values_list("pk", flat=True)
    if (pk := mapping.first()) is not None:
        return admin_url("reconciliation.TransactionMapping", pk, "decide")
    return work_url(known[0][0], query) if known else admin_url("integrations.BankTransaction", bank_transaction_id)
