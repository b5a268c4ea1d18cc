"""Both sides of a mapping as people see them: a batch with its parts, and all bank lines of one ledger transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dwaybank.admin import display
from dwaybank.models import Transaction
from integrations.models import BankTransaction, BankTransactionKey
from reconciliation.admin.candidates import LedgerLine, ledger_line
from reconciliation.decisions.locking import signed
from reconciliation.enums import GroupMade
from reconciliation.models import TransactionMapping, TransactionPart


@dataclass(frozen=True, slots=True)
class BankSide:
    """A bank line as it is shown; one that is archived has its key alone."""

    pk: UUID
    day: SafeString
    text: str
    amount: SafeString
    url: str


@dataclass(frozen=True, slots=True)
class Sides:
    """The mapping's own bank line first, then those that share its ledger transaction; and what stands in the ledger:
    the one transaction, or the parts of a batch."""

    line: BankTransaction | None
    bank: Sequence[BankSide]
    ledger: Sequence[LedgerLine]

    @property
    def is_batch(self) -> bool:
        """Whether one bank line is several ledger transactions."""
        return len(self.ledger) > 1

    @property
    def is_shared(self) -> bool:
        """Whether several bank lines are one ledger transaction."""
        return len(self.bank) > 1


def sides_of(mapping: TransactionMapping) -> Sides:
    """Both sides of a mapping: four queries at most, however many parts there are."""
    groups = TransactionPart.objects.filter(Q(parent=mapping.transaction_id) | Q(part=mapping.transaction_id))
    own = list(groups.select_related("parent", "part").order_by("part__transaction_date", "part_id"))
    keys, ledger = [mapping.bank_transaction], [mapping.transaction]
    if own and own[0].made == GroupMade.PARENT:
        ledger = [row.part for row in own]
    elif own:
        ledger = [own[0].parent]
        others = TransactionMapping.objects.filter(
            transaction__in=TransactionPart.objects.filter(parent=own[0].parent_id).values("part")
        ).exclude(pk=mapping.pk)
        keys += [row.bank_transaction for row in others.select_related("bank_transaction").order_by("created_at", "pk")]
    lines = _lines(keys)
    return Sides(
        lines.get(mapping.bank_transaction_id), [_bank(key, lines.get(key.pk)) for key in keys], _shown(ledger)
    )


def _lines(keys: Sequence[BankTransactionKey]) -> dict[UUID, BankTransaction]:
    rows = BankTransaction.objects.filter(
        pk__in=[key.pk for key in keys], transaction_date__in={key.transaction_date for key in keys}
    )
    return {row.pk: row for row in rows.defer("raw_data", "normalized_data")}


def _bank(key: BankTransactionKey, line: BankTransaction | None) -> BankSide:
    return BankSide(
        pk=key.pk,
        day=display.day(key.transaction_date),
        text=(line.raw_description if line else key.external_transaction_id) or _("(no text)"),
        amount=display.money(signed(line), line.currency, signed=True) if line else display.NOTHING,
        url=display.admin_url("integrations.BankTransaction", key.pk),
    )


def _shown(rows: Sequence[Transaction]) -> list[LedgerLine]:
    return [ledger_line(row) for row in rows]
