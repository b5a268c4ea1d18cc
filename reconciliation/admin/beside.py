"""Other bank lines that wait, to be grouped with the one at hand: several of them for one ledger transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Func, IntegerField, Q, Value
from django.utils.translation import gettext as _

from dwaybank.admin import display
from dwaybank.admin.base import as_uuid
from reconciliation.admin.ledger_search import MAX_TICKED, LedgerSearch
from reconciliation.decisions import Seen
from reconciliation.decisions.locking import signed
from reconciliation.enums import ProposalStatus
from reconciliation.models import MappingProposal

MAX_BESIDE: Final = 12


@dataclass(frozen=True, slots=True)
class Beside:
    """One such line as the form shows it; ``value`` names it with the version that is shown."""

    proposal: MappingProposal
    is_ticked: bool

    @property
    def value(self) -> str:
        """The proposal and the version that the page shows."""
        return f"{self.proposal.pk}.{self.proposal.version}"

    @property
    def cents(self) -> int:
        """Signed, for the running sum."""
        return int(signed(self.proposal) * 100)

    @property
    def day(self) -> str:
        """The bank's day."""
        return display.day(self.proposal.transaction_date)

    @property
    def text(self) -> str:
        """What the bank says."""
        return self.proposal.description or _("(no text)")

    @property
    def amount(self) -> str:
        """Signed, with its currency."""
        return display.money(signed(self.proposal), self.proposal.currency, signed=True)


def seen_of(text: str) -> Seen | None:
    """What the form's value names; None for anything else."""
    pk, _, version = text.partition(".")
    known = as_uuid(pk)
    return (
        Seen(known, int(version)) if known and version.isascii() and version.isdigit() and len(version) < 10 else None
    )


def beside_lines(proposal: MappingProposal, person: UUID, search: LedgerSearch, ticked: Iterable[str]) -> list[Beside]:
    """The ticked ones first, then the nearest by date of the same account and direction that nobody else holds."""
    wanted = {one.proposal_id for text in ticked if (one := seen_of(text))}
    window, day = timedelta(days=int(search.days)), proposal.transaction_date
    waiting = (
        MappingProposal.objects.filter(
            Q(claimed_by=None) | Q(claimed_by=person),
            proposal_status=ProposalStatus.OPEN,
            account=proposal.account_id,
            currency=proposal.currency,
            transaction_type=proposal.transaction_type,
        )
        .exclude(pk=proposal.pk)
        .defer("candidates")
    )
    apart = Func(
        F("transaction_date"), Value(day), template="ABS(%(expressions)s)", arg_joiner=" - ",
        output_field=IntegerField(),
    )  # fmt: skip
    near = waiting.filter(transaction_date__range=(day - window, day + window)).exclude(pk__in=wanted)
    rows = [Beside(one, False) for one in near.order_by(apart, "transaction_date", "pk")[:MAX_BESIDE]]
    if not wanted:
        return rows
    chosen = waiting.filter(pk__in=wanted).order_by("transaction_date", "pk")[:MAX_TICKED]
    return [*(Beside(one, True) for one in chosen), *rows]
