"""Who holds a line while deciding, and whether the page that asks is still true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dwaybank.enums import TransactionType
from dwaybank.errors import DomainError
from dwaybank.models import Transaction
from integrations.models import BankTransaction, BankTransactionKey, PendingTransaction
from reconciliation.enums import ProposalStatus
from reconciliation.models import MappingDecision, MappingProposal, TransactionMapping, TransactionPart
from reconciliation.models.mapping_decisions import on_line

WAITING = (ProposalStatus.OPEN, ProposalStatus.DISPUTED)


class DecisionRefused(DomainError):
    """A decision that cannot stand; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A proposal as the reviewer's page showed it."""

    proposal_id: UUID
    version: int


def lock_lines(ids: Iterable[UUID]) -> dict[UUID, BankTransaction]:
    """Bank transactions by id, held to the end of the transaction, in one order so that nobody waits in a circle.

    The key rows are locked, which are small and in one place; the rows themselves are then read by their months.
    Raises DecisionRefused where one is missing.
    """
    wanted = sorted(set(ids))
    keys = BankTransactionKey.objects.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",))
    days = {key.pk: key.transaction_date for key in keys}
    rows = BankTransaction.objects.filter(pk__in=days, transaction_date__in=set(days.values()))
    found = {row.pk: row for row in rows.defer("raw_data")}
    if missing := [str(pk) for pk in wanted if pk not in found]:
        raise DecisionRefused(
            _("There is no bank transaction %(missing)s, or it is archived.") % {"missing": ", ".join(missing)}
        )
    return found


def lock_proposal(seen: Seen, by: UUID) -> tuple[list[MappingProposal], dict[UUID, BankTransaction]]:
    """The proposal and its group (itself first), and their lines, all held. Raises DecisionRefused where the page is
    stale, somebody else decided, or somebody else holds the line."""
    first = MappingProposal.objects.filter(pk=seen.proposal_id).first()
    if first is None:
        raise DecisionRefused(_("This proposal is gone. Reload the queue."))
    members = MappingProposal.objects.filter(group_id=first.group_id)
    lines = lock_lines(members.values_list("bank_transaction_id", flat=True))
    held = list(members.order_by("pk").select_for_update(of=("self",)))
    current = next(one for one in held if one.pk == seen.proposal_id)
    _require_current(current, seen)
    waiting = [current, *(one for one in held if one.pk != current.pk and one.proposal_status in WAITING)]
    for one in waiting:
        require_mine(one, by)
    return waiting, lines


def lock_together(seen: Sequence[Seen], by: UUID) -> tuple[list[MappingProposal], dict[UUID, BankTransaction]]:
    """These proposals alone, whatever groups a run put them in, in the order given, and their lines, all held.

    Raises DecisionRefused as ``lock_proposal``, and where one is of another account.
    """
    wanted = {one.proposal_id: one for one in seen}
    found = MappingProposal.objects.filter(pk__in=wanted)
    lines = lock_lines(found.values_list("bank_transaction_id", flat=True))
    held = {one.pk: one for one in found.order_by("pk").select_for_update(of=("self",))}
    if len(held) < len(wanted):
        raise DecisionRefused(_("One of these lines is gone. Reload the page."))
    for pk, one in wanted.items():
        _require_current(held[pk], one)
        require_mine(held[pk], by)
    if len({(one.account_id, one.currency) for one in held.values()}) > 1:
        raise DecisionRefused(_("These bank lines are of several accounts or currencies. Nothing was changed."))
    return [held[pk] for pk in wanted], lines


def _require_current(current: MappingProposal, seen: Seen) -> None:
    if current.proposal_status not in WAITING:
        raise DecisionRefused(_who_decided(current))
    if current.version != seen.version:
        raise DecisionRefused(
            _("New candidates were found for this line since the page was opened. Nothing was changed. Look again.")
        )


def _who_decided(proposal: MappingProposal) -> str:
    made = MappingDecision.objects.filter(on_line(proposal.bank_transaction_id)).select_related("decided_by")
    last = max(made.defer("before", "after").order_by(), key=lambda one: one.decided_at, default=None)
    if last is None or proposal.proposal_status == ProposalStatus.WITHDRAWN:
        return _("This line no longer waits: a newer matching run settled it. Nothing was changed. Reload to see it.")
    return _("%(person)s decided this line at %(time)s (%(decision)s). Nothing was changed. Reload to see it.") % {
        "person": last.decided_by,
        "time": f"{timezone.localtime(last.decided_at):%H:%M}",
        "decision": last.get_decision_display(),
    }


def require_mine(proposal: MappingProposal, by: UUID) -> None:
    """Raises DecisionRefused where somebody else claimed the line."""
    if proposal.claimed_by_id not in (None, by):
        raise DecisionRefused(
            _("%(claimed_by)s works on this line. Nothing was changed. Take it over, or choose another.")
            % {"claimed_by": proposal.claimed_by}
        )


def require_ledger(ids: Sequence[UUID], line: BankTransaction) -> list[Transaction]:
    """Ledger transactions in the order of ``ids``, held, of the line's account, currency and direction."""
    rows = {row.pk: row for row in Transaction.objects.filter(pk__in=ids).order_by("pk").select_for_update()}
    found = []
    for pk in dict.fromkeys(ids):
        row = rows.get(pk)
        if row is None:
            raise DecisionRefused(_("There is no ledger transaction %(pk)s. Reload the candidates.") % {"pk": pk})
        if (row.account_id, row.currency) != (line.account_id, line.currency):
            raise DecisionRefused(_("%(row)s is of another account or currency than the bank line.") % {"row": row})
        found.append(row)
    total = sum((signed(row) for row in found), Decimal(0))
    if (total < 0) != (signed(line) < 0):
        raise DecisionRefused(_("One is money in and the other money out: they cannot be the same movement."))
    require_free(found)
    return found


def require_free(rows: Sequence[Transaction]) -> None:
    """Raises DecisionRefused where a ledger transaction, held by the caller, is mapped already, or stands in a batch as
    its whole or as a part."""
    ids = [row.pk for row in rows]
    grouped = TransactionPart.objects.filter(Q(parent_id__in=ids) | Q(part_id__in=ids)).first()
    if grouped is not None:
        row = next(one for one in rows if one.pk in (grouped.parent_id, grouped.part_id))
        raise DecisionRefused(_("%(row)s belongs to a batch that is mapped already. Unmap that first.") % {"row": row})
    mapped = TransactionMapping.objects.filter(transaction__in=ids).select_related("bank_transaction").first()
    if mapped is not None:
        row = next(one for one in rows if one.pk == mapped.transaction_id)
        raise DecisionRefused(
            _("%(row)s is mapped already, to a bank line of %(day)s. Choose another, or correct that mapping first.")
            % {"row": row, "day": mapped.bank_transaction.transaction_date}
        )


def signed(row: Transaction | BankTransaction | PendingTransaction | MappingProposal) -> Decimal:
    """An amount with its direction: credit +, debit -."""
    amount: Decimal = row.amount
    return -amount if row.transaction_type == TransactionType.DEBIT else amount
