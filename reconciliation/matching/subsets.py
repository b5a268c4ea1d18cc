"""Which of some amounts add up to a total, exactly, on integer cents; and how easily that happens by chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from math import comb, exp, gcd, pi, sqrt

import numpy as np

from reconciliation.matching.types import Ints

_ALL_SUBSETS = 14
"""Up to this many amounts every subset is in the table (16,384)."""
_TRIPLES = 36
"""Up to this many amounts subsets that take or leave three are in the table; above it, two."""
MOST_IN_POOL = 62
_SHOWN = 6


@dataclass(frozen=True)
class Solution:
    """Positions in the pool, and the expected number of subsets as simple that reach the total by chance."""

    positions: tuple[int, ...]
    by_chance: float


@dataclass
class Pool:
    """Amounts in cents (signed, none zero) that may be parts of one total; at most MOST_IN_POOL.

    Small pools are searched whole. In larger ones a subset must take few or leave few: others are so many that
    one of them reaches any total by chance.
    """

    values: tuple[int, ...]
    most_parts: int
    _known: dict[int, list[Solution]] = field(default_factory=dict)

    def solutions(self, total: int) -> list[Solution]:
        """Subsets of two parts or more with this sum, simplest first, at most six."""
        if total not in self._known:
            self._known[total] = self._search(total)
        return self._known[total]

    def _search(self, total: int) -> list[Solution]:
        sums, masks = self._table
        left, right = np.searchsorted(sums, total, side="left"), np.searchsorted(sums, total, side="right")
        found = []
        for mask in masks[left:right][: 4 * _SHOWN].tolist():
            positions = tuple(place for place in range(len(self.values)) if mask >> place & 1)
            if 2 <= len(positions) <= self.most_parts:
                found.append(Solution(positions, self.by_chance(total, len(positions))))
        found.sort(key=lambda solution: (solution.by_chance, solution.positions))
        return found[:_SHOWN]

    def by_chance(self, total: int, parts: int) -> float:
        """Expected number of subsets no less simple than ``parts`` of the pool that reach ``total`` by chance."""
        size = len(self.values)
        simple = min(parts, size - parts)
        ways = sum(comb(size, k) * (1 if 2 * k == size else 2) for k in range(simple + 1))
        return ways * self._density(total, parts)

    def _density(self, total: int, parts: int) -> float:
        """Chance that a random subset of that many parts has just this sum (normal approximation)."""
        values = np.array(self.values, dtype=np.float64)
        size = len(values)
        mean = parts * values.mean()
        left_out = (size - parts) / max(size - 1, 1)
        # A whole pool has one sum; its chance to be the total is that of any amount of this size.
        spread = max(sqrt(parts * float(values.var()) * left_out), float(np.abs(values).mean()) / 2, 1.0)
        away = min(abs(total - mean) / spread, 2.5)
        return min(self._step * exp(-away * away / 2) / (spread * sqrt(2 * pi)), 1.0)

    @cached_property
    def _step(self) -> int:
        return max(gcd(*self.values), 1)

    @cached_property
    def _table(self) -> tuple[Ints, Ints]:
        """All sums in order, each with the bits of its subset."""
        values = np.array(self.values, dtype=np.int64)
        size = len(values)
        if size <= _ALL_SUBSETS:
            sums, masks = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
            for place in range(size):
                sums = np.concatenate([sums, sums + values[place]])
                masks = np.concatenate([masks, masks | (1 << place)])
        else:
            sums, masks = self._few_or_all_but_few(values)
        order = np.lexsort((masks, sums))
        return sums[order], masks[order]

    @staticmethod
    def _few_or_all_but_few(values: Ints) -> tuple[Ints, Ints]:
        size = len(values)
        everything, total = (1 << size) - 1, int(values.sum())
        sums, masks = [np.array([total])], [np.array([everything])]
        for taken in range(1, (3 if size <= _TRIPLES else 2) + 1):
            places = np.array(list(combinations(range(size), taken)), dtype=np.int64)
            some = values[places].sum(axis=1)
            bits = (np.int64(1) << places).sum(axis=1)
            sums += [some, total - some]
            masks += [bits, everything ^ bits]
        return np.concatenate(sums), np.concatenate(masks)
