"""One balance conflict: both sides, why they differ, and its decisions. Plain forms, a preview before each is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dwaybank.actor import Actor
from dwaybank.admin import display
from dwaybank.admin.base import acting_person
from dwaybank.l10n import money_text
from dwaybank.reauth import ensure_recent_sign_in
from reconciliation import balancing
from reconciliation.admin.account_coverage import coverage_url
from reconciliation.admin.conflict_parts import answers_of, both_sides, fetching_of, history_of, timing_of
from reconciliation.admin.conflict_pictures import balance_chart, coverage_of_conflict
from reconciliation.admin.conflict_queue import APPROVE, PROPOSE, VIEW, conflict_url, queue_url
from reconciliation.admin.reviewing import actor_of, attempt, require, today
from reconciliation.admin.shared import CONFLICT_TONES, cause_words
from reconciliation.admin.typed_amounts import typed_amount
from reconciliation.balancing import Proposal, Seen
from reconciliation.balancing.deciding import may_decide_alone
from reconciliation.balancing.resync import advice
from reconciliation.enums import ConflictStatus, ResolutionMethod, ResolutionStatus
from reconciliation.models import BalanceConflict, BalanceResolution

_OPEN: Final = (ConflictStatus.OPEN, ConflictStatus.PROPOSED, ConflictStatus.RESYNCING)


@require_http_methods(["GET", "HEAD", "POST"])
def conflict_view(request: HttpRequest, conflict_id: UUID) -> HttpResponse:
    """Show the conflict; POST previews or makes a decision."""
    require(request, VIEW)
    conflict = (
        BalanceConflict.objects.filter(pk=conflict_id)
        .select_related("account", "claimed_by", "connection")
        .defer(
            "connection__encrypted_credentials",
            "connection__encrypted_access_token",
            "connection__encrypted_refresh_token",
        )
        .first()
    )
    if conflict is None:
        raise Http404(_("There is no such conflict."))
    preview: dict[str, Any] | None = None
    if request.method == "POST":
        asked = request.POST.get("decision", "")
        if asked != "preview":
            return HttpResponseRedirect(_act(request, conflict, asked))
        require(request, PROPOSE)
        preview = _preview(request, conflict)
    # what was typed stays, where it says too little
    context = _context(request, conflict) | {"preview": preview, "typed": request.POST}
    return TemplateResponse(request, "admin/reconciliation/balanceconflict/conflict.html", context)


# --- What is shown


def _context(request: HttpRequest, conflict: BalanceConflict) -> dict[str, Any]:
    person = acting_person(request).pk
    waiting = (
        BalanceResolution.objects.filter(conflict=conflict, resolution_status=ResolutionStatus.PROPOSED)
        .select_related("proposed_by")
        .first()
    )
    is_open = conflict.conflict_status in _OPEN
    held_by_other = conflict.claimed_by if conflict.claimed_by_id not in (None, person) else None
    start = conflict.parted_from or conflict.parted_on or conflict.bank_day
    own = waiting is not None and waiting.proposed_by_id == person
    return {
        **admin.site.each_context(request),
        "title": f"{conflict.account.account_name} {money_text(conflict.gap, conflict.currency, signed=True)}",
        "opts": BalanceConflict._meta,
        "conflict": conflict,
        "gap": display.money(conflict.gap, conflict.currency, signed=True),
        "gap_text": money_text(conflict.gap, conflict.currency, signed=True),
        "status": display.badge(conflict.get_conflict_status_display(), CONFLICT_TONES[conflict.conflict_status]),
        "cause": cause_words(conflict.cause),
        "is_open": is_open,
        "held_by_other": held_by_other,
        "is_mine": conflict.claimed_by_id == person,
        "sides": both_sides(conflict),
        "answers": answers_of(conflict),
        "timing": timing_of(conflict),
        "chart": balance_chart(conflict),
        "calendar": coverage_of_conflict(conflict),
        "coverage_url": coverage_url(conflict.account_id),
        "history": history_of(conflict),
        "fetching": fetching_of(conflict),
        "waiting": waiting,
        "waiting_effect": _effect(conflict, waiting.method, waiting.amount) if waiting else None,
        "is_own_proposal": own,
        "may_propose": request.user.has_perm(PROPOSE) and conflict.conflict_status == ConflictStatus.OPEN,
        "may_work": is_open and (request.user.has_perm(PROPOSE) or request.user.has_perm(APPROVE)),
        "may_approve": waiting is not None
        and (
            (request.user.has_perm(APPROVE) and not own)
            or (own and request.user.has_perm(PROPOSE) and may_decide_alone(conflict, waiting))
        ),
        "may_reject": waiting is not None and request.user.has_perm(APPROVE) and not own,
        "methods": list(ResolutionMethod.choices),
        "resync_advice": advice(conflict),
        "window_start": _day(request.POST.get("window_start", "")) or start,
        "window_end": _day(request.POST.get("window_end", "")) or conflict.bank_day,
        "queue_url": queue_url(),
        "today": today(),
    }


def _effect(conflict: BalanceConflict, method: str, amount: Decimal | None) -> dict[str, Any]:
    """What a resolution does: DwayBank's balance now and afterwards, and what is left of the difference."""
    moved = amount or Decimal("0.00")
    now = conflict.account.current_balance
    rest = conflict.gap - moved

    def money(value: Decimal) -> Any:
        return display.money(value, conflict.currency, signed=True)

    words = {
        ResolutionMethod.ACCEPT_BANK: _("One ledger transaction is made, dated %(day)s, and linked to this conflict."),
        ResolutionMethod.MANUAL_ADJUSTMENT: _(
            "One ledger transaction is made, dated %(day)s, and linked to this conflict."
        ),
        ResolutionMethod.KEEP_DWAY: _("Nothing is booked. Later comparisons take this difference as known."),
        ResolutionMethod.TRANSACTION_RESYNC: _("Nothing is booked. The days are fetched again, then compared."),
    }
    return {
        "method": ResolutionMethod(method).label,
        "words": words[ResolutionMethod(method)] % {"day": conflict.bank_day},
        "adjustment": money(moved) if moved else "",
        "before": money(now),
        "after": money(now + moved),
        "gap_before": money(conflict.gap),
        "gap_after": money(rest),
        "leaves_rest": bool(moved) and bool(rest),
    }


