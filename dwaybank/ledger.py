"""What the back office books in DwayBank's ledger moves the account's current balance, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection


def book(transaction_ids: Iterable[UUID]) -> int:
    """Move the accounts' balances by ledger transactions that were just made: once for each, by the caller's care.

    Returns how many accounts moved. To be called in the database transaction that makes them; locks the accounts.
    """
    return _move(transaction_ids, 1)


def take_back(transaction_ids: Iterable[UUID]) -> int:
    """The reverse of ``book``, before the ledger transactions are deleted or set to a status that is no money."""
    return _move(transaction_ids, -1)


def _move(transaction_ids: Iterable[UUID], times: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT move_account_balances(%s::uuid[], %s)", [list(transaction_ids), times])
        moved: int = cursor.fetchone()[0]
    return moved
