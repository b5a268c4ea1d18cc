"""A payment that came back and was made again: the second one is what the other side has.

A payment, its reversal and a later payment of the same amount and name stand beside one line of the other side. The
reversal cannot belong to a payment that comes after it, so the first goes with its reversal, and the later one is free
for the partner.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconciliation.matching.offsets import find_offsets
from reconciliation.matching.prepare import Columns, Prepared
from reconciliation.matching.types import Bools, Floats, Ints, Parameters

_POSSIBLE = -3.0
"""Log-odds of a pair that is worth a thought; a payment made again is often later than any other."""


@dataclass(frozen=True)
class Standing:
    """One side after the assignment."""

    columns: Columns
    row: Ints
    """Its row in each candidate pair; next, the other side's."""
    other: Ints
    log_odds: Floats
    chosen: Ints
    """Positions of the pairs chosen."""
    gone: Bools
    """Lines in offsets and batches."""


@dataclass(frozen=True)
class Returned:
    """Of one side."""

    pairs: list[tuple[int, int]]
    """(payment row, reversal row) of payments that were made again."""
    doubtful: list[int]
    """Rows of payments with a partner although a reversal without one follows them."""


def find_returned(prepared: Prepared, side: str, standing: Standing, parameters: Parameters) -> Returned:
    """What reversals without a partner say of the payments before them that have one."""
    columns = standing.columns
    taken, held = standing.gone.copy(), np.zeros(len(columns), dtype=bool)
    held[standing.row[standing.chosen]] = True
    found = find_offsets(prepared, side, taken | held, parameters, held)
    again = _made_again(standing)
    return Returned(
        [(first, back) for first, back in found if columns.days[back] <= again[first]],
        [first for first, back in found if columns.days[back] > again[first] and held[first]],
    )


def _made_again(standing: Standing) -> Ints:
    """Per line: the day of a later line of its amount that has no partner and could have this one's; else -1."""
    columns, chosen = standing.columns, standing.chosen
    holder = np.full(int(standing.other.max(initial=0)) + 1, -1, dtype=np.int64)
    holder[standing.other[chosen]] = standing.row[chosen]
    free = ~standing.gone
    free[standing.row[chosen]] = False
    first = holder[standing.other]
    rows = np.flatnonzero(free[standing.row] & (first >= 0) & (standing.log_odds > _POSSIBLE))
    later, first = standing.row[rows], first[rows]
    good = (columns.amount_key[later] == columns.amount_key[first]) & (columns.days[later] > columns.days[first])
    again = np.full(len(columns), -1, dtype=np.int64)
    np.maximum.at(again, first[good], columns.days[later[good]])
    return again
