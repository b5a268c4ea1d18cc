"""Which of some amounts add up to a total, exactly, on integer cents; and how easily that happens by chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations
from math import comb, gcd

import numpy as np

from reconciliation.matching.types import Ints

MOST_IN_POOL = 62
_ALL_SUBSETS = 15
"""Up to this many amounts every subset is searched (32,768)."""
_TRIPLES = 36
"""Up to this many amounts subsets that take or leave three are searched; above it, two."""
_ALL_OTHERS = 9
"""Up to this many others any number of them may join a core."""
_MOST_SUMS = 20_000
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

    def reaches(self, total: int) -> bool:
        """Whether the total lies between the least and the greatest sum, and luck would not reach it as well."""
        if not total:
            return False
        sign = 1 if total > 0 else -1
        signed = [sign * value for value in self.values]
        most = sum(value for value in signed if value > 0)
        least = 0
        if self.core:
            inside = signed[: self.core]
            least = sum(inside) - max(max(inside), 0) + sum(value for value in signed[self.core :] if value < 0)
        elif len(signed) > _ALL_SUBSETS and 3 * max(signed) < abs(total) < most - 3 * max(signed):
            return False
        return least <= abs(total) <= most

    def density(self, total: int) -> float:
        """Share of all sums that one sum near the total has."""
        reach = max(int(abs(total) * _NEAR), 100)
        away = np.abs(self._sums - total)
        around = int((away <= reach).sum()) - int((away == 0).sum())
        return max(around, 0.5) / len(self._sums) / (2 * reach) * self._step

    def ways(self, positions: tuple[int, ...]) -> float:
        """Number of subsets no less simple than this one."""
        size = len(self.values)
        if not self.core:
            return few_or_all_but_few(size, len(positions))
        inside = sum(place < self.core for place in positions)
        left_out, added = self.core - inside, len(positions) - inside
        return float((1 + self.core * left_out) * sum(comb(size - self.core, k) for k in range(added + 1)))

    def _search(self, total: int) -> list[Solution]:
        places = np.flatnonzero(self._sums == total)
        if not len(places):
            return []
        found, density = [], self.density(total)
        for mask in self._masks(places[: 4 * _SHOWN]):
            positions = tuple(place for place in range(len(self.values)) if mask >> place & 1)
            if 2 <= len(positions) <= self.most_parts:
                found.append(Solution(positions, self.ways(positions) * density))
        found.sort(key=lambda solution: (solution.by_chance, solution.positions))
        return found[:_SHOWN]

    @cached_property
    def _step(self) -> int:
        return max(gcd(*self.values), 1)

    @cached_property
    def _sums(self) -> Ints:
        """All sums searched; ``_masks`` says of which subsets."""
        values = np.array(self.values, dtype=np.int64)
        if self.core:
            core = values[: self.core]
            inside = core.sum() - np.concatenate([[0], core])
            outside = _sums_of_at_most(values[self.core :], _most_others(len(values) - self.core, self.core))
            return np.asarray(inside[:, None] + outside[None, :]).ravel()
        if len(values) <= _ALL_SUBSETS:
            sums = np.zeros(1, dtype=np.int64)
            for value in values:
                sums = np.concatenate([sums, sums + value])
            return sums
        some = _sums_of_at_most(values, _most_taken(len(values)))
        return np.concatenate([some, values.sum() - some])

    def _masks(self, places: Ints) -> list[int]:
        if not self.core:
            return [int(mask) for mask in _subsets(len(self.values))[places]]
        others = len(self.values) - self.core
        outside = _masks_of_at_most(others, _most_others(others, self.core))
        everyone, masks = (1 << self.core) - 1, []
        for place in places.tolist():
            left_out, added = divmod(place, len(outside))
            inside = everyone if not left_out else everyone ^ (1 << (left_out - 1))
            masks.append(inside | int(outside[added]) << self.core)
        return masks


def few_or_all_but_few(size: int, parts: int) -> float:
    """Number of subsets of ``size`` that take, or leave, no more than one of ``parts`` does."""
    simple = min(parts, size - parts)
    return float(sum(comb(size, k) * (1 if 2 * k == size else 2) for k in range(simple + 1)))


@lru_cache(maxsize=64)
def _subsets(size: int) -> Ints:
    """Bits of each subset searched without a core, in the order of the sums."""
    if size <= _ALL_SUBSETS:
        return np.arange(1 << size, dtype=np.int64)
    some = _masks_of_at_most(size, _most_taken(size))
    return np.concatenate([some, ((1 << size) - 1) ^ some])


def _most_taken(size: int) -> int:
    return 3 if size <= _TRIPLES else 2


def _most_others(size: int, core: int) -> int:
    """How many of the others may join a core."""
    most = size if size <= _ALL_OTHERS else _most_taken(size)
    while most and (core + 1) * sum(comb(size, k) for k in range(most + 1)) > _MOST_SUMS:
        most -= 1
    return most


def _sums_of_at_most(values: Ints, most: int) -> Ints:
    """Sums of all subsets of at most ``most`` values, the empty one first; in the order of ``_masks_of_at_most``."""
    parts = [np.zeros(1, dtype=np.int64)]
    for taken in range(1, min(most, len(values)) + 1):
        places = _taking(len(values), taken)
        total = values[places[0]]
        for column in places[1:]:
            total = total + values[column]
        parts.append(total)
    return np.concatenate(parts)


@lru_cache(maxsize=256)
def _masks_of_at_most(size: int, most: int) -> Ints:
    parts = [np.zeros(1, dtype=np.int64)]
    parts += [(np.int64(1) << _taking(size, taken)).sum(axis=0) for taken in range(1, min(most, size) + 1)]
    return np.concatenate(parts)


@lru_cache(maxsize=256)
def _taking(size: int, taken: int) -> Ints:
    """(taken, subsets): the places in each subset of so many elements."""
    return np.array(list(combinations(range(size), taken)), dtype=np.int64).T.copy()
