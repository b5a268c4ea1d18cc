"""Optimal one-to-one choice within each connected component of candidates.

What is maximised is the sum of probabilities, that is the expected number of right pairs. Ties are broken in one
stated order: the pairing that keeps both sides in their canonical order (date, then id), so the first of equal
twins goes to the first.
"""

from __future__ import annotations

import numpy as np

from reconciliation.matching.blocks import dense
from reconciliation.matching.components import components
from reconciliation.matching.types import Floats, Ints

_DENSE_CELLS = 1_000_000
"""Up to this many cells a component is solved exactly; above it (thousands of equal lines, ambiguous anyway)
pairs are taken in order of probability, then of order kept."""
_TIE = 1e-7


def assign(bank: Ints, ledger: Ints, probability: Floats, floor: float) -> Ints:
    """Positions of the chosen pairs, in order; no line twice, none below ``floor``."""
    possible = np.flatnonzero(probability >= floor)
    b, l, p = bank[possible], ledger[possible], probability[possible]  # noqa: E741
    in_bank = np.bincount(b)[b] if len(b) else b
    in_ledger = np.bincount(l)[l] if len(l) else l
    alone = (in_bank == 1) & (in_ledger == 1)
    chosen = [possible[alone]]
    rest = np.flatnonzero(~alone)
    if len(rest):
        chosen += [possible[rest[part]] for part in _tangled(b[rest], l[rest], p[rest])]
    return np.sort(np.concatenate(chosen))


def _tangled(bank: Ints, ledger: Ints, probability: Floats) -> list[Ints]:
    b, l = dense(bank), dense(ledger)  # noqa: E741
    _, label = components(b, l, int(b.max()) + 1, int(l.max()) + 1)
    of_pair = label[b]
    order = np.argsort(of_pair, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(of_pair[order]) > 0])
    return [part[_component(b[part], l[part], probability[part])] for part in np.split(order, starts[1:]) if len(part)]


def _component(bank: Ints, ledger: Ints, probability: Floats) -> Ints:
    from scipy.optimize import linear_sum_assignment  # see components.py

    b, l = dense(bank), dense(ledger)  # noqa: E741
    rows, columns = int(b.max()) + 1, int(l.max()) + 1
    kept_order = (b / max(rows - 1, 1) - l / max(columns - 1, 1)) ** 2
    value = np.round(probability, 6) - _TIE * kept_order
    if rows * columns > _DENSE_CELLS:
        return _in_order(b, l, value)
    table = np.zeros((rows, columns))
    place = np.full(table.shape, -1, dtype=np.int64)
    table[b, l] = value + 2 * _TIE
    place[b, l] = np.arange(len(b))
    picked = place[linear_sum_assignment(table, maximize=True)]
    return np.asarray(picked[picked >= 0])


def _in_order(bank: Ints, ledger: Ints, value: Floats) -> Ints:
    taken_bank, taken_ledger, picked = set(), set(), []
    for pair in np.lexsort((ledger, bank, -np.round(value, 9))).tolist():
        b, l = int(bank[pair]), int(ledger[pair])  # noqa: E741
        if b not in taken_bank and l not in taken_ledger:
            taken_bank.add(b)
            taken_ledger.add(l)
            picked.append(pair)
    return np.array(picked, dtype=np.int64)