def _preview(request: HttpRequest, conflict: BalanceConflict) -> dict[str, Any] | None:
    """The form again with what it would do; None, with a message, where it says too little."""
    proposal = _proposal(request)
    problem = ""
    if proposal.method not in ResolutionMethod.values:
        problem = _("Choose what is to be done.")
    elif not proposal.reason:
        problem = _("Say why: a proposal needs a reason.")
    elif proposal.method == ResolutionMethod.MANUAL_ADJUSTMENT and not proposal.amount:
        problem = _("A manual adjustment needs an amount with two decimals at most, not zero.")
    elif proposal.method == ResolutionMethod.TRANSACTION_RESYNC and advice(conflict):
        problem = advice(conflict)
    if problem:
        messages.error(request, problem)
        return None
    amount = proposal.amount
    if proposal.method == ResolutionMethod.ACCEPT_BANK:
        amount = conflict.gap
    elif proposal.method != ResolutionMethod.MANUAL_ADJUSTMENT:
        amount = None
    return {
        "proposal": proposal,
        "amount": "" if proposal.amount is None else str(proposal.amount),
        "effect": _effect(conflict, proposal.method, amount),
        "version": request.POST.get("version", ""),
    }


# --- What is decided


def _proposal(request: HttpRequest) -> Proposal:
    form = request.POST
    return Proposal(
        method=form.get("method", ""),
        reason=form.get("reason", "").strip()[:2000],
        amount=_amount(form.get("amount", "")),
        window_start=_day(form.get("window_start", "")),
        window_end=_day(form.get("window_end", "")),
    )


