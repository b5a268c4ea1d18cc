"""How sure the likely pairs of a large component are: what exchanging lines with other likely pairs weighs.

Belief propagation is exact where candidates form a tree and too sure of itself where they form circles: A with 1 and B
with 2, or A with 2 and B with 1. Each circle through a likely pair is an exchange of partners among likely pairs; what
all exchanges of two, three or four pairs weigh, beside the choice made, is added to what speaks against the pair.
"""

from __future__ import annotations

import numpy as np

from reconciliation.matching.types import Floats, Ints

_LIKELY = 0.5
_SMALL = 1e-3
"""Exchanges of three and four are made of steps of this weight at least; lighter ones are left out."""
_MOST = 0.3
"""Where exchanges weigh more, the pair is no clear one, and the sum over circles no good estimate."""


def clear_pairs(bank: Ints, ledger: Ints, odds: Floats, propagated: Floats) -> tuple[Ints, Floats]:
    """The clear pairs of large components: their positions and probabilities.

    Args:
        bank, ledger: lines of each pair, numbered from 0 on each side.
        propagated: probability of each pair by belief propagation.
    """
    # here and not above: see components.py
    from scipy.sparse import csr_array

    likely = np.flatnonzero(propagated > _LIKELY)
    twice = (np.bincount(bank[likely])[bank[likely]] > 1) | (np.bincount(ledger[likely])[ledger[likely]] > 1)
    likely = likely[~twice]
    if not len(likely):
        return likely, np.zeros(0)
    holder = np.full(int(bank.max()) + 1, -1, dtype=np.int64), np.full(int(ledger.max()) + 1, -1, dtype=np.int64)
    holder[0][bank[likely]] = holder[1][ledger[likely]] = np.arange(len(likely))
    giver, taken = holder[0][bank], holder[1][ledger]
    rows = np.flatnonzero((giver >= 0) & (taken >= 0) & (giver != taken))
    giver, taken = giver[rows], taken[rows]
    # A step: the bank line of one pair takes the ledger line of another, whose pair it breaks.
    weight = odds[rows] / odds[likely][taken]
    shape = len(likely), len(likely)
    steps = csr_array((weight, (giver, taken)), shape=shape)
    against = steps.multiply(steps.T).sum(axis=1)
    good = weight >= _SMALL
    steps = csr_array((weight[good], (giver[good], taken[good])), shape=shape)
    two = steps @ steps
    two.setdiag(0.0)
    against = against + two.multiply(steps.T).sum(axis=1) + two.multiply(two.T).sum(axis=1)
    clear = np.flatnonzero(against < _MOST)
    chance = np.minimum(propagated[likely[clear]], 1.0 - 1e-15)
    return likely[clear], 1.0 / (1.0 + (1.0 - chance) / chance + against[clear])
