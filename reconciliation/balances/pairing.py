"""Which bank row and which ledger row are one movement, by equal amounts: everything equal in bulk, the rest by care.

Only what is left over matters here, and whether it could as well be another row. Dates may differ by the window; the
bank mostly books later. Where the sides have equally many rows of an amount, their order decides. Where they have not,
near dates and equal words do, by optimal assignment.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from reconciliation.balances.types import Ints, Rows

Floats = NDArray[np.float64]

EARLIER: Final = 1.5  # a bank that books before the ledger is odder than one that books after
WORDS: Final = 4.0  # what texts without a common word cost, in days
MARGIN: Final = 2.0  # another row that costs no more than this may as well be it
_MOST_ASSIGNED: Final = 220


@dataclass
class Paired:
    """Positions of pairs, what is left over on either side, and for a row left over the rows it may as well be."""

    bank: list[int] = field(default_factory=list)
    ledger: list[int] = field(default_factory=list)
    bank_left: list[int] = field(default_factory=list)
    ledger_left: list[int] = field(default_factory=list)
    bank_rivals: dict[int, list[int]] = field(default_factory=dict)
    ledger_rivals: dict[int, list[int]] = field(default_factory=dict)


def pair(bank: Rows, ledger: Rows, known: Sequence[tuple[int, int]], window: int) -> Paired:
    """Pair rows by amount. ``known``: positions that reviewers or matching paired already; they stay."""
    found = Paired([b for b, _ in known], [g for _, g in known])
    free_bank = _free(len(bank), found.bank)
    free_ledger = _free(len(ledger), found.ledger)
    ours = free_bank[np.lexsort((bank.days[free_bank], bank.cents[free_bank]))]
    theirs = free_ledger[np.lexsort((ledger.days[free_ledger], ledger.cents[free_ledger]))]
    amounts, bank_groups, ledger_groups = _groups(bank.cents[ours], ledger.cents[theirs])
    bank_counts, ledger_counts = np.diff(bank_groups), np.diff(ledger_groups)

    even = (bank_counts == ledger_counts) & (bank_counts > 0)
    lined_bank, lined_ledger = ours[np.repeat(even, bank_counts)], theirs[np.repeat(even, ledger_counts)]
    near = np.abs(bank.days[lined_bank] - ledger.days[lined_ledger]) <= window
    group_of = np.repeat(np.arange(len(amounts))[even], bank_counts[even])
    even[np.unique(group_of[~near])] = False
    found.bank += ours[np.repeat(even, bank_counts)].tolist()
    found.ledger += theirs[np.repeat(even, ledger_counts)].tolist()

    alone = (bank_counts == 0) | (ledger_counts == 0)
    found.bank_left += ours[np.repeat(alone, bank_counts)].tolist()
    found.ledger_left += theirs[np.repeat(alone, ledger_counts)].tolist()
    for group in np.flatnonzero(~even & ~alone):
        mine = ours[bank_groups[group] : bank_groups[group + 1]]
        other = theirs[ledger_groups[group] : ledger_groups[group + 1]]
        for left, right in _clusters(bank.days[mine], ledger.days[other], window):
            _assign(bank, ledger, mine[left], other[right], window, found)
    return found


def _free(size: int, taken: Sequence[int]) -> Ints:
    free = np.ones(size, dtype=bool)
    free[np.asarray(taken, dtype=np.int64)] = False
    return np.flatnonzero(free)


def _groups(bank_cents: Ints, ledger_cents: Ints) -> tuple[Ints, Ints, Ints]:
    """Amounts, and where each begins in either sorted column."""
    every = np.sort(np.concatenate((bank_cents, ledger_cents)), kind="stable")  # both are sorted: a merge
    amounts = every[np.append(True, every[1:] != every[:-1])] if len(every) else every
    bank_starts = np.append(np.searchsorted(bank_cents, amounts), len(bank_cents))
    ledger_starts = np.append(np.searchsorted(ledger_cents, amounts), len(ledger_cents))
    return amounts, bank_starts, ledger_starts


def _clusters(bank_days: Ints, ledger_days: Ints, window: int) -> list[tuple[slice, slice]]:
    """Stretches of days between which nothing can pair; a stretch too long to assign whole is cut where it is thin."""
    days = np.sort(np.concatenate((bank_days, ledger_days)))
    cuts = days[1:][np.diff(days) > window]
    cluster_starts = [int(days[0]), *map(int, cuts), int(days[-1]) + 1]
    found = []
    for first, end in itertools.pairwise(cluster_starts):
        left = slice(*np.searchsorted(bank_days, (first, end)))
        right = slice(*np.searchsorted(ledger_days, (first, end)))
        found += _cut(bank_days, ledger_days, left, right)
    return found


def _cut(bank_days: Ints, ledger_days: Ints, left: slice, right: slice) -> list[tuple[slice, slice]]:
    """Halve a long stretch at a day at which both sides have had equally many rows, else in the middle."""
    if max(left.stop - left.start, right.stop - right.start) <= _MOST_ASSIGNED:
        return [(left, right)]
    days = np.unique(np.concatenate((bank_days[left], ledger_days[right])))
    before = np.searchsorted(bank_days[left], days) - np.searchsorted(ledger_days[right], days)
    inner = slice(len(days) // 4, 3 * len(days) // 4 + 1)
    level = np.flatnonzero(before[inner] == 0) + inner.start
    place = level[np.argmin(np.abs(level - len(days) // 2))] if len(level) else len(days) // 2
    day = days[place]
    b, g = (
        left.start + int(np.searchsorted(bank_days[left], day)),
        right.start + int(np.searchsorted(ledger_days[right], day)),
    )
    if (b, g) in ((left.start, right.start), (left.stop, right.stop)):
        return [(left, right)]
    return [
        *_cut(bank_days, ledger_days, slice(left.start, b), slice(right.start, g)),
        *_cut(bank_days, ledger_days, slice(b, left.stop), slice(g, right.stop)),
    ]


def _assign(bank: Rows, ledger: Rows, ours: Ints, theirs: Ints, window: int, found: Paired) -> None:
    """The cheapest pairing of one stretch, what it leaves over, and what it might as well leave over."""
    if not len(ours) or not len(theirs):
        found.bank_left += ours.tolist()
        found.ledger_left += theirs.tolist()
        return
    from scipy.optimize import linear_sum_assignment  # slow to load, and most processes explain nothing

    costs = _costs(bank, ledger, ours, theirs, window)
    far = window * EARLIER + WORDS + 1.0  # more than any pair that may be
    rows, columns = linear_sum_assignment(np.minimum(costs, 2 * far))
    partner = np.full(len(ours), -1)
    for row, column in zip(rows, columns, strict=True):
        if costs[row, column] < far:
            partner[row] = column
    found.bank += ours[partner >= 0].tolist()
    found.ledger += theirs[partner[partner >= 0]].tolist()
    back = np.full(len(theirs), -1)
    back[partner[partner >= 0]] = np.flatnonzero(partner >= 0)
    for row in np.flatnonzero(partner < 0):
        found.bank_left.append(int(ours[row]))
        found.bank_rivals[int(ours[row])] = ours[_rivals(costs, partner, int(row))].tolist()
    for column in np.flatnonzero(back < 0):
        found.ledger_left.append(int(theirs[column]))
        found.ledger_rivals[int(theirs[column])] = theirs[_rivals(costs.T, back, int(column))].tolist()


def _costs(bank: Rows, ledger: Rows, ours: Ints, theirs: Ints, window: int) -> Floats:
    later = bank.days[ours][:, None] - ledger.days[theirs][None, :]
    costs = np.where(later >= 0, later, -EARLIER * later).astype(np.float64)
    mine, other = [bank.texts[i] for i in ours], [ledger.texts[i] for i in theirs]
    for row, text in enumerate(mine):
        for column, words in enumerate(other):
            if text and words:
                costs[row, column] += WORDS * (1.0 - fuzz.token_set_ratio(text, words) / 100.0)
            else:
                costs[row, column] += WORDS / 2
    costs[np.abs(later) > window] = 1e6
    return costs


def _rivals(costs: Floats, partner: Ints, left: int) -> Ints:
    """Rows that could be left over instead at little more cost: along chains in which each takes the next's partner."""
    held = np.flatnonzero(partner >= 0)
    if not len(held):
        return held
    more = np.full(len(partner), np.inf)
    more[left] = 0.0
    to = costs[:, partner[held]] - costs[held, partner[held]][None, :]  # what taking each one's partner costs more
    for _ in range(len(held)):
        reached = np.flatnonzero(more <= MARGIN)
        through = (more[reached][:, None] + to[reached]).min(axis=0)
        better = through < more[held] - 1e-9
        if not better.any():
            break
        more[held[better]] = through[better]
    return np.flatnonzero((more <= MARGIN) & (np.arange(len(more)) != left))
