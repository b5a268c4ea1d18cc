"""Decisions on lines that wait: approve, choose another, create, settle as reversed, reject a candidate."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dwaybank.actor import Actor
from dwaybank.ledger import book
from dwaybank.models import Transaction
from integrations.enums import ProcessingStatus
from integrations.models import BankTransaction
from reconciliation.decisions.locking import (
    DecisionRefused,
    Seen,
    lock_proposal,
    lock_together,
    require_free,
    require_ledger,
    signed,
)
from reconciliation.decisions.recording import Record, close, one_transaction, start
from reconciliation.decisions.writing import (
    ledger_from_line,
    parts_of,
    remember_alias,
    remember_rejection,
    whole_of,
    write_mapping,
)
from reconciliation.enums import DecisionKind, ProposalOutcome
from reconciliation.models import MappingDecision, MappingProposal


def approve(seen: Seen, *, actor: Actor, candidate: int = 0, note: str = "", reason: str = "") -> MappingDecision:
    """Take a candidate of the proposal (the best by default), as one to one, as a batch, or with its whole group.

    ``reason`` of a difference defaults to the engine's. Raises DecisionRefused; IntegrityError where a
    matching run maps the ledger transaction at the same moment.
    """
    with one_transaction(actor, note) as by:
        proposals, lines = lock_proposal(seen, by)
        proposal = proposals[0]
        if proposal.outcome == ProposalOutcome.OFFSET:
            return _settle(proposals, lines, by, note)
        chosen = _candidate(proposal, candidate)
        others = [] if candidate == 0 else _ledger_ids(proposal.candidates[0])
        kind = DecisionKind.APPROVE if candidate == 0 else DecisionKind.CHOOSE
        reason = reason or str(chosen.get("difference_reason") or "")
        group = proposals if candidate == 0 else proposals[:1]
        return _map(
            kind,
            group,
            lines,
            _ledger_ids(chosen),
            by,
            note,
            reason,
            not_these=others,
            probability=_probability(chosen),
        )


def choose(
    seen: Seen, ledger_ids: Sequence[UUID], *, actor: Actor, note: str = "", reason: str = ""
) -> MappingDecision:
    """Map the line to ledger transactions of the reviewer's choice: one, or several as a batch.

    The best candidate, if it is none of these, is remembered as rejected. Raises as ``approve``.
    """
    if not ledger_ids:
        raise DecisionRefused(_("Choose one ledger transaction or more."))
    with one_transaction(actor, note) as by:
        proposals, lines = lock_proposal(seen, by)
        best = _ledger_ids(proposals[0].candidates[0]) if proposals[0].candidates else []
        others = [pk for pk in best if pk not in ledger_ids]
        return _map(DecisionKind.CHOOSE, proposals[:1], lines, ledger_ids, by, note, reason, not_these=others)


def group_lines(
    seen: Seen, others: Sequence[Seen], ledger_id: UUID, *, actor: Actor, note: str = ""
) -> MappingDecision:
    """Map this line and ``others`` that wait to one ledger transaction, as its parts: by hand, N to one.

    Raises DecisionRefused where the lines do not add up to it to the cent, or as ``approve`` for any of the lines.
    """
    if not others:
        raise DecisionRefused(_("Tick the other bank lines that belong to the ledger transaction too."))
    with one_transaction(actor, note) as by:
        proposals, lines = lock_together([seen, *others], by)
        return _map(DecisionKind.CHOOSE, proposals, lines, [ledger_id], by, note, "")


def create_ledger_transaction(seen: Seen, *, actor: Actor, note: str) -> MappingDecision:
    """The ledger lacks this movement: make it from the bank line, move the account's balance by it, and map it.

    Needs a note."""
    if not note.strip():
        raise DecisionRefused(_("Say why the ledger lacks this movement: a new ledger transaction needs a note."))
    with one_transaction(actor, note) as by:
        proposals, lines = lock_proposal(seen, by)
        line = lines[proposals[0].bank_transaction_id]
        record = start(DecisionKind.CREATE, line, [line], by, note, proposals=[proposals[0].pk])
        ledger = ledger_from_line(line)
        book([ledger.pk])
        record.created.append(ledger.pk)
        write_mapping(line, ledger, by, note=note)
        close(proposals[:1])
        return record.write()


def settle_offset(seen: Seen, *, actor: Actor, note: str = "") -> MappingDecision:
    """A charge and its reversal cancel out: both lines are processed, without a ledger transaction."""
    with one_transaction(actor, note) as by:
        proposals, lines = lock_proposal(seen, by)
        return _settle(proposals, lines, by, note)


def reject_candidate(seen: Seen, candidate: int, *, actor: Actor, note: str = "") -> MappingDecision:
    """This candidate is not it: it is struck from the proposal, and remembered. The line goes on waiting."""
    with one_transaction(actor, note) as by:
        proposals, lines = lock_proposal(seen, by)
        proposal = proposals[0]
        chosen = _candidate(proposal, candidate)
        line = lines[proposal.bank_transaction_id]
        record = start(DecisionKind.REJECT, line, [line], by, note, proposals=[proposal.pk])
        record.before["candidates"] = {str(proposal.pk): proposal.candidates}
        record.rejected += remember_rejection(line, _ledger_ids(chosen), by)
        left = [one for place, one in enumerate(proposal.candidates) if place != candidate]
        outcome = proposal.outcome if left else ProposalOutcome.UNMATCHED
        MappingProposal.objects.filter(pk=proposal.pk).update(candidates=left, outcome=outcome, is_exact=False)
        return record.write()


def _map(
    kind: DecisionKind,
    proposals: Sequence[MappingProposal],
    lines: dict[UUID, BankTransaction],
    ledger_ids: Sequence[UUID],
    by: UUID,
    note: str,
    reason: str,
    *,
    not_these: Sequence[UUID] = (),
    probability: Decimal | None = None,
) -> MappingDecision:
    """Map the proposals' lines to the ledger transactions: one to one, or one of the sides several."""
    group = [lines[one.bank_transaction_id] for one in proposals]
    line = group[0]
    record = start(kind, line, group, by, note, proposals=[one.pk for one in proposals], ledger=ledger_ids)
    ledger = require_ledger(ledger_ids, line) if len(group) == 1 else _whole(ledger_ids, group)
    if len(group) > 1:
        parts = parts_of(ledger[0], group)
        record.created += [part.pk for part in parts]
        for one, part in zip(group, parts, strict=True):
            write_mapping(one, part, by, note=note, probability=probability)
    elif len(ledger) > 1:
        whole = whole_of(ledger, line)
        record.created.append(whole.pk)
        write_mapping(line, whole, by, note=note, reason=reason, probability=probability)
    else:
        write_mapping(line, ledger[0], by, note=note, reason=reason, probability=probability)
        _learn(record, line, ledger[0])
    record.rejected += remember_rejection(line, not_these, by)
    close(proposals)
    return record.write()


