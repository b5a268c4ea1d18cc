"""Decisions of two people on a balance conflict, in the order account, conflict, resolution, each held.

What may be, the database holds (``balance_resolutions_guard()``); here it is asked in an order that gives people a
clear answer, and pages that show an older state decide nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dwaybank import config
from dwaybank.actor import Actor, acting_as
from dwaybank.errors import DomainError
from dwaybank.models import Account
from dwaybank.notifications import NotificationKind, holders_of, notify, register_kind
from reconciliation.balancing.resync import queue_resync, require_resync
from reconciliation.enums import ConflictStatus, ResolutionMethod, ResolutionStatus
from reconciliation.models import BalanceConflict, BalanceResolution
from reconciliation.telling import tell_answered

_APPROVE: Final = "reconciliation.approve_balance_resolution"
APPROVAL_WAITS: Final = register_kind(
    NotificationKind("approval_waits", gettext_lazy("Approvals that wait for you"), _APPROVE)
)


class BalanceRefused(DomainError):
    """A decision that cannot stand; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A conflict as the page showed it."""

    conflict_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed. ``amount``: signed, for a manual adjustment alone; the days for fetching again alone."""

    method: str
    reason: str
    amount: Decimal | None = None
    window_start: date | None = None
    window_end: date | None = None


def person(actor: Actor) -> UUID:
    """Who acts. Raises BalanceRefused for nobody."""
    if actor.user_id is None:
        raise BalanceRefused(_("A decision needs a person who signs for it."))
    return actor.user_id


def propose(seen: Seen, proposal: Proposal, *, actor: Actor) -> BalanceResolution:
    """Propose how an open conflict is resolved; another person decides. Raises BalanceRefused."""
    by, reason = person(actor), proposal.reason.strip()
    if not reason:
        raise BalanceRefused(_("Say why: a proposal needs a reason."))
    if proposal.method not in ResolutionMethod.values:
        raise BalanceRefused(_("Choose what is to be done."))
    with acting_as(Actor(by, actor.run, reason)):
        conflict = _held(seen)
        if conflict.conflict_status != ConflictStatus.OPEN:
            raise BalanceRefused(_state_words(conflict))
        if conflict.claimed_by_id not in (None, by):
            raise BalanceRefused(
                _("%(person)s works on this conflict. Nothing was changed. Take it over, or choose another.")
                % {"person": conflict.claimed_by}
            )
        if proposal.method == ResolutionMethod.TRANSACTION_RESYNC:
            require_resync(conflict, proposal.window_start, proposal.window_end)
        proposed = BalanceResolution.objects.create(
            conflict=conflict,
            method=proposal.method,
            amount=_amount(conflict, proposal),
            reason=reason,
            window_start=proposal.window_start if proposal.method == ResolutionMethod.TRANSACTION_RESYNC else None,
            window_end=proposal.window_end if proposal.method == ResolutionMethod.TRANSACTION_RESYNC else None,
            bank_balance=conflict.bank_balance,
            dway_balance=conflict.dway_balance,
            proposed_by_id=by,
        )
        notify(
            kind=APPROVAL_WAITS,
            recipients=holders_of(_APPROVE).exclude(pk=by),
            subject=gettext_lazy("A proposal for a balance waits for your approval"),
            url=reverse("admin:reconciliation_balanceconflict_decide", args=[conflict.pk]),
            dedupe_key=f"balance:{proposed.pk}",
        )
        return proposed


def _amount(conflict: BalanceConflict, proposal: Proposal) -> Decimal | None:
    if proposal.method == ResolutionMethod.ACCEPT_BANK:
        return Decimal(conflict.gap)
    if proposal.method != ResolutionMethod.MANUAL_ADJUSTMENT:
        return None
    if not proposal.amount or proposal.amount != round(proposal.amount, 2) or abs(proposal.amount) >= 10**13:
        raise BalanceRefused(_("A manual adjustment needs an amount with two decimals at most, not zero."))
    return proposal.amount


def approve(seen: Seen, *, actor: Actor, reason: str = "") -> BalanceResolution:
    """Approve what waits for this conflict. An adjustment is booked, or a sync is queued, in this transaction.

    Raises BalanceRefused; IntegrityError where the database's own rules refuse.
    """
    by = person(actor)
    with acting_as(Actor(by, actor.run, reason)):
        conflict, waiting = _waiting(seen)
        alone = waiting.proposed_by_id == by
        if alone and not may_decide_alone(conflict, waiting):
            raise BalanceRefused(_("Whoever proposed a resolution cannot decide on it: two people decide."))
        _decide(waiting, ResolutionStatus.APPROVED, by, reason, is_one_person=alone)
        waiting.refresh_from_db()
        if waiting.method == ResolutionMethod.TRANSACTION_RESYNC:
            request = queue_resync(conflict, waiting, by)
            BalanceResolution.objects.filter(pk=waiting.pk).update(sync_request_id=request)
            waiting.sync_request_id = request
        tell_answered(waiting)
        return waiting