def _amount(text: str) -> Decimal | None:
    """A signed amount as a person types it; None for what is none."""
    try:
        return typed_amount(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _act(request: HttpRequest, conflict: BalanceConflict, asked: str) -> str:
    """Do what the form asks; the address to show next."""
    version, actor = request.POST.get("version", ""), actor_of(request)
    seen = Seen(conflict.pk, int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1)
    reason = request.POST.get("reason", "").strip()[:2000]
    if asked in ("claim", "release", "take_over"):
        _claim(request, conflict, asked, actor)
        return conflict_url(conflict.pk)
    known: dict[str, tuple[tuple[str, ...], Callable[[], Any], str]] = {
        "propose": (
            (PROPOSE,),
            lambda: balancing.propose(seen, _proposal(request), actor=actor),
            _("Proposed. Another person approves or rejects it."),
        ),
        "approve": (
            (),
            lambda: balancing.approve(seen, actor=actor, reason=reason),
            _("Approved and done."),
        ),
        "reject": (
            (APPROVE,),
            lambda: balancing.reject(seen, actor=actor, reason=reason),
            _("Rejected: the conflict is open again."),
        ),
        "withdraw": (
            (PROPOSE,),
            lambda: balancing.withdraw(seen, actor=actor, reason=reason),
            _("Withdrawn: the conflict is open again."),
        ),
        "snooze": ((), lambda: _snooze(request, conflict, actor), _("Snoozed.")),
        "wake": (
            (),
            lambda: _wake(conflict, actor),
            _("Back in the queue."),
        ),
    }
    if asked not in known:
        messages.error(request, _("This page asked for something that is not known. Nothing was changed: reload it."))
        return conflict_url(conflict.pk)
    permissions, work, done_words = known[asked]
    require(request, VIEW, *permissions)
    if asked == "approve" and not _is_own_small_one(request, conflict):
        require(request, APPROVE)
    if not permissions and not (request.user.has_perm(APPROVE) or request.user.has_perm(PROPOSE)):
        require(request, APPROVE)
    if asked == "approve":
        ensure_recent_sign_in(request)
    if attempt(request, work) is not None:
        messages.success(request, done_words)
        if asked in ("propose", "snooze"):
            return queue_url()
    return conflict_url(conflict.pk)


def _is_own_small_one(request: HttpRequest, conflict: BalanceConflict) -> bool:
    """Whether a reviewer may approve what is their own, for which the setting asks one person alone."""
    waiting = BalanceResolution.objects.filter(conflict=conflict, resolution_status=ResolutionStatus.PROPOSED).first()
    return (
        waiting is not None
        and waiting.proposed_by_id == acting_person(request).pk
        and request.user.has_perm(PROPOSE)
        and may_decide_alone(conflict, waiting)
    )


def _snooze(request: HttpRequest, conflict: BalanceConflict, actor: Actor) -> bool:
    until = _day(request.POST.get("until", ""))
    if until is None:
        raise balancing.BalanceRefused(_("Choose the day on which it comes back."))
    balancing.snooze(conflict.pk, until, actor=actor, today=today())
    return True


def _wake(conflict: BalanceConflict, actor: Actor) -> bool:
    balancing.snooze(conflict.pk, None, actor=actor, today=today())
    return True


def _claim(request: HttpRequest, conflict: BalanceConflict, asked: str, actor: Actor) -> None:
    if not (request.user.has_perm(APPROVE) or request.user.has_perm(PROPOSE)):
        require(request, PROPOSE)
    if asked == "release":
        done, text = balancing.release([conflict.pk], actor=actor), _("Given back: anybody may take it.")
    else:
        done = balancing.claim([conflict.pk], actor=actor, take_over=asked == "take_over")
        text = _("This conflict is yours.")
    if done:
        messages.success(request, text)
    else:
        messages.error(request, _("Nothing was changed: somebody else works on it, or it is closed."))
