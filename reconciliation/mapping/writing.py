"""What a run found goes to the database: mappings first, by two sessions where they are many, then the queue.

A server works for a session on one core. Mapping a line costs it more than matching one costs the engine: the mapping,
the link of the bank line, the audit of both and their indexes. So where there are many, another session maps half of
them, and while the server maps, the proposals are put into words here.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dwaybank.actor import Actor, acting_as
from dwaybank.db.ids import time_ordered_beginning
from reconciliation.mapping.findings import Accepted, proposals
from reconciliation.mapping.loading import sql_of
from reconciliation.matching import VERSION, Result

ALGORITHM: Final = f"fellegi-sunter-{VERSION}"
WORTH_A_SESSION: Final = 2_000  # mappings
_LOCK: Final = "hashtext('reconciliation.mapping')"
_NEW_ID: Final = 3  # place in a row of found_groups
_COPY: Final = {
    "found_mappings": "(id, bank_transaction_id, transaction_id, confidence, difference, reason)",
    "found_groups": "(parent_id, part_id, made, new_id, bank_transaction_id, signed_amount, description)",
    "found_proposals": "(bank_transaction_id, group_id, outcome, reason, probability, margin, is_exact, candidates)",
}


def write(
    result: Result, found: Accepted, *, run_id: UUID, actor: Actor, today: date, account_id: UUID | None
) -> tuple[int, int]:
    """Write mappings and queue; returns how many bank lines were mapped, and how many got a ledger transaction.

    Each share of the mappings is one transaction with all that hangs on it (batches are in one share), the queue is
    another. If one fails, the lines of the others are mapped, and the next run finds the rest open. Within a
    transaction of the caller's, all is part of that.
    """
    shares = _shares(found)
    with _alone(), ThreadPoolExecutor(len(shares)) as aside:
        others = [aside.submit(copy_context().run, _map_in_own_session, share, actor) for share in shares[1:]]
        waiting = aside.submit(lambda: list(proposals(result, found)))
        mapped = _map(shares[0], actor) + sum(other.result() for other in others)
        with acting_as(actor), connection.cursor() as cursor:
            cursor.execute(sql_of("stage"))
            _copy(cursor, "found_proposals", waiting.result())
            cursor.execute(sql_of("write_proposals"), {"run_id": run_id, "account_id": account_id})
            created = _create_missing(cursor, today, account_id)
    return mapped, created


@contextmanager
def _alone() -> Iterator[None]:
    """One run writes at a time; what it read may be old by then, which its statements look out for."""
    within = connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_{'xact_' if within else ''}lock({_LOCK})")
        try:
            yield
        finally:
            if not within:
                cursor.execute(f"SELECT pg_advisory_unlock({_LOCK})")


def _shares(found: Accepted) -> list[Accepted]:
    """Half of the mappings for each of two sessions where they are many; batches with the first."""
    plain = found.mappings
    if connection.in_atomic_block or len(plain) < 2 * WORTH_A_SESSION:
        return [found]
    grouped = {row[_NEW_ID] for row in found.groups}
    batches, plain = [row for row in plain if row[1] in grouped], [row for row in plain if row[1] not in grouped]
    half = max((len(plain) - len(batches)) // 2, 0)
    return [Accepted(batches + plain[:half], found.groups), Accepted(plain[half:])]


def _map_in_own_session(share: Accepted, actor: Actor) -> int:
    """In a thread, whose connection is its own."""
    try:
        return _map(share, actor)
    finally:
        connection.close()


def _map(share: Accepted, actor: Actor) -> int:
    """Stage and map; returns how many bank lines were mapped."""
    with acting_as(actor), connection.cursor() as cursor:
        cursor.execute(sql_of("stage"))
        begins = time_ordered_beginning()
        rows = [(f"{begins}{place:08x}", *row) for place, row in enumerate(sorted(share.mappings))]
        _copy(cursor, "found_mappings", rows)
        _copy(cursor, "found_groups", share.groups)
        cursor.execute(sql_of("write_mappings"), {"algorithm": ALGORITHM})
        cursor.execute(
            "SELECT count(*) FROM found_mappings f "
            "JOIN transaction_mappings m USING (bank_transaction_id, transaction_id)"
        )
        mapped: int = cursor.fetchone()[0]
    return mapped


def _copy(cursor: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} {_COPY[table]} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"ANALYZE {table}")


def _create_missing(cursor: Any, today: date, account_id: UUID | None) -> int:
    cursor.execute(sql_of("create_missing"), {"today": today, "account_id": account_id})
    cursor.execute("SELECT count(*) FROM missing_lines l JOIN transaction_mappings m ON m.transaction_id = l.new_id")
    created: int = cursor.fetchone()[0]
    return created
