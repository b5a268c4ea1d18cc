"""Which of some amounts add up to a total, exactly, on integer cents; and how easily that happens by chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations
from math import comb, gcd

import numpy as np

from reconciliation.matching.types import Ints

MOST_IN_POOL = 62
_ALL_SUBSETS = 14
"""Up to this many amounts every subset is searched (16,384)."""
_TRIPLES = 36
"""Up to this many amounts subsets that take or leave three are searched; above it, two."""
_ALL_OTHERS = 11
"""Up to this many others any number of them may join a core."""
_MOST_SUMS = 60_000
_SHOWN = 6
_NEAR = 0.05
"""Sums this near to the total, as a share of it, show how dense sums lie there."""


@dataclass(frozen=True)
class Solution:
    """Positions in the pool; ``by_chance`` is the expected number of subsets as simple that reach the total by luck."""

    positions: tuple[int, ...]
    by_chance: float


@dataclass
class Pool:
    """Amounts in cents (signed, none zero) that may be parts of one total; at most MOST_IN_POOL.

    The first ``core`` amounts belong together: a solution takes all of them but one at most, and few
    others. Without a core, small pools are searched whole; in larger ones a solution takes few or leaves few,
    since others are so many that one of them reaches any total.
    """

    values: tuple[int, ...]
    most_parts: int
    core: int = 0
    _known: dict[int, list[Solution]] = field(default_factory=dict)

    def solutions(self, total: int) -> list[Solution]:
        """Subsets of two parts or more with this sum, simplest first, at most six."""
        if total not in self._known:
            self._known[total] = self._search(total)
        return self._known[total]

    def density(self, total: int) -> float:
        """Share of all sums that one sum near the total has."""
        sums, _ = self._table
        reach = max(int(abs(total) * _NEAR), 100)
        around = np.searchsorted(sums, total + reach, side="right") - np.searchsorted(sums, total - reach, side="left")
        exact = np.searchsorted(sums, total, side="right") - np.searchsorted(sums, total, side="left")
        return float(max(around - exact, 0.5) / len(sums) / (2 * reach) * self._step)

    def ways(self, positions: tuple[int, ...]) -> float:
        """Number of subsets no less simple than this one."""
        size = len(self.values)
        if not self.core:
            return few_or_all_but_few(size, len(positions))
        inside = sum(place < self.core for place in positions)
        left_out, added = self.core - inside, len(positions) - inside
        return float((1 + self.core * left_out) * sum(comb(size - self.core, k) for k in range(added + 1)))

    def _search(self, total: int) -> list[Solution]:
        sums, masks = self._table
        left, right = np.searchsorted(sums, total, side="left"), np.searchsorted(sums, total, side="right")
        if left == right:
            return []
        found, density = [], self.density(total)
        for mask in masks[left:right][: 4 * _SHOWN].tolist():
            positions = tuple(place for place in range(len(self.values)) if mask >> place & 1)
            if 2 <= len(positions) <= self.most_parts:
                found.append(Solution(positions, self.ways(positions) * density))
        found.sort(key=lambda solution: (solution.by_chance, solution.positions))
        return found[:_SHOWN]

    @cached_property
    def _step(self) -> int:
        return max(gcd(*self.values), 1)

    @cached_property
    def _table(self) -> tuple[Ints, Ints]:
        """All sums searched, in order, each with the bits of its subset."""
        values = np.array(self.values, dtype=np.int64)
        masks = _with_core(len(values), self.core) if self.core else _without_core(len(values))
        sums = np.zeros(len(masks), dtype=np.int64)
        for place, value in enumerate(values.tolist()):
            sums += (masks >> place & 1) * value
        order = np.lexsort((masks, sums))
        return sums[order], masks[order]


def few_or_all_but_few(size: int, parts: int) -> float:
    """Number of subsets of ``size`` that take, or leave, no more than one of ``parts`` does."""
    simple = min(parts, size - parts)
    return float(sum(comb(size, k) * (1 if 2 * k == size else 2) for k in range(simple + 1)))


@lru_cache(maxsize=128)
def _without_core(size: int) -> Ints:
    if size <= _ALL_SUBSETS:
        return np.arange(1 << size, dtype=np.int64)
    some = _taking(size, 3 if size <= _TRIPLES else 2)
    return np.concatenate([some, ((1 << size) - 1) ^ some])


@lru_cache(maxsize=512)
def _with_core(size: int, core: int) -> Ints:
    everyone = np.int64((1 << core) - 1)
    inside = np.concatenate([[everyone], everyone ^ (np.int64(1) << np.arange(core, dtype=np.int64))])
    others = size - core
    most = others if others <= _ALL_OTHERS else 3 if others <= _TRIPLES else 2
    while most and len(inside) * sum(comb(others, k) for k in range(most + 1)) > _MOST_SUMS:
        most -= 1
    outside = _taking(others, most) << core
    return np.asarray((inside[:, None] | outside[None, :]).ravel())


def _taking(size: int, most: int) -> Ints:
    """Bits of all subsets of at most ``most`` elements, the empty one too."""
    parts = [np.zeros(1, dtype=np.int64)]
    for taken in range(1, min(most, size) + 1):
        places = np.array(list(combinations(range(size), taken)), dtype=np.int64)
        parts.append((np.int64(1) << places).sum(axis=1))
    return np.concatenate(parts)
