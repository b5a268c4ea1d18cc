"""From the weight of each candidate pair to its probability, given that no line is used twice.

The model is a random matching: a set of pairs without a shared line has probability proportional to the
product of its pairs' odds. The probability of one pair follows by belief propagation on the graph of candidates
(exact where the graph is a tree, as for a line with several candidates; close to it elsewhere). Twins thereby
share their probability, and a rival that is taken elsewhere stops being one.
"""

from __future__ import annotations

import numpy as np

from reconciliation.matching.types import Floats, Ints

_LARGEST = 28.0
_ROUNDS = 24


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
    if not len(rows):
        return np.asarray(result)
    b, l = _dense(bank[rows]), _dense(ledger[rows])  # noqa: E741
    result[rows] = _propagate(b, l, odds[rows])
    return np.asarray(result)


def _dense(rows: Ints) -> Ints:
    return np.asarray(np.unique(rows, return_inverse=True)[1])


def _propagate(bank: Ints, ledger: Ints, odds: Floats) -> Floats:
    """Messages: the chance that a line is free of everyone but the pair asked about."""
    free_bank, free_ledger = np.ones(len(odds)), np.ones(len(odds))
    for _ in range(_ROUNDS):
        # The geometric mean of old and new keeps cycles from swinging.
        free_bank = np.sqrt(free_bank * _others(bank, odds * free_ledger))
        free_ledger = np.sqrt(free_ledger * _others(ledger, odds * free_bank))
    both = odds * free_bank * free_ledger
    # Rounding in cycles may leave a line's pairs at a little over one in all.
    both = both / (1.0 + both)
    over = np.maximum(np.bincount(bank, both)[bank], np.bincount(ledger, both)[ledger])
    return np.asarray(both / np.maximum(over, 1.0))


def _others(rows: Ints, load: Floats) -> Floats:
    rest = np.bincount(rows, load)[rows] - load
    return np.asarray(1.0 / (1.0 + np.maximum(rest, 0.0)))


def runners_up(rows: Ints, probability: Floats, count: int) -> Floats:
    """Per pair: the highest probability of another pair with the same line (0 without one)."""
    best, second = np.zeros(count), np.zeros(count)
    np.maximum.at(best, rows, probability)
    holder = np.full(count, -1, dtype=np.int64)
    at_best = np.flatnonzero(probability >= best[rows])
    holder[rows[at_best][::-1]] = at_best[::-1]
    others = holder[rows] != np.arange(len(rows))
    np.maximum.at(second, rows[others], probability[others])
    return np.where(others, best[rows], second[rows])
