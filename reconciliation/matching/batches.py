"""One line for several of the other side: deposits of many payments, payouts, instalments.

Searched among lines that no single line explains, in order of plausibility: all lines of one counterparty, name or
reference over consecutive days; all lines of a day; then subsets of the lines that share something with the whole;
then subsets of one day. A solution counts by how easily it arises by chance; two that are about as plausible
make the batch ambiguous.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reconciliation.matching.blocks import Window, codes, same_key_block
from reconciliation.matching.prepare import Columns, local_density
from reconciliation.matching.subsets import MOST_IN_POOL, Pool
from reconciliation.matching.types import Bools, Floats, Ints, Parameters

_BEFORE = 0.3
"""Chance that an unexplained line is a batch, before any is found."""
_LEAST_BY_CHANCE = 0.002
_SHARED = 0.05
"""A shared word or reference makes a chance solution this much less likely."""
_CLEARLY_SIMPLER = 20.0
_HOPELESS = 3.0
_DAY_RUN = 3


@dataclass(frozen=True)
class BatchSide:
    """One side: its columns, the lines still open, and per line the keys it may share with others (-1 none)."""

    columns: Columns
    open: Bools
    keys: tuple[Ints, ...]


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
            place
            for place, batch in enumerate(self.batches)
            if not batch.others and self.probability[place] >= least
        ]
        return Found(tuple(self.batches[place] for place in keep), self.probability[keep])

    def joined(self, other: Found) -> Found:
        """Both, these first."""
        return Found(self.batches + other.batches, np.concatenate([self.probability, other.probability]))


def find_batches(whole: BatchSide, part: BatchSide, window: Window, span: float, parameters: Parameters) -> Found:
    """All batches of one direction; no line in two of them.

    ``window`` holds the lags (whole day less part day) that are searched.
    """
    whole = BatchSide(whole.columns, whole.open.copy(), whole.keys)
    part = BatchSide(part.columns, part.open.copy(), part.keys)
    wholes = int(whole.open.sum())
    batches: list[Batch] = []
    if wholes and part.open.sum() > 1:
        batches += _claim(_runs(whole, part, window, span, parameters), whole, part)
        budget = [parameters.batch_searches]
        batches += _claim(_subsets_of_kin(whole, part, window, parameters, budget), whole, part)
        batches += _claim(_subsets_of_days(whole, part, window, parameters, budget), whole, part)
    by_chance = np.array([batch.by_chance for batch in batches])
    found = float((by_chance < 0.05).sum())
    before = min(max((found + 2 * _BEFORE) / (wholes + 2.0), 0.05), 0.9)
    probability = before / (before + (1 - before) * np.maximum(by_chance, _LEAST_BY_CHANCE))
    solutions = np.array([1.0 + len(batch.others) for batch in batches])
    return Found(tuple(batches), probability / solutions)


def _claim(candidates: list[Batch], whole: BatchSide, part: BatchSide) -> list[Batch]:
    """The most certain first; a line serves once."""
    claimed = []
    for batch in sorted(candidates, key=lambda batch: (batch.by_chance, batch.whole, batch.parts)):
        if whole.open[batch.whole] and part.open[list(batch.parts)].all():
            whole.open[batch.whole] = False
            part.open[list(batch.parts)] = False
            claimed.append(batch)
    return claimed


# Runs: all lines of one key over consecutive days


@dataclass(frozen=True)
class _Runs:
    account: Ints
    total: Ints
    last_day: Ints
    first: Ints
    """Positions in ``rows``, first and one past the last."""
    end: Ints
    rows: Ints


def _runs(
    whole: BatchSide, part: BatchSide, window: Window, span: float, parameters: Parameters
) -> list[Batch]:
    candidates: dict[tuple[int, tuple[int, ...]], Batch] = {}
    everyone = np.zeros(len(part.columns), dtype=np.int64)
    for number, key in enumerate((*part.keys, everyone)):
        days = _DAY_RUN if number == len(part.keys) else parameters.batch_window
        runs = _sums_of_runs(part, key, days, parameters.batch_parts)
        for batch in _equal_totals(whole, part, runs, window, span):
            place = (batch.whole, batch.parts)
            if place not in candidates or candidates[place].by_chance > batch.by_chance:
                candidates[place] = batch
    return _with_rivals(candidates.values(), part.columns)


def _sums_of_runs(part: BatchSide, key: Ints, days: int, most_parts: int) -> _Runs:
    """Sums of all runs of whole days of one account and key, no longer than ``days``, of 2 to ``most_parts``."""
    columns = part.columns
    rows = np.flatnonzero(part.open & (key >= 0))
    (group, _) = codes(columns.account[rows], key[rows], split=len(rows))
    order = np.lexsort((rows, columns.days[rows], group))
    rows, group = rows[order], group[order]
    day = columns.days[rows]
    starts = np.flatnonzero(np.r_[True, (np.diff(group) != 0) | (np.diff(day) != 0)]) if len(rows) else rows
    ends = np.r_[starts[1:], len(rows)] if len(rows) else rows
    prefix = np.r_[0, np.cumsum(columns.cents[rows])]
    parts: list[tuple[Ints, Ints]] = []
    place = np.arange(len(starts))
    for length in range(1, days + 1):
        last = place + length - 1
        last = last[last < len(starts)]
        first = place[: len(last)]
        good = group[starts[first]] == group[starts[last]]
        good &= day[starts[last]] - day[starts[first]] < days
        count = ends[last] - starts[first]
        good &= (count >= 2) & (count <= most_parts)
        parts.append((starts[first[good]], ends[last[good]]))
    first, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _Runs(
        account=columns.account[rows[first]],
        total=prefix[end] - prefix[first],
        last_day=day[end - 1],
        first=first,
        end=end,
        rows=rows,
    )


def _equal_totals(whole: BatchSide, part: BatchSide, runs: _Runs, window: Window, span: float) -> Iterator[Batch]:
    columns = whole.columns
    if not len(runs.total):
        return
    key_whole, key_run = codes(
        np.concatenate([columns.account, runs.account]),
        np.concatenate([columns.cents, runs.total]),
        split=len(columns),
    )
    pairs, _ = same_key_block(
        np.where(whole.open & (columns.cents != 0), key_whole, -1), key_run, columns.days, runs.last_day, window, 32
    )
    days = window.high - window.low + 1
    density = local_density(runs.total, columns.cents[pairs.bank]) * min(days / max(span, 1.0), 1.0)
    for row, run, by_chance in zip(pairs.bank.tolist(), pairs.ledger.tolist(), density.tolist(), strict=True):
        parts = tuple(sorted(runs.rows[runs.first[run] : runs.end[run]].tolist()))
        yield Batch(row, parts, max(by_chance, 1e-6) * _kinship(whole, part, row, parts))


def _kinship(whole: BatchSide, part: BatchSide, row: int, parts: tuple[int, ...]) -> float:
    """Below 1 where the parts share something with the whole, or with each other."""
    rows = list(parts)
    for own, theirs in zip(whole.keys, part.keys, strict=True):
        values = theirs[rows]
        if own[row] >= 0 and (values == own[row]).all():
            return _SHARED * _SHARED
        if values[0] >= 0 and (values == values[0]).all():
            return _SHARED
    return 1.0


def _with_rivals(candidates: Iterator[Batch] | object, columns: Columns) -> list[Batch]:
    """One batch per whole, the simplest, with the solutions that are about as plausible beside it."""
    of_whole: dict[int, list[Batch]] = defaultdict(list)
    for batch in candidates:  # type: ignore[attr-defined]
        of_whole[batch.whole].append(batch)
    result = []
    for whole, batches in of_whole.items():
        batches.sort(key=lambda batch: (batch.by_chance, batch.parts))
        best = batches[0]
        others, looks = [], {_look(best.parts, columns)}
        for batch in batches[1:]:
            look = _look(batch.parts, columns)
            if batch.by_chance < best.by_chance * _CLEARLY_SIMPLER and look not in looks:
                others.append(batch.parts)
                looks.add(look)
        result.append(Batch(whole, best.parts, best.by_chance, tuple(others)))
    return result


def _look(parts: tuple[int, ...], columns: Columns) -> tuple[tuple[int, int], ...]:
    """What tells two solutions apart: equal amounts of one day are interchangeable."""
    return tuple(sorted((int(columns.cents[row]), int(columns.days[row])) for row in parts))


# Subsets


def _subsets_of_kin(
    whole: BatchSide, part: BatchSide, window: Window, parameters: Parameters, budget: list[int]
) -> list[Batch]:
    """Subsets of the lines that share a key with the whole."""
    found: list[Batch] = []
    lists = [_by_key(part, key) for key in part.keys]
    for row in np.flatnonzero(whole.open).tolist():
        kin: set[int] = set()
        for own, rows_of in zip(whole.keys, lists, strict=True):
            if own[row] >= 0:
                kin.update(_within(rows_of.get(_place(whole.columns, row, int(own[row])), []), whole, part, row, window))
        if 2 <= len(kin) <= MOST_IN_POOL and budget[0] > 0:
            budget[0] -= 1
            found += _solve(whole, part, row, _pool(sorted(kin), part, parameters), _SHARED)
    return found


def _by_key(part: BatchSide, key: Ints) -> dict[tuple[int, int], list[int]]:
    lists: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in np.flatnonzero(part.open & (key >= 0)).tolist():
        lists[int(part.columns.account[row]), int(key[row])].append(row)
    return lists


def _place(columns: Columns, row: int, key: int) -> tuple[int, int]:
    return int(columns.account[row]), key


def _within(rows: list[int], whole: BatchSide, part: BatchSide, row: int, window: Window) -> list[int]:
    day = int(whole.columns.days[row])
    days = part.columns.days
    return [other for other in rows if window.low <= day - int(days[other]) <= window.high]


def _subsets_of_days(
    whole: BatchSide, part: BatchSide, window: Window, parameters: Parameters, budget: list[int]
) -> list[Batch]:
    """Subsets of the open lines of one day, nearest to the usual lag first; then of all days, where few lines are."""
    found: list[Batch] = []
    of_day = _by_key(part, part.columns.days)
    pools: dict[tuple[int, int], tuple[list[int], Pool] | None] = {}
    lags = sorted(range(window.low, window.high + 1), key=lambda lag: (abs(lag - window.usual), lag))
    tries = float(len(lags))  # so many pools, so many chances
    for row in np.flatnonzero(whole.open).tolist():
        account, day = int(whole.columns.account[row]), int(whole.columns.days[row])
        solved: list[Batch] = []
        around: list[int] = []
        for lag in lags:
            place = (account, day - lag)
            around += of_day.get(place, [])
            if place not in pools:
                rows = of_day.get(place, [])
                pools[place] = _pool(rows, part, parameters) if 2 <= len(rows) <= MOST_IN_POOL else None
            pool = pools[place]
            if pool is not None and budget[0] > 0:
                budget[0] -= 1
                solved += _solve(whole, part, row, pool, tries)
        if not solved and 2 <= len(around) <= parameters.batch_pool:
            solved = _solve(whole, part, row, _pool(sorted(around), part, parameters), tries)
        found += _with_rivals(solved, part.columns)
    return found


def _pool(rows: list[int], part: BatchSide, parameters: Parameters) -> tuple[list[int], Pool]:
    cents = part.columns.cents
    rows = [row for row in rows if cents[row] != 0]
    return rows, Pool(tuple(int(cents[row]) for row in rows), parameters.batch_parts)


def _solve(whole: BatchSide, part: BatchSide, row: int, pool: tuple[list[int], Pool], factor: float) -> list[Batch]:
    rows, amounts = pool
    total = int(whole.columns.cents[row])
    reach = sum(value for value in amounts.values if (value > 0) == (total > 0))
    if total == 0 or abs(reach) < abs(total) or len(rows) < 2:
        return []
    batches = []
    for solution in amounts.solutions(total):
        parts = tuple(rows[place] for place in solution.positions)
        by_chance = solution.by_chance * factor * (_kinship(whole, part, row, parts) if factor >= 1 else 1.0)
        if by_chance < _HOPELESS:
            batches.append(Batch(row, parts, by_chance))
    return _with_rivals(batches, part.columns)
