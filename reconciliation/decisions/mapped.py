"""Decisions on lines that are mapped: correct, dispute, unmap."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dwaybank.actor import Actor
from dwaybank.models import Transaction
from integrations.models import BankTransaction
from reconciliation.decisions.images import GROUPING
from reconciliation.decisions.locking import DecisionRefused, lock_lines, require_ledger, require_mine
from reconciliation.decisions.recording import one_transaction, start
from reconciliation.decisions.writing import remember_rejection, whole_of, write_mapping
from reconciliation.enums import (
    DecisionKind,
    GroupMade,
    MappingType,
    ProposalOutcome,
    ProposalStatus,
    ReconciliationStatus,
)
from reconciliation.models import MappingDecision, MappingProposal, TransactionMapping, TransactionPart


def unmap(mapping_id: UUID, *, actor: Actor, note: str) -> MappingDecision:
    """Take a mapping away; the line waits again. Lines that are parts of one ledger transaction go together."""
    _require_note(note, _("Say why this mapping is wrong: this decision needs a note."))
    with one_transaction(actor, note) as by:
        line, lines, rows = _held(mapping_id)
        record = start(DecisionKind.UNMAP, line, lines, by, note, proposals=_proposals(lines))
        wrong = _ledger_of(rows)
        for one in lines:
            record.rejected += remember_rejection(one, wrong, by)
        _take_away(rows)
        record.proposals += _wait_again(lines, "unmapped")
        return record.write()


def correct(
    mapping_id: UUID, ledger_ids: Sequence[UUID], *, actor: Actor, note: str, reason: str = ""
) -> MappingDecision:
    """Map the line to other ledger transactions than before; the old mapping stays in the decision's history."""
    _require_note(note, _("Say what was wrong with the earlier mapping: this decision needs a note."))
    with one_transaction(actor, note) as by:
        line, lines, rows = _held(mapping_id)
        if len(lines) > 1:
            raise DecisionRefused(
                _("These lines are parts of one ledger transaction: unmap them, and decide each anew.")
            )
        old = _ledger_of(rows)
        if set(ledger_ids) == set(old):
            raise DecisionRefused(_("This is the ledger transaction that it is mapped to already."))
        record = start(DecisionKind.CORRECT, line, lines, by, note, proposals=_proposals(lines), ledger=ledger_ids)
        record.rejected += remember_rejection(line, [pk for pk in old if pk not in ledger_ids], by)
        _take_away(rows)
        ledger = require_ledger(ledger_ids, line)
        if len(ledger) > 1:
            ledger = [whole_of(ledger, line)]
            record.created.append(ledger[0].pk)
        write_mapping(line, ledger[0], by, kind=MappingType.CORRECTED, note=note, reason=reason)
        return record.write()


def dispute(mapping_id: UUID, *, actor: Actor, note: str) -> MappingDecision:
    """Mark a mapping as disputed: it stands, and everybody sees that it is questioned."""
    _require_note(note, _("Say what is disputed: this decision needs a note."))
    with one_transaction(actor, note) as by:
        line, lines, rows = _held(mapping_id)
        record = start(DecisionKind.DISPUTE, line, lines, by, note)
        TransactionMapping.objects.filter(pk__in=[row.pk for row in rows]).update(
            reconciliation_status=ReconciliationStatus.DISPUTED,
            reviewed_by=by,
            reviewed_at=timezone.now(),
            review_notes=note,
        )
        return record.write()


