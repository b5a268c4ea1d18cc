"""Candidate pairs from sorted keys, never all pairs: equal amount, near amount, shared reference.

A block is one sorted array of the ledger side; the candidates of a bank line are a run in it, found by binary
search. Time is O(n log n) plus the pairs found; a run longer than the cap is narrowed, so pairs grow linearly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconciliation.matching.types import Floats, Ints

# Days stay below this in a combined key (9999-12-31 is day 3,652,059).
_DAYS = np.int64(1 << 22)
_WIDEST = 8
"""Values that lie further apart, for each of them, are sorted and not counted."""


@dataclass(frozen=True)
class Pairs:
    """Candidate pairs by row, each once, in order of bank row, then ledger row."""

    bank: Ints
    ledger: Ints

    def __len__(self) -> int:
        return len(self.bank)


@dataclass(frozen=True)
class Window:
    """Lags (bank day less ledger day) worth a look, and the most usual one."""

    low: int
    high: int
    usual: int


def codes(*columns: list[str] | Ints, split: int) -> tuple[Ints, Ints]:
    """Dense numbers of the distinct tuples of ``columns``, given back for the rows before and after ``split``."""
    total = np.zeros(len(columns[0]), dtype=np.int64)
    for number, column in enumerate(columns):
        if isinstance(column, list):
            numbers: dict[str, int] = {}
            place = np.array([numbers.setdefault(value, len(numbers)) for value in column], dtype=np.int64)
        else:
            place = dense(column)
        total = dense(total * np.int64(place.max(initial=0) + 1) + place) if number else place
    return total[:split], total[split:]


def dense(values: Ints) -> Ints:
    """Each value's place among the distinct ones in order: 7, 3, 7 gives 1, 0, 1."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    low = values.min()
    span = int(values.max()) - int(low) + 1
    if span > _WIDEST * len(values):
        return np.unique(values, return_inverse=True)[1]
    # a table of all values between is quicker than to sort
    stands = np.zeros(span, dtype=bool)
    stands[values - low] = True
    return np.asarray((np.cumsum(stands) - 1)[values - low])


