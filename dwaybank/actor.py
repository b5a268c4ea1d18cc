"""Who acts: told to the database once per transaction, read there by the audit trigger.

The one session setting ``dwaybank.context`` holds a JSON object with ``actor`` (UUID of the user), ``run``
(what is running, such as ``command:import_statement``) and ``reason``. It is set for the transaction only,
so nothing leaks through a connection pool.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (if any) and the run on whose behalf rows are written, and why."""

    user_id: UUID | None
    run: str
    reason: str = ""


def set_actor(actor: Actor) -> None:
    """Tell the database who acts for the rest of the current transaction.

    Raises TransactionManagementError outside a transaction, where the setting would vanish at once.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("set_actor() needs a transaction: use acting_as().")
    context = {
        "actor": str(actor.user_id) if actor.user_id else None,
        "run": actor.run,
        "reason": actor.reason,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dwaybank.context', %s, true)", [json.dumps(context)])


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """One database transaction in which every audited change names ``actor``."""
    with transaction.atomic():
        set_actor(actor)
        yield
