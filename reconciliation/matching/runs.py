"""Runs of lines: all lines that share a key over consecutive days, and their sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconciliation.matching.blocks import codes
from reconciliation.matching.prepare import Columns
from reconciliation.matching.types import Ints

_GAP = 5
"""Numbers this far apart still follow each other: some are void, some paid otherwise."""


@dataclass(frozen=True)
class Runs:
    """Sums of lines that share a key over consecutive days; one entry per run."""

    account: Ints
    key: Ints
    total: Ints
    """Signed cents."""
    turnover: Ints
    """Of the total, the lines of its own sign: sales without the refunds; and how many they are."""
    sales: Ints
    first_day: Ints
    last_day: Ints
    first: Ints
    """Positions in ``rows``, first and one past the last."""
    end: Ints
    rows: Ints

    def __len__(self) -> int:
        return len(self.total)

    def parts(self, run: int) -> tuple[int, ...]:
        """The rows of one run, in order."""
        return tuple(sorted(self.rows[self.first[run] : self.end[run]].tolist()))

    @classmethod
    def of(cls, columns: Columns, rows: Ints, key: Ints, days: int, most: int) -> Runs:
        """All runs of whole days of one account and key, no longer than ``days``, of two to ``most`` lines.

        ``rows`` may hold a line several times, under other keys.
        """
        (group, _) = codes(columns.account[rows], key - key.min(initial=0), split=len(rows))
        order = np.lexsort((rows, columns.days[rows], group))
        rows, group, key = rows[order], group[order], key[order]
        day = columns.days[rows]
        starts = np.flatnonzero(np.r_[True, (np.diff(group) != 0) | (np.diff(day) != 0)]) if len(rows) else rows
        ends = np.r_[starts[1:], len(rows)] if len(rows) else rows
        place = np.arange(len(starts))
        found: list[tuple[Ints, Ints]] = []
        for length in range(1, days + 1):
            last = place + length - 1
            last = last[last < len(starts)]
            first = place[: len(last)]
            good = group[starts[first]] == group[starts[last]]
            good &= day[starts[last]] - day[starts[first]] < days
            count = ends[last] - starts[first]
            good &= (count >= 2) & (count <= most)
            found.append((starts[first[good]], ends[last[good]]))
        first, end = (np.concatenate(column) for column in zip(*found, strict=True))
        return cls._summed(columns, rows, key, first, end)

    @classmethod
    def in_sequence(cls, columns: Columns, rows: Ints, key: int, days: int, most: int) -> Runs:
        """Lines whose numbers follow each other with small gaps, of two to ``most`` lines within ``days``."""
        rows = rows[columns.serial[rows] >= 0]
        rows = rows[np.lexsort((rows, columns.serial[rows], columns.account[rows]))]
        account, serial, day = columns.account[rows], columns.serial[rows], columns.days[rows]
        stretch = np.cumsum(np.r_[0, (np.diff(account) != 0) | (np.diff(serial) > _GAP)])[: len(rows)]
        found: list[tuple[Ints, Ints]] = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]
        latest, earliest = day.copy(), day.copy()
        for length in range(2, most + 1):
            first = np.arange(max(len(rows) - length + 1, 0))
            latest, earliest = np.maximum(latest[:-1], day[length - 1 :]), np.minimum(earliest[:-1], day[length - 1 :])
            good = (stretch[first] == stretch[first + length - 1]) & (latest - earliest < days)
            if not good.any():
                break
            found.append((first[good], first[good] + length))
        first, end = (np.concatenate(column) for column in zip(*found, strict=True))
        return cls._summed(columns, rows, np.full(len(rows), key), first, end)

    @classmethod
    def _summed(cls, columns: Columns, rows: Ints, key: Ints, first: Ints, end: Ints) -> Runs:
        cents = columns.cents[rows]
        sums = (np.r_[0, np.cumsum(values)] for values in (cents, np.maximum(cents, 0), cents > 0))
        total, gained, gains = (sums_to[end] - sums_to[first] for sums_to in sums)
        days = columns.days[rows]
        return cls(
            account=columns.account[rows[first]],
            key=key[first],
            total=total,
            turnover=np.where(total > 0, gained, total - gained),
            sales=np.where(total > 0, gains, end - first - gains),
            first_day=days[first],
            last_day=np.maximum(days[first], days[end - 1]),
            first=first,
            end=end,
            rows=rows,
        )

    def joined(self, other: Runs) -> Runs:
        """Both, these first."""
        shift = len(self.rows)
        columns = {
            name: np.concatenate([getattr(self, name), getattr(other, name)])
            for name in self.__dataclass_fields__
            if name not in ("first", "end")
        }
        return Runs(
            first=np.concatenate([self.first, other.first + shift]),
            end=np.concatenate([self.end, other.end + shift]),
            **columns,
        )

    def distinct(self) -> Runs:
        """Each set of lines once, under the key that comes first."""
        check = np.cumsum(_spread(self.rows))
        fingerprint = check[self.end - 1] - check[self.first] + _spread(self.rows)[self.first]
        _, keep = np.unique(np.stack([fingerprint, self.end - self.first]), axis=1, return_index=True)
        return self.take(np.sort(keep))

    def take(self, places: Ints) -> Runs:
        """The runs at these places."""
        columns = {name: getattr(self, name)[places] for name in self.__dataclass_fields__ if name != "rows"}
        return Runs(**columns, rows=self.rows)


def _spread(rows: Ints) -> Ints:
    """A number for each row whose sums tell sets of rows apart (splitmix64's first step)."""
    mixed = (rows.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed ^ (mixed >> np.uint64(27))).astype(np.int64)