def _whole(ledger_ids: Sequence[UUID], group: Sequence[BankTransaction]) -> list[Transaction]:
    if len(ledger_ids) != 1:
        raise DecisionRefused(_("Several bank lines are parts of one ledger transaction, not of several."))
    row = Transaction.objects.select_for_update().filter(pk=ledger_ids[0]).first()
    if row is None:
        raise DecisionRefused(
            _("There is no ledger transaction %(ledger)s. Reload the candidates.") % {"ledger": ledger_ids[0]}
        )
    if any((line.account_id, line.currency) != (row.account_id, row.currency) for line in group):
        raise DecisionRefused(_("%(row)s is of another account or currency than the bank lines.") % {"row": row})
    require_free([row])
    return [row]


def _learn(record: Record, line: BankTransaction, ledger: Transaction) -> None:
    alias = remember_alias(line.account_id, line.merchant_name or line.raw_description or "", ledger.description or "")
    if alias:
        record.aliases.append(alias)


def _settle(
    proposals: Sequence[MappingProposal], lines: dict[UUID, BankTransaction], by: UUID, note: str
) -> MappingDecision:
    group = [lines[one.bank_transaction_id] for one in proposals]
    if len(group) < 2 or sum((signed(line) for line in group), Decimal(0)):
        raise DecisionRefused(_("A charge and its reversal are two lines that add up to nothing; these do not."))
    record = start(DecisionKind.OFFSET, group[0], group, by, note, proposals=[one.pk for one in proposals])
    BankTransaction.objects.filter(
        pk__in=[line.pk for line in group], transaction_date__in={line.transaction_date for line in group}
    ).update(processing_status=ProcessingStatus.PROCESSED)
    close(proposals)
    return record.write()


def _candidate(proposal: MappingProposal, place: int) -> dict[str, Any]:
    if place < 0 and proposal.candidates:
        raise DecisionRefused(_("Choose one of the candidates first. Nothing was changed."))
    if not 0 <= place < len(proposal.candidates):
        raise DecisionRefused(_("There is no such candidate. Reload the line."))
    found: dict[str, Any] = proposal.candidates[place]
    return found


def _ledger_ids(candidate: dict[str, Any]) -> list[UUID]:
    return [UUID(pk) for pk in candidate["ledger_ids"]]


def _probability(candidate: dict[str, Any]) -> Decimal | None:
    value = candidate.get("probability")
    return None if value is None else Decimal(str(value))
