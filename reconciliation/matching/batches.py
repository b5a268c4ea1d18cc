"""One line for several of the other side: deposits of many payments, payouts, instalments.

Searched among lines that no single line explains. Runs first: all lines that share a word, counterparty or reference
over consecutive days, and all lines of up to three days. Then subsets: of the lines akin to the whole, of runs with
the wordless lines around them, of single days. A solution counts by how easily it arises by chance; two that are
about as plausible make the batch ambiguous.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from reconciliation.matching.blocks import Window, codes, exploded, same_key_block
from reconciliation.matching.prepare import Columns, local_density
from reconciliation.matching.subsets import MOST_IN_POOL, Pool, few_or_all_but_few
from reconciliation.matching.types import Bools, Floats, Ints, Parameters

_BEFORE = 0.3
"""Chance that an unexplained line is a batch, before any is found."""
_LEAST_BY_CHANCE = 3e-4
_CAUTION = 4.0
"""Real amounts cluster; sums meet by chance more often than a smooth density says."""
_CLEARLY_SIMPLER = 20.0
_MIXED = 30.0
_RIVALLED = 0.85
"""Of a batch whose whole has an equal beside it; too little to be accepted."""
_HOPELESS = 0.5
_STRETCH, _TOO_RARE = 250, 0.02
"""A step ends when fewer than this share of so many wholes, all smaller than those before, turn out to be batches."""
_PLAUSIBLE = 0.05
_DAY_RUN = 3
_DAYS_TRIED = 8
_NEARBY_RUNS = 6
_DAYS_AROUND = 4
_GENERIC = 0.1
"""A key on a larger share of the open lines leads to no whole: "payment", "facture"."""
_TELLING = 0.5
"""A key on a larger share of the open lines tells nothing."""


@dataclass(frozen=True)
class BatchSide:
    """One side: its columns, the lines still open, and what each may share with others."""

    columns: Columns
    open: Bools
    keys: Ints
    """(lines, k) numbers of words, counterparty and reference, -1 where there is none; shared by both sides."""


@dataclass(frozen=True)
class Batch:
    """A whole and its parts, by row; ``others`` are further solutions."""

    whole: int
    parts: tuple[int, ...]
    by_chance: float
    others: tuple[tuple[int, ...], ...] = ()
    difference: int = 0
    """Whole less the sum of the parts, in cents."""


@dataclass(frozen=True)
class Found:
    """The batches of one direction with their probabilities."""

    batches: tuple[Batch, ...]
    probability: Floats

    def certain(self, least: float) -> Found:
        """Those with one solution and at least this probability."""
        keep = [
            place for place, batch in enumerate(self.batches) if not batch.others and self.probability[place] >= least
        ]
        return Found(tuple(self.batches[place] for place in keep), self.probability[keep])

    def without(self, bank: Bools, ledger: Bools, least: float) -> Found:
        """Those whose whole (flags in ``bank``) and parts (in ``ledger``) are not used otherwise, and which are
        likely enough or have several solutions to show."""
        keep = [
            place
            for place, batch in enumerate(self.batches)
            if not bank[batch.whole]
            and not ledger[list(batch.parts)].any()
            and (batch.others or self.probability[place] >= least)
        ]
        return Found(tuple(self.batches[place] for place in keep), self.probability[keep])

    def joined(self, other: Found) -> Found:
        """Both, these first."""
        return Found(self.batches + other.batches, np.concatenate([self.probability, other.probability]))


def find_batches(
    whole: BatchSide, part: BatchSide, window: Window, span: float, parameters: Parameters, *, thorough: bool
) -> Found:
    """All batches of one direction; no line in two of them. Unless ``thorough``, only those that stand out.

    ``window`` holds the lags (whole day less part day) that are searched.
    """
    if not whole.open.any() or part.open.sum() < 2:
        return Found((), np.zeros(0))
    search = _Search(
        BatchSide(whole.columns, whole.open.copy(), whole.keys),
        BatchSide(part.columns, part.open.copy(), part.keys),
        window,
        span,
        parameters,
    )
    wholes = int(whole.open.sum())
    batches = search.all(thorough=thorough)
    by_chance = np.array([batch.by_chance for batch in batches])
    found = float((by_chance < _PLAUSIBLE).sum())
    before = min(max((found + 2 * _BEFORE) / (wholes + 2.0), 0.05), 0.9)
    probability = before / (before + (1 - before) * np.maximum(_CAUTION * by_chance, _LEAST_BY_CHANCE))
    solutions = np.array([1.0 + len(batch.others) for batch in batches])
    probability = probability * np.where(_rivalled(whole, [batch.whole for batch in batches], window), _RIVALLED, 1.0)
    return Found(tuple(batches), probability / solutions)


def _rivalled(whole: BatchSide, rows: list[int], window: Window) -> Bools:
    """Whether another open line of the same amount and days could as well be the whole of these parts."""
    columns, at = whole.columns, np.array(rows, dtype=np.int64)
    opened = np.flatnonzero(whole.open)
    span = np.int64(1 << 22)
    keys = np.sort(columns.amount_key[opened] * span + columns.days[opened])
    base, days = columns.amount_key[at] * span + columns.days[at], window.high - window.low
    around = np.searchsorted(keys, base + days, side="right") - np.searchsorted(keys, base - days, side="left")
    return np.asarray(around > 1)


@dataclass(frozen=True)
class _Runs:
    """Sums of lines that share a key over consecutive days."""

    account: Ints
    total: Ints
    last_day: Ints
    first: Ints
    """Positions in ``rows``, first and one past the last."""
    end: Ints
    rows: Ints

    def parts(self, run: int) -> tuple[int, ...]:
        return tuple(sorted(self.rows[self.first[run] : self.end[run]].tolist()))


class _Search:
    """One direction; ``whole.open`` and ``part.open`` shrink as batches are claimed."""

    def __init__(self, whole: BatchSide, part: BatchSide, window: Window, span: float, parameters: Parameters) -> None:
        self.whole, self.part, self.window, self.span, self.parameters = whole, part, window, span, parameters
        self.budget = max(parameters.batch_searches, (len(whole.columns) + len(part.columns)) // 20)
        rows, keys = exploded(part.keys, np.flatnonzero(part.open))
        lines = np.bincount(keys, minlength=int(keys.max(initial=0)) + 1)
        self.frequency = lines / (part.open.sum() + 1.0)
        # Only open lines have an entry: most lines of a run never come here.
        self.telling: defaultdict[int, set[int]] = defaultdict(set)
        self.leading: defaultdict[int, set[int]] = defaultdict(set)
        for row, key in zip(rows.tolist(), keys.tolist(), strict=True):
            if self.frequency[key] < _TELLING:
                self.telling[row].add(key)
            if self.frequency[key] < _GENERIC:
                self.leading[row].add(key)
        self.keyed = rows, keys
        self.cents, self.account = part.columns.cents.tolist(), part.columns.account.tolist()

    def all(self, *, thorough: bool) -> list[Batch]:
        """Plainest first; what one step claims, the next does not see."""
        batches = self._claim(self._with_rivals(self._from_runs()))
        for step in (self._kin, self._runs_and_silent, self._days) if thorough else (self._kin,):
            self._index()
            batches += self._claim(self._largest_first(step))
        return batches

    def _largest_first(self, step: Callable[[int], list[Batch]]) -> list[Batch]:
        """One step over the open wholes, the largest first, until batches become too rare to look for."""
        rows = np.flatnonzero(self.whole.open)
        rows = rows[np.lexsort((rows, -np.abs(self.whole.columns.cents[rows])))]
        found: list[Batch] = []
        for start in range(0, len(rows), _STRETCH):
            new = [batch for row in rows[start : start + _STRETCH].tolist() for batch in step(row)]
            found += new
            plausible = sum(batch.by_chance < _PLAUSIBLE for batch in new)
            if self.budget <= 0 or (start and plausible < _TOO_RARE * _STRETCH):
                break
        return found

    def _claim(self, candidates: list[Batch]) -> list[Batch]:
        """The most certain first; a line serves once."""
        claimed = []
        for batch in sorted(candidates, key=lambda batch: (batch.by_chance, batch.whole, batch.parts)):
            if self.whole.open[batch.whole] and self.part.open[list(batch.parts)].all():
                self.whole.open[batch.whole] = False
                self.part.open[list(batch.parts)] = False
                claimed.append(batch)
        return claimed

    # Runs

    def _from_runs(self) -> list[Batch]:
        candidates: dict[tuple[int, tuple[int, ...]], Batch] = {}
        everyone = np.flatnonzero(self.part.open)
        for runs in (
            self._sums(*self.keyed, self.parameters.batch_window),
            self._sums(everyone, np.zeros(len(everyone), dtype=np.int64), _DAY_RUN),
        ):
            for batch in self._equal_totals(runs):
                place = (batch.whole, batch.parts)
                if place not in candidates or candidates[place].by_chance > batch.by_chance:
                    candidates[place] = batch
        return list(candidates.values())

    def _sums(self, rows: Ints, key: Ints, days: int) -> _Runs:
        """All runs of whole days of one account and key, no longer than ``days``, within the most parts."""
        columns = self.part.columns
        (group, _) = codes(columns.account[rows], key, split=len(rows))
        order = np.lexsort((rows, columns.days[rows], group))
        rows, group = rows[order], group[order]
        day = columns.days[rows]
        starts = np.flatnonzero(np.r_[True, (np.diff(group) != 0) | (np.diff(day) != 0)]) if len(rows) else rows
        ends = np.r_[starts[1:], len(rows)] if len(rows) else rows
        prefix = np.r_[0, np.cumsum(columns.cents[rows])]
        place = np.arange(len(starts))
        found: list[tuple[Ints, Ints]] = []
        for length in range(1, days + 1):
            last = place + length - 1
            last = last[last < len(starts)]
            first = place[: len(last)]
            good = group[starts[first]] == group[starts[last]]
            good &= day[starts[last]] - day[starts[first]] < days
            count = ends[last] - starts[first]
            good &= (count >= 2) & (count <= self.parameters.batch_parts)
            found.append((starts[first[good]], ends[last[good]]))
        first, end = (np.concatenate(column) for column in zip(*found, strict=True))
        return _Runs(columns.account[rows[first]], prefix[end] - prefix[first], day[end - 1], first, end, rows)

    def _equal_totals(self, runs: _Runs) -> Iterator[Batch]:
        columns = self.whole.columns
        key_whole, key_run = codes(
            np.concatenate([columns.account, runs.account]),
            np.concatenate([columns.cents, runs.total]),
            split=len(columns),
        )
        wanted = np.where(self.whole.open & (columns.cents != 0), key_whole, -1)
        pairs, _ = same_key_block(wanted, key_run, columns.days, runs.last_day, self.window, 32)
        days = self.window.high - self.window.low + 1
        density = local_density(runs.total, columns.cents[pairs.bank]) * min(days / max(self.span, 1.0), 1.0)
        for row, run, by_chance in zip(pairs.bank.tolist(), pairs.ledger.tolist(), density.tolist(), strict=True):
            parts = self._without_reversals(runs.parts(run))
            if len(parts) > 1:
                by_chance = max(by_chance, self._round_by_chance(row))
                yield Batch(row, parts, max(by_chance * self._kinship(row, parts), 1e-6) * self._signs(parts))

    def _round_by_chance(self, row: int) -> float:
        """Round amounts add up to round amounts: a sum of whole tens or dollars is little proof."""
        cents = int(self.whole.columns.cents[row])
        return 0.05 if cents % 1000 == 0 else 0.01 if cents % 100 == 0 else 0.0

    def _signs(self, parts: tuple[int, ...]) -> float:
        """Payouts less refunds are rarer than sums of one sign, and sums of both signs reach more totals."""
        return _MIXED if min(self.cents[part] for part in parts) < 0 < max(self.cents[part] for part in parts) else 1.0

    def _without_reversals(self, parts: tuple[int, ...]) -> tuple[int, ...]:
        """The parts without those that cancel each other out."""
        kept: list[int] = []
        for part in parts:
            opposite = next((other for other in kept if self.cents[other] == -self.cents[part]), None)
            if opposite is None:
                kept.append(part)
            else:
                kept.remove(opposite)
        return tuple(kept)

    def _kinship(self, row: int, parts: tuple[int, ...]) -> float:
        """How seldom a line has what all parts and the whole share; 1 where they share nothing."""
        shared = set.intersection(*(self.telling[part] for part in parts)).intersection(self.whole.keys[row].tolist())
        return min((float(self.frequency[key]) for key in shared), default=1.0)

    def _with_rivals(self, candidates: Iterable[Batch]) -> list[Batch]:
        """One batch per whole, the simplest, with the solutions that are about as plausible beside it."""
        of_whole: dict[int, list[Batch]] = defaultdict(list)
        for batch in candidates:
            of_whole[batch.whole].append(batch)
        result = []
        for whole, batches in of_whole.items():
            batches.sort(key=lambda batch: (batch.by_chance, batch.parts))
            best = batches[0]
            others, looks = [], {self._look(best.parts)}
            for batch in batches[1:]:
                look = self._look(batch.parts)
                if batch.by_chance < best.by_chance * _CLEARLY_SIMPLER and look not in looks:
                    others.append(batch.parts)
                    looks.add(look)
            result.append(Batch(whole, best.parts, best.by_chance, tuple(others)))
        return result

    def _look(self, parts: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
        """What tells two solutions apart: equal amounts of one day are interchangeable."""
        columns = self.part.columns
        return tuple(sorted((int(columns.cents[row]), int(columns.days[row])) for row in parts))

    # Subsets

    def _index(self) -> None:
        """Open parts by day and by key, and their runs, for the steps that follow."""
        part = self.part
        self.of_day: dict[tuple[int, int], list[int]] = defaultdict(list)
        for row in np.flatnonzero(part.open & (part.columns.cents != 0)).tolist():
            self.of_day[int(part.columns.account[row]), int(part.columns.days[row])].append(row)
        rows, keys = self.keyed
        still = part.open[rows] & (part.columns.cents[rows] != 0) & (self.frequency[keys] < _TELLING)
        self.of_key: dict[int, list[int]] = defaultdict(list)
        for row, key in zip(rows[still].tolist(), keys[still].tolist(), strict=True):
            self.of_key[key].append(row)
        wholes = self.whole.keys[self.whole.open]
        self.wanted = set(np.unique(wholes).tolist())
        self.runs = self._sums(rows[still], keys[still], _DAY_RUN)
        self.by_total = np.lexsort((self.runs.total, self.runs.last_day, self.runs.account))
        self.run_places = {
            place: (int(first), int(last))
            for place, first, last in _groups(self.runs.account[self.by_total], self.runs.last_day[self.by_total])
        }
        self.pools: dict[tuple[int, int], tuple[list[int], Pool] | None] = {}
        self.silent: dict[tuple[int, int], list[int]] = {}
        self.made: dict[tuple[int, ...], tuple[list[int], Pool]] = {}

    def _lags(self) -> list[int]:
        window = self.window
        return sorted(range(window.low, window.high + 1), key=lambda lag: (abs(lag - window.usual), lag))

    def _kin(self, row: int) -> list[Batch]:
        """Lines that share a telling key with the whole, rarest key first: subsets, then with wordless lines."""
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
            days = [int(self.part.columns.days[other]) for other in kin]
            # Parts posted later than their kin come into question only where the days around explain nothing.
            for around in (1, _DAYS_AROUND):
                silent = self._silent(account, min(days) - around, max(days) + around).difference(kin)
                if around == 1 or not found:
                    found += self._solve(row, self._pool(kin, sorted(silent)), 1.0)
        return self._with_rivals(found)

    def _runs_and_silent(self, row: int) -> list[Batch]:
        """Subsets of a run that nearly reaches the whole, with the wordless lines around it."""
        columns, total = self.whole.columns, int(self.whole.columns.cents[row])
        account, day = int(columns.account[row]), int(columns.days[row])
        near: list[tuple[int, int]] = []
        for lag in self._lags():
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
            days = [int(self.part.columns.days[other]) for other in parts]
            silent = self._silent(account, min(days) - 1, max(days) + 1).difference(parts)
            found += self._solve(row, self._pool(list(parts), sorted(silent)), float(_NEARBY_RUNS))
        return self._with_rivals(found)

    def _days(self, row: int) -> list[Batch]:
        """Subsets of the open lines of one day; then of all days, where few lines are."""
        columns = self.whole.columns
        account, day = int(columns.account[row]), int(columns.days[row])
        lags = self._lags()[:_DAYS_TRIED]
        # So many pools, so many chances.
        tries = float(sum((account, day - lag) in self.of_day for lag in lags))
        solved: list[Batch] = []
        around: list[int] = []
        for lag in lags:
            place = (account, day - lag)
            rows = self.of_day.get(place, [])
            around += rows
            if place not in self.pools:
                self.pools[place] = self._pool([other for other in rows if self.cents[other]])
            solved += self._solve(row, self.pools[place], tries)
        if not solved and 2 <= len(around) <= self.parameters.batch_pool:
            solved = self._solve(row, self._pool(sorted(around)), tries)
        return self._with_rivals(solved)

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
        columns, day, total = self.part.columns, int(self.whole.columns.days[row]), int(self.whole.columns.cents[row])
        first, last = np.searchsorted(columns.days, [day - self.window.high, day - self.window.low + 1]).tolist()
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
        if pool is None or self.budget <= 0:
            return []
        rows, amounts = pool
        total = int(self.whole.columns.cents[row])
        if not amounts.reaches(total):
            return []
        self.budget -= 1
        batches = []
        for solution in amounts.solutions(total):
            parts = self._without_reversals(tuple(sorted(rows[place] for place in solution.positions)))
            if len(parts) < 2:
                continue
            by_chance = min(solution.by_chance * tries, self._by_family(row, rows, parts, amounts.density(total)))
            by_chance *= self._signs(parts)
            if by_chance < _HOPELESS:
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
