"""When to try again: pure, with the clock and the dice passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

BREAKER_FAILURES: Final = 5  # as validate_bank_connection() has it
_PROBE_DOUBLINGS: Final = 4


@dataclass(frozen=True, slots=True)
class Policy:
    """Exponential from ``base`` to ``longest``, each wait drawn from its upper half; at most ``retries`` after the
    first attempt. An open breaker is probed after ``probe``, twice as late after each probe that fails, up to 16
    times."""

    retries: int
    base: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=1)
    probe: timedelta = timedelta(hours=1)


def retry_at(
    policy: Policy, *, attempts: int, now: datetime, asked: timedelta | None, dice: Callable[[], float]
) -> datetime | None:
    """When the next attempt is due after ``attempts`` have failed, or None when there is none.

    ``asked`` is the bank's Retry-After: never sooner than that. ``dice`` gives numbers from 0 to 1.
    """
    if attempts > policy.retries:
        return None
    exponential: timedelta = min(policy.base * (1 << min(attempts - 1, 30)), policy.longest)
    wait = exponential / 2 + exponential / 2 * dice()
    if asked is not None:
        # a little later than asked, so that many clients do not come back together
        wait = max(wait, asked + asked * 0.1 * dice())
    return now + wait


def probe_at(policy: Policy, *, failures: int, now: datetime, dice: Callable[[], float]) -> datetime:
    """When an open breaker is probed, after so many failures in a row."""
    doublings = min(max(failures - BREAKER_FAILURES, 0), _PROBE_DOUBLINGS)
    return now + policy.probe * (1 << doublings) * (1 + 0.1 * dice())


def next_sync_at(*, now: datetime, hours: int, dice: Callable[[], float]) -> datetime:
    """The next scheduled sync: every so many hours, each connection a little apart (90 to 110 %)."""
    return now + timedelta(hours=hours) * (0.9 + 0.2 * dice())
