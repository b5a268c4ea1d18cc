"""Work that needs locks others may hold: short waits, several tries, and a message that says who is in the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from typing import Final, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable

from dwaybank.errors import DomainError

# One try waits this long: whoever comes after it waits behind it, so it gives up early and comes back.
LOCK_TIMEOUT_MS: Final = 1_000
PAUSE_S: Final = 1.0
ATTEMPTS: Final = 5

_Result = TypeVar("_Result")


class LockedByOthers(DomainError):
    """Other sessions hold locks that the work needs; the text names them and says what to do."""


def got_no_lock(error: OperationalError) -> bool:
    """Whether the statement failed for a lock that others hold, so that it may work in another try."""
    return isinstance(error.__cause__, (LockNotAvailable, DeadlockDetected))


def tried_again(
    work: Callable[[], _Result],
    *,
    attempts: int = ATTEMPTS,
    pause_s: float = 0.0,
    failed: Callable[[int], object] = lambda attempt: None,
) -> _Result:
    """What ``work`` returns; done again, after ``pause_s`` seconds, where it got no lock.

    ``failed`` hears the number of each try that got none, right after it. Raises the last OperationalError after
    ``attempts`` tries (one at least), and any other one at once.
    """
    for attempt in count(1):
        try:
            return work()
        except OperationalError as error:
            if not got_no_lock(error):
                raise
            failed(attempt)
            if attempt >= attempts:
                raise
        time.sleep(pause_s)
    raise AssertionError("the tries ended without an end")


def patiently(
    work: Callable[[], _Result],
    *,
    attempts: int = ATTEMPTS,
    holders: Callable[[], str] = lambda: "Another session holds a lock that is needed. Run the command again.",
) -> _Result:
    """Do ``work`` in a transaction of its own that waits for locks only briefly, again where it does not get them.

    ``holders`` says who is in the way; it is asked right after a try failed. Raises LockedByOthers after ``attempts``
    tries. Needs to be called outside a transaction.
    """
    said: list[str] = []

    def once() -> _Result:
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', '0', true)",
                    [str(LOCK_TIMEOUT_MS)],
                )
            return work()

    try:
        return tried_again(once, attempts=attempts, pause_s=PAUSE_S, failed=lambda _attempt: said.append(holders()))
    except OperationalError as error:
        if not got_no_lock(error):
            raise
        raise LockedByOthers(said[-1]) from error
