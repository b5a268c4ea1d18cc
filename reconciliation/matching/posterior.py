"""From the weight of each candidate pair to its probability, given that no line is used twice.

The model is a random matching: a set of pairs without a shared line has probability proportional to the
product of its pairs' odds. Twins thereby share their probability, and a rival that is taken elsewhere stops being one.

Connected components are summed exactly, by dynamic programming over the subsets of their smaller side, all components
of a size at once. A component too large for that is first thinned of pairs that belief propagation finds next to
impossible, which nearly always breaks it up; what stays large (many equal lines) gets a mean-field estimate, which
errs towards doubt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconciliation.matching.blocks import dense
from reconciliation.matching.components import components
from reconciliation.matching.exchanges import clear_pairs
from reconciliation.matching.types import Bools, Floats, Ints

_LARGEST = 28.0
_MOST_SMALL = 7
"""Lines on the smaller side of a component that is summed exactly (2^7 subsets)."""
_MOST_LARGE = 24
_ROUNDS = 24
_MEAN_FIELD_ROUNDS = 60
_IMPOSSIBLE = 1e-7
_CELLS = 4_000_000


def probabilities(bank: Ints, ledger: Ints, log_odds: Floats, banks: int, ledgers: int) -> Floats:
    """Probability of each pair.

    Args:
        bank, ledger: rows of each pair; log_odds: of the pair against both lines being single.
        banks, ledgers: number of lines of each side.
    """
    odds = np.exp(np.clip(log_odds, -_LARGEST, _LARGEST))
    result = odds / (1.0 + odds)
    tangled = (np.bincount(bank, minlength=banks)[bank] > 1) | (np.bincount(ledger, minlength=ledgers)[ledger] > 1)
    rows = np.flatnonzero(tangled)
    if len(rows):
        result[rows] = _of_components(bank[rows], ledger[rows], odds[rows], thin=True)
    return np.asarray(result)


def _of_components(bank: Ints, ledger: Ints, odds: Floats, *, thin: bool) -> Floats:
    parts = _Components.of(bank, ledger)
    small = np.minimum(parts.banks, parts.ledgers)[parts.of_pair]
    large = np.maximum(parts.banks, parts.ledgers)[parts.of_pair]
    exact = (small <= _MOST_SMALL) & (large <= _MOST_LARGE)
    result = np.zeros(len(odds))
    rows = np.flatnonzero(exact)
    if len(rows):
        result[rows] = _exact(parts, rows, odds)
    rows = np.flatnonzero(~exact)
    if len(rows):
        result[rows] = (_thinned if thin else _large)(parts.bank[rows], parts.ledger[rows], odds[rows])
    return result


@dataclass(frozen=True)
class _Components:
    """Pairs by connected component; lines numbered within the component."""

    bank: Ints
    ledger: Ints
    of_pair: Ints
    banks: Ints
    """Per component: its bank lines."""
    ledgers: Ints
    bank_place: Ints
    """Per pair: place of its bank line in the component."""
    ledger_place: Ints

    @classmethod
    def of(cls, bank: Ints, ledger: Ints) -> _Components:
        b, l = dense(bank), dense(ledger)  # noqa: E741
        nodes = int(b.max()) + 1, int(l.max()) + 1
        count, label = components(b, l, *nodes)
        return cls(
            b,
            l,
            label[b],
            np.bincount(label[: nodes[0]], minlength=count),
            np.bincount(label[nodes[0] :], minlength=count),
            _places(label[: nodes[0]])[b],
            _places(label[nodes[0] :])[l],
        )


def _places(label: Ints) -> Ints:
    """Place of each element among those of its label, in order."""
    order = np.argsort(label, kind="stable")
    ordered = label[order]
    place = np.empty(len(label), dtype=np.int64)
    place[order] = np.arange(len(label)) - np.searchsorted(ordered, ordered, side="left")
    return place


# Exact sums


def _exact(parts: _Components, rows: Ints, odds: Floats) -> Floats:
    """Probabilities of the pairs at ``rows``, whose components are small."""
    component = parts.of_pair[rows]
    turned = parts.banks[component] < parts.ledgers[component]
    small = np.where(turned, parts.bank_place[rows], parts.ledger_place[rows])
    large = np.where(turned, parts.ledger_place[rows], parts.bank_place[rows])
    bits = np.minimum(parts.banks, parts.ledgers)[component]
    steps = np.maximum(parts.banks, parts.ledgers)[component]
    steps = np.array([0, 1, 2, 3, 4, 6, 6, 8, 8, *[12] * 4, *[24] * 12])[steps]
    result = np.zeros(len(rows))
    for shape in np.unique(bits * 100 + steps).tolist():
        k, n = divmod(shape, 100)
        here = np.flatnonzero((bits == k) & (steps == n))
        for chunk in _chunks(component[here], (n + 1) << k):
            part = here[chunk]
            number = dense(component[part])
            weight = np.zeros((int(number.max()) + 1, n, k))
            weight[number, large[part], small[part]] = odds[rows[part]]
            result[part] = _marginals(weight)[number, large[part], small[part]]
    return result


def _chunks(component: Ints, cells: int) -> list[Ints]:
    """Positions of whole components, in groups that fit the memory."""
    order = np.argsort(component, kind="stable")
    number = dense(component[order]) // max(_CELLS // cells, 1)
    return np.split(order, np.flatnonzero(np.diff(number)) + 1)


def _marginals(weight: Floats) -> Floats:
    """(components, lines, other lines) odds to probabilities, summing over all matchings."""
    components, n, k = weight.shape
    before = np.zeros((n + 1, components, 1 << k))
    before[0, :, 0] = 1.0
    after = np.ones((n + 1, components, 1 << k))
    for line in range(n):
        before[line + 1] = before[line]
        for bit in range(k):
            _halves(before[line + 1], bit)[1][...] += _halves(before[line], bit)[0] * weight[:, line, bit, None, None]
    for line in range(n - 1, -1, -1):
        after[line] = after[line + 1]
        for bit in range(k):
            _halves(after[line], bit)[0][...] += _halves(after[line + 1], bit)[1] * weight[:, line, bit, None, None]
    total = after[0][:, 0]
    result = np.zeros_like(weight)
    for line in range(n):
        for bit in range(k):
            through = _halves(before[line], bit)[0] * _halves(after[line + 1], bit)[1]
            result[:, line, bit] = weight[:, line, bit] * through.reshape(components, -1).sum(axis=1) / total
    return result


def _halves(subsets: Floats, bit: int) -> tuple[Floats, Floats]:
    """Views of (components, subsets): those without an element, and the same with it."""
    parts = subsets.reshape(len(subsets), -1, 2, 1 << bit)
    return parts[:, :, 0], parts[:, :, 1]


# Large components


def _thinned(bank: Ints, ledger: Ints, odds: Floats) -> Floats:
    """Without the pairs that are next to impossible, component by component."""
    likely = np.flatnonzero(_propagated(bank, ledger, odds) > _IMPOSSIBLE)
    result = np.zeros(len(odds))
    if len(likely):
        result[likely] = _of_components(bank[likely], ledger[likely], odds[likely], thin=False)
    return result


def _propagated(bank: Ints, ledger: Ints, odds: Floats) -> Floats:
    """Belief propagation: exact on trees, too sure of itself in cycles."""

    def others(rows: Ints, load: Floats) -> Floats:
        return np.asarray(1.0 / (1.0 + np.maximum(np.bincount(rows, load)[rows] - load, 0.0)))

    free_bank, free_ledger = np.ones(len(odds)), np.ones(len(odds))
    for _ in range(_ROUNDS):
        # The geometric mean of old and new keeps cycles from swinging.
        free_bank = np.sqrt(free_bank * others(bank, odds * free_ledger))
        free_ledger = np.sqrt(free_ledger * others(ledger, odds * free_bank))
    both = odds * free_bank * free_ledger
    return np.asarray(both / (1.0 + both))


def _mean_field(bank: Ints, ledger: Ints, odds: Floats) -> Floats:
    """Each line's chance to be free, as if its pairs were independent (Sinkhorn's scaling with room to stay single)."""
    free_bank = np.ones(int(bank.max()) + 1)
    free_ledger = np.ones(int(ledger.max()) + 1)
    for _ in range(_MEAN_FIELD_ROUNDS):
        free_bank = np.sqrt(free_bank / (1.0 + np.bincount(bank, odds * free_ledger[ledger])))
        free_ledger = np.sqrt(free_ledger / (1.0 + np.bincount(ledger, odds * free_bank[bank])))
    both = odds * free_bank[bank] * free_ledger[ledger]
    over = np.maximum(np.bincount(bank, both)[bank], np.bincount(ledger, both)[ledger])
    return np.asarray(both / np.maximum(over, 1.0))


def _large(bank: Ints, ledger: Ints, odds: Floats) -> Floats:
    """The mean field, but for clear pairs, which it doubts; their rivals have what they leave."""
    result = _mean_field(bank, ledger, odds)
    clear, chance = clear_pairs(bank, ledger, odds, _propagated(bank, ledger, odds))
    left = np.ones(int(bank.max()) + 1), np.ones(int(ledger.max()) + 1)
    left[0][bank[clear]] = left[1][ledger[clear]] = 1.0 - chance
    result = np.minimum(result, np.minimum(left[0][bank], left[1][ledger]))
    result[clear] = chance
    return result


def runners_up(rows: Ints, probability: Floats, count: int) -> Floats:
    """Per pair: the highest probability of another pair with the same line (0 without one)."""
    best, second = np.zeros(count), np.zeros(count)
    np.maximum.at(best, rows, probability)
    holder = np.full(count, -1, dtype=np.int64)
    at_best = np.flatnonzero(probability >= best[rows])
    holder[rows[at_best][::-1]] = at_best[::-1]
    others: Bools = holder[rows] != np.arange(len(rows))
    np.maximum.at(second, rows[others], probability[others])
    return np.where(others, best[rows], second[rows])
