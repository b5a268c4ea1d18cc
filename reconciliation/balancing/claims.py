"""Who works on which conflict, and which wait until a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from dwaybank.actor import Actor, acting_as
from reconciliation.balancing.deciding import BalanceRefused, person
from reconciliation.models import BalanceConflict
from reconciliation.models.balance_conflicts import IS_OPEN


def claim(conflict_ids: Iterable[UUID], *, actor: Actor, take_over: bool = False) -> int:
    """Take open conflicts; those of somebody else only with ``take_over``. Returns how many are the person's now."""
    by = person(actor)
    wanted = BalanceConflict.objects.filter(IS_OPEN, pk__in=list(conflict_ids))
    free = wanted if take_over else wanted.filter(Q(claimed_by=None) | Q(claimed_by=by))
    with acting_as(actor):
        return free.update(claimed_by=by, claimed_at=Now())


def release(conflict_ids: Iterable[UUID], *, actor: Actor) -> int:
    """Give back conflicts that are the person's. Returns how many were."""
    mine = BalanceConflict.objects.filter(IS_OPEN, pk__in=list(conflict_ids), claimed_by=person(actor))
    with acting_as(actor):
        return mine.update(claimed_by=None, claimed_at=None)


def snooze(conflict_id: UUID, until: date | None, *, actor: Actor, today: date) -> None:
    """Keep an open conflict out of the queue until a day; None brings it back. Raises BalanceRefused."""
    person(actor)
    if until is not None and until <= today:
        raise BalanceRefused(_("Choose a day after today."))
    with acting_as(actor):
        changed = BalanceConflict.objects.filter(IS_OPEN, pk=conflict_id).update(snoozed_until=until)
    if not changed:
        raise BalanceRefused(_("This conflict is closed. Reload the queue."))