def dispute_line(proposal_id: UUID, *, actor: Actor, note: str) -> MappingDecision:
    """Mark a line that waits as disputed: it leaves the queue until somebody decides or undoes this."""
    _require_note(note, _("Say what is disputed: this decision needs a note."))
    with one_transaction(actor, note) as by:
        proposal = MappingProposal.objects.filter(pk=proposal_id).first()
        if proposal is None:
            raise DecisionRefused(_("This proposal is gone. Reload the queue."))
        line = lock_lines([proposal.bank_transaction_id])[proposal.bank_transaction_id]
        require_mine(MappingProposal.objects.select_for_update(of=("self",)).get(pk=proposal_id), by)
        record = start(DecisionKind.DISPUTE, line, [line], by, note, proposals=[proposal_id])
        changed = MappingProposal.objects.filter(pk=proposal_id, proposal_status=ProposalStatus.OPEN).update(
            proposal_status=ProposalStatus.DISPUTED, claimed_by=None, claimed_at=None
        )
        if not changed:
            raise DecisionRefused(_("This line no longer waits. Reload the queue."))
        return record.write()


def _require_note(note: str, demand: str) -> None:
    if not note.strip():
        raise DecisionRefused(demand)


def _held(mapping_id: UUID) -> tuple[BankTransaction, list[BankTransaction], list[TransactionMapping]]:
    """The mapping's line, all lines of its group (itself first), and their mappings, all held."""
    mapping = TransactionMapping.objects.filter(pk=mapping_id).first()
    if mapping is None:
        raise DecisionRefused(_("This mapping is gone: somebody took it away. Reload."))
    siblings = TransactionPart.objects.filter(
        made="parts", parent__in=TransactionPart.objects.filter(part=mapping.transaction_id).values("parent")
    ).values_list("part", flat=True)
    wanted = TransactionMapping.objects.filter(transaction_id__in=[mapping.transaction_id, *siblings])
    lines = lock_lines(wanted.values_list("bank_transaction_id", flat=True))
    rows = sorted(wanted.select_for_update(of=("self",)), key=lambda row: (row.pk != mapping_id, row.pk))
    if not rows or rows[0].pk != mapping_id:
        raise DecisionRefused(_("This mapping is gone: somebody took it away. Reload."))
    held = [lines[row.bank_transaction_id] for row in rows]
    return held[0], held, rows


def _ledger_of(rows: Sequence[TransactionMapping]) -> list[UUID]:
    """The ledger transactions that are money: of a batch its parts, of parts made here their whole, each once."""
    mapped = [row.transaction_id for row in rows]
    groups = TransactionPart.objects.filter(
        Q(parent_id__in=mapped, made=GroupMade.PARENT) | Q(part_id__in=mapped, made=GroupMade.PARTS)
    ).order_by("pk")
    real, made = [], set()
    for group in groups:
        is_whole = group.made == GroupMade.PARENT
        made.add(group.parent_id if is_whole else group.part_id)
        real.append(group.part_id if is_whole else group.parent_id)
    return list(dict.fromkeys([*real, *(pk for pk in mapped if pk not in made)]))


def _take_away(rows: Sequence[TransactionMapping]) -> None:
    """Mappings, and the groups that were made for them. A ledger transaction that is money stays."""
    mapped = [row.transaction_id for row in rows]
    TransactionMapping.objects.filter(pk__in=[row.pk for row in rows]).delete()
    TransactionPart.objects.filter(part_id__in=mapped, made="parts").delete()
    TransactionPart.objects.filter(parent_id__in=mapped, made="parent").delete()
    Transaction.objects.filter(pk__in=mapped, status=GROUPING).delete()


def _proposals(lines: Sequence[BankTransaction]) -> list[UUID]:
    """What was decided of these lines last, to be opened again by an undo."""
    found = MappingProposal.objects.filter(bank_transaction_id__in=[line.pk for line in lines])
    return list(found.values_list("pk", flat=True))


def _wait_again(lines: Sequence[BankTransaction], reason: str) -> list[UUID]:
    made = MappingProposal.objects.bulk_create(
        MappingProposal(
            id=uuid4(),
            bank_transaction_id=line.pk,
            account_id=line.account_id,
            outcome=ProposalOutcome.UNMATCHED,
            reason=reason,
            amount=line.amount,
            currency=line.currency,
            transaction_type=line.transaction_type,
            transaction_date=line.transaction_date,
            description=line.raw_description or "",
            candidates=[],
        )
        for line in lines
    )
    return [one.pk for one in made]
