"""Which open lines add up to a whole: chosen among lines akin to it, around runs, and within some days."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from reconciliation.matching.open_lines import HOPELESS, TELLING, Batch, OpenLines
from reconciliation.matching.subsets import MOST_IN_POOL, Pool, few_or_all_but_few
from reconciliation.matching.types import Ints

_DAY_RUN = 3
_DAYS_TRIED = 8
_NEARBY_RUNS = 6
_DAYS_AROUND = 4
_DAYS_TOGETHER = (1, 2, 3, 5)
_CLEAR_ENOUGH = 0.02
_FEW_ENOUGH = 12
"""A day of so many lines is searched with those of the other sign too."""


class Choices:
    """The steps of a search for subsets; each takes a whole and gives batches. Made anew after lines were claimed."""

    def __init__(self, lines: OpenLines) -> None:
        self.lines = lines
        self.whole, self.part, self.window, self.parameters = lines.whole, lines.part, lines.window, lines.parameters
        self.cents, self.account, self.days_of = lines.cents, lines.account, lines.days
        self.telling, self.leading = lines.telling, lines.leading
        self.frequency = lines.frequency
        self.index()

    def index(self) -> None:
        """Open parts by day and by key, and their runs, for the steps that follow."""
        part = self.part
        self.of_day: dict[tuple[int, int], list[int]] = defaultdict(list)
        self.of_way: dict[tuple[int, bool], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for row in np.flatnonzero(part.open & (part.columns.cents != 0)).tolist():
            account, day = self.account[row], self.days_of[row]
            self.of_day[account, day].append(row)
            days, rows_of_way = self.of_way[account, self.cents[row] > 0]
            days.append(day)
            rows_of_way.append(row)
        rows, keys = self.lines.keyed
        still = part.open[rows] & (part.columns.cents[rows] != 0) & (self.frequency[keys] < TELLING)
        self.of_key: dict[int, list[int]] = defaultdict(list)
        for row, key in zip(rows[still].tolist(), keys[still].tolist(), strict=True):
            self.of_key[key].append(row)
        wholes = self.whole.keys[self.whole.open]
        keys_of_wholes, times = np.unique(wholes, return_counts=True)
        self.wanted = set(keys_of_wholes.tolist())
        self.sole = set(keys_of_wholes[times == 1].tolist())
        self.runs = self.lines.sums(rows[still], keys[still], _DAY_RUN)
        self.by_total = np.lexsort((self.runs.total, self.runs.last_day, self.runs.account))
        self.run_places = {
            place: (int(first), int(last))
            for place, first, last in _groups(self.runs.account[self.by_total], self.runs.last_day[self.by_total])
        }
        self.pools: dict[tuple[int, int, int, bool], tuple[list[int], Pool] | None] = {}
        self.silent: dict[tuple[int, int], list[int]] = {}
        self.made = self.lines.pools

    @cached_property
    def _lags(self) -> list[int]:
        """The lags of the window, the usual one first."""
        window = self.window
        return sorted(range(window.low, window.high + 1), key=lambda lag: (abs(lag - window.usual), lag))

    def kin(self, row: int) -> list[Batch]:
        """Lines that share a telling key with the whole, rarest key first: subsets, then with wordless lines; with any
        others where the key is the whole's alone, as the number of a deposit that one bookkeeper forgot to note."""
        account = int(self.whole.columns.account[row])
        own = {key for key in self.whole.keys[row].tolist() if key >= 0 and key in self.of_key}
        found: list[Batch] = []
        tried: list[list[int]] = []
        for key in sorted(own, key=lambda key: (self.frequency[key], key)):
            kin = self._joining(row, self.of_key[key])
            if not kin or found or kin in tried:
                continue
            tried.append(kin)
            found += self._solve(row, self._pool(kin), 1.0)
            days = [self.days_of[other] for other in kin]
            # Parts posted later than their kin come into question only where the days around explain nothing.
            for around in (1, _DAYS_AROUND):
                silent = self._silent(account, min(days) - around, max(days) + around).difference(kin)
                if around == 1 or not found:
                    found += self._solve(row, self._pool(kin, sorted(silent)), 1.0)
            if not found and key in self.sole and len(kin) > 1:
                others = self._going(account, min(days) - 1, max(days) + 1, self.whole.columns.cents[row] > 0)
                found += self._solve(row, self._pool(kin, sorted(set(others).difference(kin))), 1.0)
        return self.lines.with_rivals(found)

    def runs_and_silent(self, row: int) -> list[Batch]:
        """Subsets of a run that nearly reaches the whole, with the wordless lines around it."""
        columns, total = self.whole.columns, int(self.whole.columns.cents[row])
        account, day = int(columns.account[row]), int(columns.days[row])
        near: list[tuple[int, int]] = []
        for lag in self._lags:
            place = self.run_places.get((account, day - lag))
            if place is None:
                continue
            runs = self.by_total[place[0] : place[1]]
            at = int(np.searchsorted(self.runs.total[runs], total))
            near += [
                (abs(int(self.runs.total[run]) - total), run)
                for run in runs[max(at - 3, 0) : at + 3].tolist()
                if 2 * abs(int(self.runs.total[run]) - total) <= abs(total)
            ]
        found: list[Batch] = []
        for _, run in sorted(near)[:_NEARBY_RUNS]:
            parts = self.runs.parts(run)
            days = [self.days_of[other] for other in parts]
            silent = self._silent(account, min(days) - 1, max(days) + 1).difference(parts)
            found += self._solve(row, self._pool(list(parts), sorted(silent)), float(_NEARBY_RUNS))
        return self.lines.with_rivals(found)

    def days(self, row: int) -> list[Batch]:
        """Subsets of the open lines of one day, then of several days: as few as explain it."""
        columns = self.whole.columns
        account, day, total = int(columns.account[row]), int(columns.days[row]), int(columns.cents[row])
        found: list[Batch] = []
        # So many pools, so many chances.
        tries = 0.0
        for width in _DAYS_TOGETHER:
            lags = self._lags[:_DAYS_TRIED]
            pools = [self._around(account, day - lag - width // 2, width, total) for lag in lags]
            pools = [pool for place, pool in enumerate(pools) if pool is not None and pool not in pools[:place]]
            tries += len(pools)
            for pool in pools:
                found += self._solve(row, pool, tries)
            if any(batch.by_chance < _CLEAR_ENOUGH for batch in found):
                break
        return self.lines.with_rivals(found)

    def _around(self, account: int, first: int, width: int, total: int) -> tuple[list[int], Pool] | None:
        """The open lines of ``width`` days that go the whole's way; of a single day, all."""
        place = (account, first, width, total > 0)
        if place not in self.pools:
            if width == 1 and len(self.of_day.get((account, first), ())) <= _FEW_ENOUGH:
                rows = self.of_day.get((account, first), [])
            else:
                days, rows = self.of_way.get((account, total > 0), ([], []))
                rows = rows[bisect_left(days, first) : bisect_left(days, first + width)]
            self.pools[place] = self._pool(rows)
        return self.pools[place]

    def _going(self, account: int, first: int, last: int, positive: bool) -> list[int]:
        """The open lines of these days that go one way."""
        days, rows = self.of_way[account, positive]
        return rows[bisect_left(days, first) : bisect_left(days, last + 1)]

    def _silent(self, account: int, first: int, last: int) -> set[int]:
        """Open lines of these days whose words lead to no whole: cut, empty, or "various"."""
        found: set[int] = set()
        for day in range(first, last + 1):
            place = (account, day)
            if place not in self.silent:
                rows = self.of_day.get(place, ())
                self.silent[place] = [row for row in rows if not self.leading[row] & self.wanted]
            found.update(self.silent[place])
        return found

    def _joining(self, row: int, rows: list[int]) -> list[int]:
        """Those of ``rows`` (in order, so by day) that lie in the window and are smaller than the whole."""
        day, total = int(self.whole.columns.days[row]), int(self.whole.columns.cents[row])
        first = bisect_left(self.days_of, day - self.window.high)
        last = bisect_left(self.days_of, day - self.window.low + 1)
        around = rows[bisect_left(rows, first) : bisect_left(rows, last)]
        account, cents = int(self.whole.columns.account[row]), self.cents
        return [
            other
            for other in around
            if (abs(cents[other]) < abs(total) or cents[other] * total < 0) and self.account[other] == account
        ]

    def _pool(self, rows: list[int], around: list[int] | None = None) -> tuple[list[int], Pool] | None:
        """The amounts of ``rows``, or those with at most a few of ``around``."""
        core = 0
        if around is not None:
            core = len(rows)
            rows = rows + around
        if not 2 <= len(rows) <= MOST_IN_POOL:
            return None
        place = (core, *rows)
        if place not in self.made:
            values = tuple(self.cents[row] for row in rows)
            self.made[place] = rows, Pool(values, self.parameters.batch_parts, core)
        return self.made[place]

    def _solve(self, row: int, pool: tuple[list[int], Pool] | None, tries: float) -> list[Batch]:
        if pool is None or self.lines.budget <= 0:
            return []
        rows, amounts = pool
        total = int(self.whole.columns.cents[row])
        if not amounts.reaches(total):
            return []
        self.lines.budget -= 1
        batches = []
        for solution in amounts.solutions(total):
            parts = self.lines.without_reversals(tuple(sorted(rows[place] for place in solution.positions)))
            if len(parts) < 2:
                continue
            by_chance = min(solution.by_chance * tries, self._by_family(row, rows, parts, amounts.density(total)))
            by_chance *= self.lines.signs(parts)
            if by_chance < HOPELESS:
                batches.append(Batch(row, parts, by_chance))
        return batches

    def _by_family(self, row: int, rows: list[int], parts: tuple[int, ...], density: float) -> float:
        """Chance solutions among the lines of the pool that share a key with all parts, for every such family."""
        shared = set.intersection(*(self.telling[part] for part in parts))
        if not shared:
            return np.inf
        own = set(self.whole.keys[row].tolist())
        families = len(set.union(*(self.telling[other] for other in rows)))
        return min(
            few_or_all_but_few(sum(key in self.telling[other] for other in rows), len(parts))
            * density
            * (1 if key in own else families)
            for key in shared
        )


def _groups(account: Ints, day: Ints) -> Iterator[tuple[tuple[int, int], int, int]]:
    """((account, day), first, one past the last) of each stretch of equal values."""
    if not len(day):
        return
    starts = np.flatnonzero(np.r_[True, (np.diff(account) != 0) | (np.diff(day) != 0)])
    for first, last in zip(starts.tolist(), [*starts[1:].tolist(), len(day)], strict=True):
        yield (int(account[first]), int(day[first])), first, last
