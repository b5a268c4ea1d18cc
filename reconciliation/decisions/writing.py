"""Rows that decisions write: mappings, groups, ledger transactions, what is learned. Locks are the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID, uuid4

from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from dwaybank.enums import TransactionType
from dwaybank.l10n import money_text
from dwaybank.models import Transaction
from integrations.models import BankTransaction
from reconciliation.decisions.images import GROUPING
from reconciliation.decisions.locking import DecisionRefused, signed
from reconciliation.enums import GroupMade, MappingType, ReconciliationStatus
from reconciliation.models import CounterpartyAlias, RejectedPair, TransactionMapping, TransactionPart

MADE_HERE = "reconciliation"  # import_source of ledger transactions that a decision made


def write_mapping(
    line: BankTransaction,
    ledger: Transaction,
    by: UUID,
    *,
    kind: MappingType = MappingType.MANUAL,
    probability: Decimal | None = None,
    note: str = "",
    reason: str = "",
) -> TransactionMapping:
    """Map one to one. A difference makes it a discrepancy and needs ``reason`` (raises DecisionRefused without)."""
    difference = signed(line) - signed(ledger)
    if difference and not reason:
        raise DecisionRefused(
            _("The amounts differ by %(difference)s. Say why: fee, foreign exchange, tip, rounding, or in your words.")
            % {"difference": money_text(difference, None, signed=True)}
        )
    return TransactionMapping.objects.create(
        bank_transaction_id=line.pk,
        transaction=ledger,
        mapping_type=kind,
        mapping_confidence=None if probability is None else min(probability, Decimal(1)).quantize(Decimal("0.01")),
        mapping_algorithm="reviewer",
        reconciliation_status=ReconciliationStatus.DISCREPANCY if difference else ReconciliationStatus.MATCHED,
        discrepancy_amount=difference or None,
        discrepancy_reason=reason if difference else None,
        reviewed_by_id=by,
        reviewed_at=timezone.now(),
        review_notes=note or None,
    )


def whole_of(parts: Sequence[Transaction], line: BankTransaction) -> Transaction:
    """A ledger transaction that stands for these, made now: one bank line of several ledger transactions."""
    total = sum((signed(part) for part in parts), Decimal(0))
    whole = _grouping(line, total, f"Batch of {len(parts)}: {line.raw_description or ''}".strip())
    TransactionPart.objects.bulk_create(
        TransactionPart(parent=whole, part=part, made=GroupMade.PARENT) for part in parts
    )
    return whole


def parts_of(whole: Transaction, lines: Sequence[BankTransaction]) -> list[Transaction]:
    """A part of a ledger transaction for each bank line, made now. Raises DecisionRefused where the lines do not add
    up to it to the cent."""
    total = sum((signed(line) for line in lines), Decimal(0))
    if total != signed(whole):
        raise DecisionRefused(
            _(
                "The bank lines add up to %(total)s, the ledger transaction is %(whole)s: the parts of"
                " a whole agree to the cent. Leave a line out, or map them one by one."
            )
            % {
                "total": money_text(total, None, signed=True),
                "whole": money_text(signed(whole), None, signed=True),
            }
        )
    parts = [_grouping(line, signed(line), f"Part of: {whole.description or whole.pk}") for line in lines]
    TransactionPart.objects.bulk_create(
        TransactionPart(parent=whole, part=part, made=GroupMade.PARTS) for part in parts
    )
    return parts


def _grouping(line: BankTransaction, amount: Decimal, description: str) -> Transaction:
    return Transaction.objects.create(
        account_id=line.account_id,
        amount=abs(amount),
        currency=line.currency,
        transaction_type=TransactionType.DEBIT if amount < 0 else TransactionType.CREDIT,
        transaction_date=line.transaction_date,
        description=description,
        status=GROUPING,
        import_source=MADE_HERE,
    )


def ledger_from_line(line: BankTransaction) -> Transaction:
    """The ledger transaction that the bank line says was missing, made now."""
    return Transaction.objects.create(
        account_id=line.account_id,
        amount=line.amount,
        currency=line.currency,
        transaction_type=line.transaction_type,
        transaction_date=line.transaction_date,
        description=line.raw_description,
        status="posted",
        import_source=MADE_HERE,
        external_transaction_id=line.external_transaction_id,
        bank_reference=line.bank_reference,
        transaction_metadata={"bank_transaction": str(line.pk)},
    )


def remember_alias(account_id: UUID, bank_text: str, counterparty: str) -> UUID | None:
    """Confirm that the bank's text means this counterparty; returns the alias, or None where a text is missing."""
    bank_text, counterparty = " ".join(bank_text.split())[:255], " ".join(counterparty.split())[:255]
    if not bank_text or not counterparty or bank_text.casefold() == counterparty.casefold():
        return None
    alias, made = CounterpartyAlias.objects.get_or_create(
        account_id=account_id, bank_text=bank_text, counterparty=counterparty
    )
    if not made:
        CounterpartyAlias.objects.filter(pk=alias.pk).update(confirmations=F("confirmations") + 1, confirmed_at=Now())
    return alias.pk


def remember_rejection(line: BankTransaction, ledger_ids: Sequence[UUID], by: UUID) -> list[UUID]:
    """Remember that these are not the line's; a repeated rejection is fresh again. Returns the new memories."""
    known = RejectedPair.objects.filter(bank_transaction_id=line.pk, transaction_id__in=ledger_ids)
    repeated = set(known.values_list("transaction_id", flat=True))
    known.update(rejected_at=Now(), rejected_by=by)
    there = Transaction.objects.filter(pk__in=[pk for pk in ledger_ids if pk not in repeated])
    made = RejectedPair.objects.bulk_create(
        RejectedPair(id=uuid4(), bank_transaction_id=line.pk, transaction=row, rejected_by_id=by) for row in there
    )
    return [pair.pk for pair in made]
