"""A proposal's candidates as a reviewer reads them: which fields agree, the evidence in words, why the others lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dwaybank.admin import display
from dwaybank.l10n import money_text, percent_text
from dwaybank.models import Transaction
from reconciliation.admin.evidence_words import evidence_words
from reconciliation.admin.shared import reason_words
from reconciliation.decisions.locking import signed
from reconciliation.enums import ProposalOutcome
from reconciliation.models import MappingProposal, TransactionMapping

MAX_SHOWN: Final = 9  # as many as there are digits to pick one
_FIELDS: Final = {
    "amount": gettext_lazy("Amount"),
    "date": gettext_lazy("Date"),
    "description": gettext_lazy("Text"),
    "counterparty": gettext_lazy("Counterparty"),
    "reference": gettext_lazy("Reference"),
}


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """What one field says: ``verdict`` is agrees, differs or says nothing."""

    name: str
    words: str
    verdict: str
    sign: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A ledger transaction as it is shown, with its signed amount in cents for sums on the page."""

    pk: UUID
    day: SafeString
    text: str
    amount: SafeString
    cents: int
    reference: str
    url: str
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class ShownCandidate:
    """One candidate; ``place`` counts from 0 as decisions do, ``number`` is its key."""

    place: int
    number: int
    lines: Sequence[LedgerLine]
    probability: str
    difference: SafeString | None
    needs_reason: bool
    reason: str
    lost: str
    evidence: Sequence[FieldEvidence]
    missing: int
    is_stale: bool

    @property
    def in_words(self) -> str:
        """The evidence as one sentence."""
        return "; ".join(one.words for one in self.evidence)

    @property
    def is_batch(self) -> bool:
        """Whether it is several ledger transactions."""
        return len(self.lines) + self.missing > 1


def candidates_of(proposal: MappingProposal) -> list[ShownCandidate]:
    """The candidates, best first, with their ledger transactions: two queries, however many there are."""
    raw: Sequence[Mapping[str, Any]] = proposal.candidates[:MAX_SHOWN]
    ids = {UUID(pk) for one in raw for pk in one["ledger_ids"]}
    rows = {row.pk: row for row in Transaction.objects.filter(pk__in=ids).defer("transaction_metadata")} if ids else {}
    taken = set(TransactionMapping.objects.filter(transaction__in=rows).values_list("transaction_id", flat=True))
    return [_shown(place, one, rows, taken) for place, one in enumerate(raw)]


def _shown(place: int, one: Mapping[str, Any], rows: Mapping[UUID, Transaction], taken: set[UUID]) -> ShownCandidate:
    ids = [UUID(pk) for pk in one["ledger_ids"]]
    difference = Decimal(str(one.get("difference") or "0"))
    lines = [ledger_line(rows[pk], is_taken=pk in taken) for pk in ids if pk in rows]
    probability = one.get("probability")
    return ShownCandidate(
        place=place,
        number=place + 1,
        lines=lines,
        probability="" if probability is None else percent(Decimal(str(probability))),
        difference=display.money(difference, signed=True) if difference else None,
        needs_reason=bool(difference) and not one.get("difference_reason"),
        reason=reason_words(one.get("difference_reason")) if difference else "",
        lost="" if place == 0 else reason_words(one.get("reason")) or _("less likely than the best"),
        evidence=[_evidence(entry, difference) for entry in one.get("evidence", ())],
        missing=len(ids) - len(lines),
        is_stale=any(line.is_taken for line in lines) or len(ids) > len(lines),
    )


def _evidence(entry: Mapping[str, Any], difference: Decimal) -> FieldEvidence:
    weight = Decimal(str(entry.get("weight") or 0))
    # the amount is what candidates were found by: it has no weight, but it agrees or it does not
    speaks = (Decimal(-1) if difference else Decimal(1)) if entry["field"] == "amount" else weight
    verdict, sign = (
        ("agrees", "\u2713") if speaks > 0 else ("differs", "\u2260") if speaks < 0 else ("nothing", "\u00b7")
    )
    return FieldEvidence(
        _FIELDS.get(entry["field"], entry["field"]), evidence_words(str(entry["words"])), verdict, sign
    )


def ledger_line(row: Transaction, *, is_taken: bool = False) -> LedgerLine:
    """A ledger transaction to show."""
    amount = signed(row)
    return LedgerLine(
        pk=row.pk,
        day=display.day(row.transaction_date),
        text=row.description or _("(no text)"),
        amount=display.money(amount, row.currency, signed=True),
        cents=int(amount * 100),
        reference=row.bank_reference or "",
        url=display.admin_url("dwaybank.Transaction", row.pk),
        is_taken=is_taken,
    )


def plain_money(amount: Decimal) -> str:
    """A sum that the page's script writes anew in the same way."""
    return money_text(amount, None, signed=True)


def percent(probability: Decimal) -> str:
    """As a person reads it; certainty is not rounded up to."""
    if probability >= 1:
        return percent_text(1)
    if probability > Decimal("0.99"):
        return percent_text(min(probability, Decimal("0.999")), 1)
    return percent_text(probability)


def in_one_line(proposal: MappingProposal) -> str:
    """The bank line as messages and labels name it."""
    amount = money_text(signed(proposal), proposal.currency, signed=True)
    return f"{proposal.transaction_date} {proposal.description or _('(no text)')} {amount}"


def in_short(proposal: MappingProposal) -> str:
    """The best candidate's evidence in one line, without a query: for lists."""
    if not proposal.candidates:
        return ""
    best = proposal.candidates[0]
    said = [evidence_words(str(entry["words"])) for entry in best.get("evidence", ())]
    if (count := len(best["ledger_ids"])) > 1:
        said.insert(0, ngettext("%(count)s ledger line", "%(count)s ledger lines", count) % {"count": count})
    words = "; ".join(said)
    return _("nearest: %(words)s") % {"words": words} if proposal.outcome == ProposalOutcome.UNMATCHED else words
