"""Who works on which line: claimed by hand or on opening, given back, taken over."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from dwaybank.actor import Actor
from reconciliation.decisions.recording import reviewer
from reconciliation.enums import ProposalStatus
from reconciliation.models import MappingProposal


def claim(proposal_ids: Iterable[UUID], *, actor: Actor, take_over: bool = False) -> int:
    """Take open lines; those of somebody else only with ``take_over``. Returns how many are the person's now."""
    person = reviewer(actor)
    wanted = MappingProposal.objects.filter(pk__in=list(proposal_ids), proposal_status=ProposalStatus.OPEN)
    free = wanted if take_over else wanted.filter(Q(claimed_by=None) | Q(claimed_by=person))
    return free.update(claimed_by=person, claimed_at=Now())


def release(proposal_ids: Iterable[UUID], *, actor: Actor) -> int:
    """Give back lines that are the person's. Returns how many were."""
    mine = MappingProposal.objects.filter(pk__in=list(proposal_ids), claimed_by=reviewer(actor))
    return mine.update(claimed_by=None, claimed_at=None)