def reject(seen: Seen, *, actor: Actor, reason: str) -> BalanceResolution:
    """Send a proposal back with a reason; the conflict is open again. Raises BalanceRefused."""
    by = person(actor)
    if not reason.strip():
        raise BalanceRefused(_("Say why: a rejection needs a reason."))
    with acting_as(Actor(by, actor.run, reason)):
        _conflict, waiting = _waiting(seen)
        if waiting.proposed_by_id == by:
            raise BalanceRefused(_("This is your own proposal: withdraw it instead."))
        _decide(waiting, ResolutionStatus.REJECTED, by, reason)
        waiting.refresh_from_db()
        tell_answered(waiting)
        return waiting


def withdraw(seen: Seen, *, actor: Actor, reason: str = "") -> BalanceResolution:
    """Take back one's own proposal; the conflict is open again. Raises BalanceRefused."""
    by = person(actor)
    with acting_as(Actor(by, actor.run, reason)):
        _conflict, waiting = _waiting(seen)
        if waiting.proposed_by_id != by:
            raise BalanceRefused(_("Only who made a proposal can withdraw it: reject it instead."))
        _decide(waiting, ResolutionStatus.WITHDRAWN, by, reason)
        waiting.refresh_from_db()
        return waiting


def may_decide_alone(conflict: BalanceConflict, waiting: BalanceResolution) -> bool:
    """Whether the setting lets the proposer approve: off (0) as delivered."""
    up_to = Decimal(config.read(config.BALANCE_ONE_PERSON_THRESHOLD))
    return up_to > 0 and max(abs(waiting.amount or 0), abs(conflict.gap)) <= up_to


def _decide(waiting: BalanceResolution, status: str, by: UUID, reason: str, *, is_one_person: bool = False) -> None:
    changed = BalanceResolution.objects.filter(pk=waiting.pk, resolution_status=ResolutionStatus.PROPOSED).update(
        resolution_status=status,
        decided_by=by,
        decided_at=Now(),
        decision_reason=reason.strip(),
        is_one_person=is_one_person,
    )
    if not changed:
        raise BalanceRefused(_("This proposal was decided meanwhile. Nothing was changed. Reload to see it."))


def _held(seen: Seen) -> BalanceConflict:
    """The conflict, its account's row held before it. Raises BalanceRefused where the page is stale."""
    account_id = BalanceConflict.objects.filter(pk=seen.conflict_id).values_list("account_id", flat=True).first()
    if account_id is None:
        raise BalanceRefused(_("There is no such conflict. Reload the queue."))
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    conflict = (
        BalanceConflict.objects.select_for_update(no_key=True, of=("self",))
        .select_related("claimed_by", "account", "connection")
        .get(pk=seen.conflict_id)
    )
    if conflict.version != seen.version:
        raise BalanceRefused(f"{_state_words(conflict)} {_('Nothing was changed. Reload the page and look again.')}")
    return conflict


def _waiting(seen: Seen) -> tuple[BalanceConflict, BalanceResolution]:
    conflict = _held(seen)
    waiting = BalanceResolution.objects.filter(conflict=conflict, resolution_status=ResolutionStatus.PROPOSED).first()
    if waiting is None:
        raise BalanceRefused(_("Nothing waits for approval here. Reload the page."))
    return conflict, waiting


def _state_words(conflict: BalanceConflict) -> str:
    """Where the conflict stands, for whoever's page is older."""
    last = (
        BalanceResolution.objects.filter(conflict=conflict)
        .select_related("proposed_by", "decided_by")
        .order_by("-proposed_at")
        .first()
    )
    if conflict.conflict_status == ConflictStatus.HEALED:
        return _("This conflict closed by itself: %(why)s") % {"why": conflict.closed_reason}
    if last is None or conflict.conflict_status == ConflictStatus.OPEN:
        return _("This conflict was compared again or changed since the page was opened.")
    who = last.decided_by or last.proposed_by
    when = timezone.localtime(last.decided_at or last.proposed_at)
    return _("%(state)s: %(person)s, %(time)s.") % {
        "state": conflict.get_conflict_status_display(),
        "person": who,
        "time": f"{when:%H:%M}",
    }
