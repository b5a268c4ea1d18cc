"""Locks between processes, held by a database session: they go with it, also when its process is killed.

Two kinds, and an order: ``sync`` (one sync of a connection at a time) before ``refresh`` (one refresher). They need one
session for as long as they are held: behind a pooler that of ``DATABASE_DIRECT_URL``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from uuid import UUID

from dwaybank.db.sessions import session_connection


class LockKind(IntEnum):
    """The first half of an advisory lock's key; the second comes from the connection's id."""

    SYNC = 6101
    REFRESH = 6102


@contextmanager
def connection_lock(kind: LockKind, connection_id: UUID, *, wait: bool) -> Iterator[bool]:
    """Hold the lock of one connection; yields whether it was got (always, with ``wait``)."""
    key = (int(kind), str(connection_id))
    connection = session_connection()
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", key)
            held = True
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", key)
            held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        # a session that broke has lost its locks already
        if held and not connection.closed_in_transaction and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)