def union(*parts: Pairs) -> Pairs:
    """The pairs of all parts, each once."""
    bank = np.concatenate([part.bank for part in parts])
    ledger = np.concatenate([part.ledger for part in parts])
    size = np.int64(ledger.max(initial=0) + 1)
    keys = np.unique(bank * size + ledger)
    return Pairs(keys // size, keys % size)


def without(pairs: Pairs, known: Pairs) -> Pairs:
    """The pairs that are not among ``known``."""
    size = np.int64(max(pairs.ledger.max(initial=0), known.ledger.max(initial=0)) + 1)
    new = ~np.isin(pairs.bank * size + pairs.ledger, known.bank * size + known.ledger)
    return Pairs(pairs.bank[new], pairs.ledger[new])


def same_key_block(
    bank_key: Ints, ledger_key: Ints, bank_day: Ints, ledger_day: Ints, window: Window, cap: int
) -> tuple[Pairs, Ints]:
    """Pairs of equal key within the window, and the rows of bank lines that had more than ``cap`` of them.

    Negative keys never pair. Of an overfull run half as many as ``cap`` are kept: those that stand at the same
    place of their day as the bank line stands in its own, around the usual lag.
    """
    bank_rows = np.flatnonzero(bank_key >= 0)
    order = np.lexsort((ledger_day, ledger_key))
    order = order[ledger_key[order] >= 0]
    sorted_keys = ledger_key[order] * _DAYS + ledger_day[order]
    base = bank_key[bank_rows] * _DAYS + bank_day[bank_rows]
    left = np.searchsorted(sorted_keys, base - window.high, side="left")
    right = np.searchsorted(sorted_keys, base - window.low, side="right")
    full = (right - left) > cap
    if full.any():
        rank = _rank_within(base)[full]
        centre = np.searchsorted(sorted_keys, base[full] - window.usual, side="left") + rank
        kept = max(cap // 2, 1)
        start = np.clip(centre - kept // 2, left[full], np.maximum(right[full] - kept, left[full]))
        left, right = left.copy(), right.copy()
        right[full] = np.minimum(start + kept, right[full])
        left[full] = start
    return expand(bank_rows, left, right, order), bank_rows[full]


@dataclass(frozen=True)
class Entries:
    """Rows of one side under the keys they can be found by; a row may stand under several."""

    row: Ints
    key: Ints
    day: Ints
    cents: Ints

    @classmethod
    def of(cls, rows: Ints, keys: Ints, days: Ints, cents: Ints) -> Entries:
        """``days`` and ``cents`` are those of the whole side."""
        return cls(rows, keys, days[rows], cents[rows])


def near_amount_block(bank: Entries, ledger: Entries, window: Window, band: tuple[Floats, Floats], cap: int) -> Pairs:
    """Pairs of one key and near amounts within the window.

    Args:
        band: per bank entry the lowest and highest cents of a candidate.
        cap: most candidates of one entry in a stretch of days as long as the window; the nearest amounts are kept.
    """
    if not len(bank.row) or not len(ledger.row):
        return Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    width = window.high - window.low + 1
    origin = int(min(bank.day.min(), ledger.day.min())) - 2 * abs(window.high) - 2 * abs(window.low) - width
    stretches = np.int64((int(max(bank.day.max(), ledger.day.max())) - origin) // width + 4)
    # Amounts by rank, so that key, stretch and amount fit one sorted number.
    levels = np.unique(ledger.cents)
    size = np.int64(len(levels) + 1)
    place = ledger.key * stretches + (ledger.day - origin) // width
    order = np.lexsort((ledger.row, ledger.cents, place))
    keys = place[order] * size + np.searchsorted(levels, ledger.cents[order])
    low = np.searchsorted(levels, np.ceil(band[0]), side="left")
    high = np.searchsorted(levels, np.floor(band[1]), side="right")
    middle = np.searchsorted(levels, bank.cents, side="left")
    first = (bank.day - window.high - origin) // width
    parts = []
    for step in (0, 1):
        base = (bank.key * stretches + first + step) * size
        left = np.searchsorted(keys, base + low, side="left")
        right = np.searchsorted(keys, base + high, side="left")
        centre = np.searchsorted(keys, base + middle, side="left")
        left, right = np.maximum(left, centre - cap // 2), np.minimum(right, centre + cap // 2)
        found = expand(np.arange(len(bank.row)), left, np.maximum(left, right), order)
        lag = bank.day[found.bank] - ledger.day[found.ledger]
        good = (lag >= window.low) & (lag <= window.high)
        parts.append(Pairs(bank.row[found.bank[good]], ledger.row[found.ledger[good]]))
    return union(*parts)


def exploded(keys: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """(row, key) of all keys (-1 is none) of the ``wanted`` rows, each once."""
    rows, places = np.nonzero(keys[wanted] >= 0)
    size = np.int64(keys.max(initial=0) + 1)
    distinct = np.unique(wanted[rows] * size + keys[wanted[rows], places])
    return distinct // size, distinct % size


def shared_value_block(bank: tuple[Ints, Ints], ledger: tuple[Ints, Ints], most: int) -> Pairs:
    """Pairs of (row, value) lists that share a value, for values with at most ``most`` pairs."""
    bank_rows, bank_values = bank
    ledger_rows, ledger_values = ledger
    order = np.argsort(ledger_values, kind="stable")
    values = ledger_values[order]
    left = np.searchsorted(values, bank_values, side="left")
    right = np.searchsorted(values, bank_values, side="right")
    size = int(max(bank_values.max(initial=0), ledger_values.max(initial=0))) + 1
    in_bank = np.bincount(bank_values, minlength=size)[bank_values] if len(bank_values) else np.zeros(0, dtype=np.int64)
    right = np.where((right - left) * in_bank <= most, right, left)
    found = expand(bank_rows, left, right, ledger_rows[order])
    return union(found) if len(found) else found


def _rank_within(keys: Ints) -> Ints:
    """Place of each row among the rows of equal key, in row order."""
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    starts = np.searchsorted(sorted_keys, sorted_keys, side="left")
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.arange(len(keys)) - starts
    return rank


def expand(bank_rows: Ints, left: Ints, right: Ints, order: Ints) -> Pairs:
    """The runs ``left..right`` of ``order``, written out as pairs."""
    counts = right - left
    total = int(counts.sum())
    ends = np.cumsum(counts)
    places = np.arange(total, dtype=np.int64) - np.repeat(ends - counts, counts) + np.repeat(left, counts)
    return Pairs(np.repeat(bank_rows, counts), order[places])
