"""What the workbench shows: the line, its candidates with their evidence, ledger transactions to choose, history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.safestring import SafeString

from dwaybank.admin import display
from dwaybank.admin.display import Tone
from dwaybank.models import Transaction
from reconciliation.admin.wording import OUTCOME_TONES, reason_words
from reconciliation.decisions.images import GROUPING
from reconciliation.decisions.locking import signed
from reconciliation.models import MappingDecision, MappingProposal, TransactionMapping, TransactionPart

SEARCHED: Final = 45  # days either side of the bank's date in which the ledger is searched
_MOST: Final = 20
_SPEAKS: Final = 0.5  # evidence of less weight (in nats) says nothing


@dataclass(frozen=True, slots=True)
class ShownEvidence:
    """One field: what it says, and whether that speaks for the pair."""

    field: str
    words: str
    sign: SafeString


@dataclass(frozen=True, slots=True)
class ShownCandidate:
    """One candidate with its ledger transactions."""

    place: int
    ledger: Sequence[Transaction]
    amount: SafeString
    difference: SafeString | str
    probability: str
    evidence: Sequence[ShownEvidence]
    why_not: str
    difference_reason: str

    @property
    def key(self) -> str:
        """The key that picks it."""
        return str(self.place + 1)


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A ledger transaction that may be chosen by hand."""

    row: Transaction
    amount: SafeString
    cents: int


@dataclass(frozen=True, slots=True)
class ShownLine:
    """The bank's line, and the lines that are decided with it."""

    amount: SafeString
    cents: int
    outcome: SafeString
    reason: str
    together: Sequence[MappingProposal]


def shown_line(proposal: MappingProposal) -> ShownLine:
    """The line's amount, what was found, and its group."""
    group = MappingProposal.objects.filter(group_id=proposal.group_id, proposal_status__in=["open", "disputed"])
    return ShownLine(
        amount=display.money(signed(proposal), proposal.currency, signed=True),
        cents=int(signed(proposal) * 100),
        outcome=display.badge(proposal.get_outcome_display(), OUTCOME_TONES.get(proposal.outcome, Tone.QUIET)),
        reason=reason_words(proposal.reason),
        together=list(group.exclude(pk=proposal.pk).order_by("transaction_date", "pk")),
    )


def shown_candidates(proposal: MappingProposal) -> list[ShownCandidate]:
    """The candidates, best first; one query for all their ledger transactions."""
    ids = {UUID(pk) for one in proposal.candidates for pk in one["ledger_ids"]}
    rows = {row.pk: row for row in Transaction.objects.filter(pk__in=ids).defer("transaction_metadata")}
    return [_candidate(place, one, rows, proposal) for place, one in enumerate(proposal.candidates)]


def _candidate(
    place: int, one: dict[str, Any], rows: dict[UUID, Transaction], proposal: MappingProposal
) -> ShownCandidate:
    ledger = [rows[UUID(pk)] for pk in one["ledger_ids"] if UUID(pk) in rows]
    difference = Decimal(one["difference"])
    return ShownCandidate(
        place=place,
        ledger=ledger,
        amount=display.money(sum(map(signed, ledger), Decimal(0)), proposal.currency, signed=True),
        difference=display.money(difference, proposal.currency, signed=True) if difference else "",
        probability=f"{Decimal(one['probability']):.1%}",
        evidence=[_evidence(part) for part in one["evidence"]],
        why_not=reason_words(one.get("reason")),
        difference_reason=one.get("difference_reason") or "",
    )


def _evidence(part: dict[str, Any]) -> ShownEvidence:
    weight = float(part["weight"])
    if weight > _SPEAKS:
        sign = display.badge("for", Tone.GOOD)
    elif weight < -_SPEAKS:
        sign = display.badge("against", Tone.BAD)
    else:
        sign = display.badge("neutral", Tone.QUIET)
    return ShownEvidence(part["field"], part["words"], sign)


def ledger_choices(proposal: MappingProposal, text: str) -> list[ShownChoice]:
    """Free ledger transactions of the account within ``SEARCHED`` days: those that hold the words, or the amount;
    without a text those of the same direction nearest in time. Read by the index of account and date."""
    window = timedelta(days=SEARCHED)
    rows: QuerySet[Transaction] = Transaction.objects.filter(
        account_id=proposal.account_id,
        currency=proposal.currency,
        transaction_date__range=(proposal.transaction_date - window, proposal.transaction_date + window),
    )
    rows = rows.exclude(status__in=[GROUPING, "cancelled", "failed", "reversed"]).filter(
        ~Exists(TransactionMapping.objects.filter(transaction=OuterRef("pk"))),
        ~Exists(TransactionPart.objects.filter(Q(part=OuterRef("pk")) | Q(parent=OuterRef("pk")))),
    )
    for word in text.split()[:6]:
        rows = rows.filter(_holds(word))
    if not text.strip():
        rows = rows.filter(transaction_type=proposal.transaction_type)
    found = sorted(
        rows.defer("transaction_metadata").order_by("transaction_date", "pk")[:500],
        key=lambda row: (abs(row.transaction_date - proposal.transaction_date), abs(row.amount - proposal.amount)),
    )
    return [
        ShownChoice(row, display.money(signed(row), row.currency, signed=True), int(signed(row) * 100))
        for row in found[:_MOST]
    ]


def _holds(word: str) -> Q:
    condition = Q(description__icontains=word) | Q(bank_reference__icontains=word)
    try:
        return condition | Q(amount=abs(Decimal(word.replace(",", "").replace("$", ""))))
    except InvalidOperation:
        return condition


def shown_history(bank_transaction_id: UUID) -> list[tuple[MappingDecision, bool]]:
    """Decisions on the line, newest first, and whether each can still be undone."""
    rows = list(
        MappingDecision.objects.filter(bank_transaction_id=bank_transaction_id)
        .select_related("decided_by")
        .defer("before", "after")
        .order_by("-decided_at", "-pk")[:50]
    )
    undone = {row.undoes_id for row in rows if row.undoes_id}
    return [(row, row.decision != "undo" and row.pk not in undone) for row in rows]
