"""How many lines have no partner, once it is known what else explains them.

The weights are learned from pairs of equal amount, so the parts of a batch, a charge with its reversal and lines that
differ by a fee count as single there. Where they are many, each pair would seem less likely than it is.
"""

from __future__ import annotations

import numpy as np

from reconciliation.matching.batches import Found
from reconciliation.matching.weights import Weights

_LEAST_SINGLE = 0.01
"""No side is ever taken to be complete: at least this share of its lines is single, and this many lines more."""
_PRIOR_LINES = 1.5


def in_batches(found: list[Found], least: float) -> tuple[float, float]:
    """Expected number of bank and of ledger lines in batches of this probability at least."""
    wholes, parts = [], []
    for side in (side.certain(least) for side in found):
        sizes = np.array([len(batch.parts) for batch in side.batches], dtype=np.int64)
        wholes.append(float(side.probability.sum()))
        parts.append(float((sizes * side.probability).sum()))
    return wholes[0] + parts[1], wholes[1] + parts[0]


def fewer_single(
    weights: Weights, lines: tuple[int, int], explained: tuple[float, float], pairs: float, near: float
) -> float:
    """What each pair of equal amount gains in log-odds.

    Args:
        lines: bank and ledger lines of the run.
        explained: of these, how many reversals and batches explain.
        pairs, near: expected number of pairs of equal and of near amounts.
    """
    if pairs < 1.0:
        return 0.0
    gained = 0.0
    for side, single in enumerate((pairs / weights.pairs, weights.single * lines[1])):
        least = _LEAST_SINGLE * (lines[side] - explained[side])
        gained += max(float(np.log(single / (max(single - explained[side] - near, least) + _PRIOR_LINES))), 0.0)
    return gained
