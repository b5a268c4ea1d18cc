"""What stands on some lines, as JSON: kept with each decision before and after, so that it can be undone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from dwaybank.models import Transaction
from integrations.models import BankTransaction
from reconciliation.models import MappingProposal, TransactionMapping, TransactionPart

GROUPING = "grouping"  # status of ledger transactions that stand for others and are no money of their own


class _Encoder(DjangoJSONEncoder):
    """Django's, but times keep their microseconds: an undo restores the row to the last digit, as its audit has it."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def image(lines: Iterable[BankTransaction], proposals: Iterable[UUID], ledger: Iterable[UUID] = ()) -> dict[str, Any]:
    """Mappings, groups with the ledger transactions made for them, processing states and proposals of these lines.

    ``ledger``: ledger transactions whose groups and rows belong to the picture besides those that are mapped.
    """
    ids = [line.pk for line in lines]
    mappings = list(TransactionMapping.objects.filter(bank_transaction_id__in=ids).order_by("pk").values())
    concerned = {row["transaction_id"] for row in mappings} | set(ledger)
    groups = list(
        TransactionPart.objects.filter(Q(parent_id__in=concerned) | Q(part_id__in=concerned)).order_by("pk").values()
    )
    concerned |= {row["parent_id"] for row in groups} | {row["part_id"] for row in groups}
    statuses = BankTransaction.objects.filter(
        pk__in=ids, transaction_date__in={line.transaction_date for line in lines}
    ).values_list("pk", "processing_status")
    return plain(
        {
            "mappings": mappings,
            "groups": groups,
            "made": list(Transaction.objects.filter(pk__in=concerned, status=GROUPING).order_by("pk").values()),
            "statuses": {str(pk): status for pk, status in statuses},
            "proposals": dict(
                MappingProposal.objects.filter(pk__in=list(proposals)).values_list("pk", "proposal_status")
            ),
        }
    )


def plain(value: dict[Any, Any]) -> dict[str, Any]:
    """Through JSON, so that ids, amounts and times are texts."""
    texts = {
        str(key): {str(k): v for k, v in part.items()} if isinstance(part, dict) else part
        for key, part in value.items()
    }
    decoded: dict[str, Any] = json.loads(json.dumps(texts, cls=_Encoder))
    return decoded


def ids_of(rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """The keys of rows of an image."""
    return {UUID(row["id"]) for row in rows}
