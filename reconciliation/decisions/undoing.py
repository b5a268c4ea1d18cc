"""Take a decision back: what stood before it stands again, and the undo is a decision of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from dwaybank.actor import Actor
from dwaybank.ledger import take_back
from dwaybank.models import Transaction
from integrations.models import BankTransaction
from reconciliation.decisions.images import ids_of, image
from reconciliation.decisions.locking import DecisionRefused, lock_lines
from reconciliation.decisions.recording import one_transaction, start
from reconciliation.enums import DecisionKind, ProposalStatus
from reconciliation.models import (
    CounterpartyAlias,
    MappingDecision,
    MappingProposal,
    RejectedPair,
    TransactionMapping,
    TransactionPart,
)
from reconciliation.telling import tell_undone


def undo(decision_id: UUID, *, actor: Actor, note: str = "") -> MappingDecision:
    """Take back a decision whose result still stands. Raises DecisionRefused where something newer stands on its
    lines, or a ledger transaction that it made is used elsewhere; IntegrityError where it was undone already."""
    with one_transaction(actor, note or "Undone") as by:
        decision = MappingDecision.objects.filter(pk=decision_id).first()
        if decision is None or decision.decision == DecisionKind.UNDO:
            raise DecisionRefused(_("There is no such decision to undo. An undo is taken back by deciding again."))
        if MappingDecision.objects.filter(undoes=decision_id).exists():
            raise DecisionRefused(_("This decision was undone already."))
        lines = lock_lines(UUID(pk) for pk in decision.before["statuses"])
        line = lines[decision.bank_transaction_id]
        proposals = [UUID(pk) for pk in {**decision.before["proposals"], **decision.after["proposals"]}]
        _require_untouched(decision, list(lines.values()), proposals)
        record = start(DecisionKind.UNDO, line, lines.values(), by, note, proposals=proposals)
        record.undoes = decision.pk
        _take_away(decision.before, decision.after)
        _put_back(decision.before, decision.after)
        _restore_proposals(decision.before, decision.after)
        _forget(decision.after)
        tell_undone(decision, by=by)
        return record.write()


def _require_untouched(decision: MappingDecision, lines: list[BankTransaction], proposals: list[UUID]) -> None:
    now = image(lines, proposals)
    stands = ids_of(now["mappings"]) == ids_of(decision.after["mappings"])
    if not stands or now["statuses"] != decision.after["statuses"]:
        raise DecisionRefused(_("Something newer was decided on this line since. Undo that first."))
    created = [UUID(pk) for pk in decision.after["created"]]
    own = [UUID(pk) for pk in decision.after["statuses"]]
    elsewhere = TransactionMapping.objects.filter(transaction_id__in=created).exclude(bank_transaction_id__in=own)
    if elsewhere.exists():
        raise DecisionRefused(
            _("A ledger transaction that this decision made is mapped to another line. Undo that first.")
        )


def _take_away(before: dict[str, Any], after: dict[str, Any]) -> None:
    TransactionMapping.objects.filter(pk__in=ids_of(after["mappings"])).delete()
    TransactionPart.objects.filter(pk__in=ids_of(after["groups"]) - ids_of(before["groups"])).delete()
    created = [UUID(pk) for pk in after["created"]]
    take_back(created)
    Transaction.objects.filter(pk__in=created).delete()


def _put_back(before: dict[str, Any], after: dict[str, Any]) -> None:
    gone = ids_of(before["made"]) - ids_of(after["made"])
    Transaction.objects.bulk_create(_row(Transaction, row) for row in before["made"] if UUID(row["id"]) in gone)
    parts = ids_of(before["groups"]) - ids_of(after["groups"])
    TransactionPart.objects.bulk_create(
        _row(TransactionPart, row) for row in before["groups"] if UUID(row["id"]) in parts
    )
    TransactionMapping.objects.bulk_create(_row(TransactionMapping, row) for row in before["mappings"])
    for pk, status in before["statuses"].items():
        if status != after["statuses"].get(pk) and not before["mappings"] and not after["mappings"]:
            # only an offset sets a state without a mapping; with one, the trigger keeps it
            line = BankTransaction.objects.filter(pk=pk, processing_status=after["statuses"].get(pk))
            line.update(processing_status=status)


def _row(model: type[Any], values: dict[str, Any]) -> Any:
    """A row of an image as it stood."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: _value(fields[name], value) for name, value in values.items() if name in fields})


def _value(field: Any, value: Any) -> Any:
    if isinstance(value, str) and field.get_internal_type() == "DateTimeField":
        return parse_datetime(value)
    return field.to_python(value) if field.get_internal_type() != "JSONField" else value


def _restore_proposals(before: dict[str, Any], after: dict[str, Any]) -> None:
    new = [pk for pk in after["proposals"] if pk not in before["proposals"]]
    MappingProposal.objects.filter(pk__in=new).update(proposal_status=ProposalStatus.WITHDRAWN)
    for pk, status in before["proposals"].items():
        if after["proposals"].get(pk) != status:
            MappingProposal.objects.filter(pk=pk).update(proposal_status=status)
    for pk, candidates in before.get("candidates", {}).items():
        MappingProposal.objects.filter(pk=pk).update(candidates=candidates)


def _forget(after: dict[str, Any]) -> None:
    CounterpartyAlias.objects.filter(pk__in=after["aliases"], confirmations__gt=0).update(
        confirmations=F("confirmations") - 1
    )
    RejectedPair.objects.filter(pk__in=after["rejected"]).delete()
