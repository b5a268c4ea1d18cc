"""The frame of every decision: lock, picture, act, picture, record; all in one transaction that names the reviewer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dwaybank.actor import Actor, acting_as
from integrations.models import BankTransaction
from reconciliation.decisions.images import image
from reconciliation.decisions.locking import DecisionRefused
from reconciliation.enums import DecisionKind, ProposalStatus
from reconciliation.models import MappingDecision, MappingProposal


def reviewer(actor: Actor) -> UUID:
    """Who decides. Raises DecisionRefused for nobody: a decision has a person."""
    if actor.user_id is None:
        raise DecisionRefused(_("A decision needs a person who signs for it."))
    return actor.user_id


@dataclass(slots=True)
class Record:
    """A decision while it is made."""

    line: BankTransaction
    lines: Sequence[BankTransaction]
    kind: DecisionKind
    note: str
    by: UUID
    before: dict[str, Any]
    proposals: list[UUID]
    ledger: list[UUID]
    created: list[UUID] = field(default_factory=list)
    aliases: list[UUID] = field(default_factory=list)
    rejected: list[UUID] = field(default_factory=list)
    undoes: UUID | None = None

    def write(self) -> MappingDecision:
        """Record what stands now beside what stood."""
        after = image(self.lines, self.proposals, [*self.ledger, *self.created])
        after["created"] = [str(pk) for pk in self.created]
        after["aliases"] = [str(pk) for pk in self.aliases]
        after["rejected"] = [str(pk) for pk in self.rejected]
        return MappingDecision.objects.create(
            bank_transaction_id=self.line.pk,
            account_id=self.line.account_id,
            decision=self.kind,
            before=self.before,
            after=after,
            note=self.note,
            undoes_id=self.undoes,
            decided_by_id=self.by,
        )


@contextmanager
def one_transaction(actor: Actor, note: str) -> Iterator[UUID]:
    """One transaction in the reviewer's name, with the note as its reason."""
    by = reviewer(actor)
    with acting_as(Actor(by, actor.run, note)):
        yield by


def start(
    kind: DecisionKind,
    line: BankTransaction,
    lines: Iterable[BankTransaction],
    by: UUID,
    note: str,
    *,
    proposals: Iterable[UUID] = (),
    ledger: Iterable[UUID] = (),
) -> Record:
    """Begin a decision on held lines."""
    held, named, rows = list(lines), list(proposals), list(ledger)
    return Record(line, held, kind, note.strip(), by, image(held, named, rows), named, rows)


def close(proposals: Iterable[MappingProposal]) -> None:
    """These wait no longer."""
    MappingProposal.objects.filter(pk__in=[one.pk for one in proposals]).update(
        proposal_status=ProposalStatus.DECIDED, claimed_by=None, claimed_at=None
    )
