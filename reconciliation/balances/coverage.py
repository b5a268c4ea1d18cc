"""Which days of an account are covered by statements and syncs: where a gap, an overlap, a mismatch lies. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

import numpy as np

from reconciliation.balances.stated import ends_of_days
from reconciliation.balances.types import Anchor, Rows


class Covered(StrEnum):
    """What is known of one day."""

    STATEMENT = "statement"
    SYNC = "sync"
    OVERLAP = "overlap"  # two statements or more
    MISMATCH = "mismatch"  # balances and rows around it do not add up
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Period:
    """A statement's days (ordinals, both included); ``ties_out`` is None where it states not both balances."""

    start: int
    end: int
    ties_out: bool | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of one kind in a row."""

    kind: Covered
    first: int
    last: int

    @property
    def days(self) -> int:
        """How many."""
        return self.last - self.first + 1


def coverage(
    first: int,
    last: int,
    periods: Sequence[Period],
    anchors: Sequence[Anchor],
    rows: Rows,
    fetched: Sequence[tuple[int, int]] = (),
) -> list[tuple[int, Covered]]:
    """Each day from ``first`` to ``last`` with what is known of it.

    A sync covers the days that it asked for (``fetched``: first and last), and those since the balance before it.
    Statements that do not tie out, and days between two stated
    balances that the rows between them do not explain, are a mismatch.
    """
    size = last - first + 1
    statements = np.zeros(size, dtype=np.int64)
    synced, wrong = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    for one in periods:
        days = slice(max(one.start - first, 0), max(one.end - first + 1, 0))
        statements[days] += 1
        wrong[days] |= one.ties_out is False
    for start, end in fetched:
        synced[max(start - first, 0) : max(end - first + 1, 0)] = True
    for before, following in pairwise(sorted(anchors, key=lambda anchor: anchor.day)):
        synced[_between(before, following, first)] |= not following.is_final
    for (before, level), (following, then) in pairwise(ends_of_days(rows, anchors)):
        wrong[_between(before, following, first)] |= level != then
    return [(first + place, _kind(statements[place], synced[place], wrong[place])) for place in range(size)]


def _between(before: Anchor, following: Anchor, first: int) -> slice:
    """The days after one balance until another, as places from ``first`` on."""
    return slice(max(before.day - first + 1, 0), max(following.day - first + 1, 0))


def _kind(statements: int, synced: bool, wrong: bool) -> Covered:
    if wrong:
        return Covered.MISMATCH
    if statements > 1:
        return Covered.OVERLAP
    if statements:
        return Covered.STATEMENT
    return Covered.SYNC if synced else Covered.GAP


def stretches(days: Sequence[tuple[int, Covered]]) -> list[Stretch]:
    """The same as runs of days."""
    runs = (list(run) for _, run in groupby(days, key=lambda day: day[1]))
    return [Stretch(run[0][1], run[0][0], run[-1][0]) for run in runs]
