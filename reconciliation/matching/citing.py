"""Batches whose whole says what it pays: "INV 12986 12987", "INV 11143-11149".

The lines that hold the cited numbers, or any number from the first to the last cited, are looked up and summed. A sum
to the cent of just the lines named leaves nothing to luck.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reconciliation.matching.evidence import SHARED_BY_MANY
from reconciliation.matching.open_lines import Batch, OpenLines
from reconciliation.matching.types import Ints

_BY_CHANCE = 1e-6
_MOST_APART = 200
"""Numbers further apart than this are two numbers, not the ends of a range."""


def cited(lines: OpenLines) -> Iterator[Batch]:
    """One batch for each open whole that cites its parts."""
    whole, part = lines.whole.columns, lines.part.columns
    wholes = np.flatnonzero(lines.whole.open & (whole.numbers >= 0).any(axis=1))
    rows = np.flatnonzero(lines.part.open & (part.numbers >= 0).any(axis=1))
    if not len(wholes) or len(rows) < 2:
        return
    index = _Index(part.numbers, rows)
    by_serial = rows[np.lexsort((rows, part.serial[rows]))]
    serials = part.serial[by_serial]
    for row in wholes.tolist():
        named = index.rows_of(whole.numbers[row])
        if not len(named):
            continue
        cited_serials = part.serial[named]
        first, last = int(cited_serials.min()), int(cited_serials.max())
        choices = [named]
        if 1 < last - first <= _MOST_APART:
            between = slice(*np.searchsorted(serials, [first, last + 1]).tolist())
            choices.append(np.unique(np.concatenate([named, by_serial[between]])))
        for parts in choices:
            near = parts[(part.account[parts] == whole.account[row]) & _in_window(lines, row, parts)]
            if 2 <= len(near) <= lines.parameters.batch_parts and int(part.cents[near].sum()) == whole.cents[row]:
                yield Batch(row, tuple(near.tolist()), _BY_CHANCE)
                break


class _Index:
    """Open lines by the numbers they hold."""

    def __init__(self, numbers: Ints, rows: Ints) -> None:
        places, columns = np.nonzero(numbers[rows] >= 0)
        held = numbers[rows[places], columns]
        order = np.lexsort((rows[places], held))
        self._numbers, self._rows = held[order], rows[places][order]

    def rows_of(self, numbers: Ints) -> Ints:
        """Rows with any of these numbers, in order; a number on very many lines is a customer, not a bill."""
        wanted = np.unique(numbers[numbers >= 0])
        left = np.searchsorted(self._numbers, wanted, side="left")
        right = np.searchsorted(self._numbers, wanted, side="right")
        found = [
            self._rows[first:end]
            for first, end in zip(left.tolist(), right.tolist(), strict=True)
            if end - first <= SHARED_BY_MANY
        ]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)


def _in_window(lines: OpenLines, row: int, parts: Ints) -> np.ndarray:
    lag = np.abs(lines.whole.columns.days[row] - lines.part.columns.days[parts])
    return np.asarray(lag <= lines.parameters.max_lag)
