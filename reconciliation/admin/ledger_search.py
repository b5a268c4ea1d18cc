"""Ledger transactions that a reviewer may choose by hand: of the line's account, near its day, not yet mapped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext_lazy

from dwaybank.models import Transaction
from integrations.models import BankTransaction
from reconciliation.admin.typed_amounts import typed_amount
from reconciliation.models import MappingProposal, TransactionMapping, TransactionPart

MAX_FOUND: Final = 25
MAX_TICKED: Final = 50
WINDOWS: Final = {
    "7": gettext_lazy("7 days"),
    "14": gettext_lazy("14 days"),
    "45": gettext_lazy("45 days"),
    "180": gettext_lazy("180 days"),
}
_DEFAULT_WINDOW: Final = "14"
_MAX_WORDS: Final = 6
_GROUPING: Final = "grouping"


@dataclass(frozen=True, slots=True)
class LedgerSearch:
    """What is looked for: words of the description, an amount, days around the bank line."""

    text: str = ""
    amount: str = ""
    days: str = _DEFAULT_WINDOW

    @classmethod
    def of(cls, query: Mapping[str, str]) -> LedgerSearch:
        """The search of an address or a form."""
        days = query.get("days", "")
        return cls(
            text=query.get("text", "").replace("\x00", "").strip()[:100],
            amount=query.get("amount", "").strip()[:20],
            days=days if days in WINDOWS else _DEFAULT_WINDOW,
        )

    @property
    def is_asked(self) -> bool:
        """Whether anything but the usual days is asked for."""
        return bool(self.text or self.amount or self.days != _DEFAULT_WINDOW)

    @property
    def magnitude(self) -> Decimal | None:
        """The amount without its sign; None for none. Raises ValueError where it is no amount."""
        if not self.amount:
            return None
        return abs(typed_amount(self.amount))


def free_ledger(line: MappingProposal | BankTransaction) -> QuerySet[Transaction]:
    """Ledger transactions of the line's account and currency that are no part of a group and not mapped."""
    return (
        Transaction.objects.filter(account=line.account_id, currency=line.currency)
        .exclude(status=_GROUPING)
        .filter(
            ~Exists(TransactionMapping.objects.filter(transaction=OuterRef("pk"))),
            ~Exists(TransactionPart.objects.filter(Q(part=OuterRef("pk")) | Q(parent=OuterRef("pk")))),
        )
        .defer("transaction_metadata")
    )


def find_ledger(line: MappingProposal | BankTransaction, search: LedgerSearch) -> list[Transaction]:
    """The nearest by date first, ``MAX_FOUND`` at most; served by the index of account and date.

    Raises ValueError where the search holds no amount that can be read.
    """
    window = timedelta(days=int(search.days))
    day = line.transaction_date
    rows = free_ledger(line).filter(transaction_date__range=(day - window, day + window))
    if (magnitude := search.magnitude) is not None:
        rows = rows.filter(amount=magnitude)
    for word in search.text.split()[:_MAX_WORDS]:
        rows = rows.filter(description__icontains=word)
    apart = Func(
        F("transaction_date"),
        Value(day),
        template="ABS(%(expressions)s)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    return list(rows.order_by(apart, "transaction_date", "-amount", "pk")[:MAX_FOUND])


def ticked_ledger(line: MappingProposal | BankTransaction, ids: Iterable[UUID]) -> Sequence[Transaction]:
    """The chosen ones of the line's account, in the order of the choice."""
    wanted = list(dict.fromkeys(ids))[:MAX_TICKED]
    if not wanted:
        return []
    found = Transaction.objects.filter(pk__in=wanted, account=line.account_id).defer("transaction_metadata")
    rows = {row.pk: row for row in found}
    return [rows[pk] for pk in wanted if pk in rows]
