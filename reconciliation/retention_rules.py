"""What reconciliation keeps bank transactions for: a decision about one is a record of five years itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet

from dwaybank.retention import five_years_before
from reconciliation.models import TransactionMapping


def mapped_lately(at: datetime) -> QuerySet[Any]:
    """Mappings of the outer query's bank transaction that were made within five years."""
    return TransactionMapping.objects.filter(bank_transaction=OuterRef("pk"), created_at__gt=five_years_before(at))
