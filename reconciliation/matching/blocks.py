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
    for column in columns:
        if isinstance(column, list):
            numbers: dict[str, int] = {}
            column = np.array([numbers.setdefault(value, len(numbers)) for value in column], dtype=np.int64)
        _, dense = np.unique(column, return_inverse=True)
        _, total = np.unique(total * np.int64(dense.max(initial=0) + 1) + dense, return_inverse=True)
    return total[:split], total[split:]


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

    Negative keys never pair. Of an overfull run those are kept that stand at the same place of their day as
    the bank line stands in its own, around the usual lag.
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
        start = np.clip(centre - cap // 2, left[full], np.maximum(right[full] - cap, left[full]))
        left, right = left.copy(), right.copy()
        right[full] = np.minimum(start + cap, right[full])
        left[full] = start
    return _expand(bank_rows, left, right, order), bank_rows[full]


def near_amount_block(
    bank: tuple[Ints, Ints, Ints], ledger: tuple[Ints, Ints, Ints], window: Window, band: tuple[Floats, Floats], cap: int
) -> Pairs:
    """Pairs of near amounts on each lag of the window.

    Args:
        bank, ledger: (row, account code and day as one number, cents); cents may be negative.
        band: per bank line the lowest and highest cents of a candidate.
        cap: most candidates of one line and lag; the nearest amounts are kept.
    """
    ledger_rows, ledger_place, ledger_cents = ledger
    bank_rows, bank_place, bank_cents = bank
    if not len(bank_rows) or not len(ledger_rows):
        return Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    # Amounts by rank, so that place and amount fit one sorted key.
    levels = np.unique(ledger_cents)
    size = np.int64(len(levels) + 1)
    order = np.lexsort((ledger_cents, ledger_place))
    keys = ledger_place[order] * size + np.searchsorted(levels, ledger_cents[order])
    low = np.searchsorted(levels, np.ceil(band[0]), side="left")
    high = np.searchsorted(levels, np.floor(band[1]), side="right")
    middle = np.searchsorted(levels, bank_cents, side="left")
    parts = []
    for lag in range(window.low, window.high + 1):
        place = (bank_place - lag) * size
        left = np.searchsorted(keys, place + low, side="left")
        right = np.searchsorted(keys, place + high, side="left")
        centre = np.searchsorted(keys, place + middle, side="left")
        left, right = np.maximum(left, centre - cap // 2), np.minimum(right, centre + cap // 2)
        parts.append(_expand(bank_rows, left, np.maximum(left, right), ledger_rows[order]))
    return union(*parts)


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
    found = _expand(bank_rows, left, right, ledger_rows[order])
    return union(found) if len(found) else found


def _rank_within(keys: Ints) -> Ints:
    """Place of each row among the rows of equal key, in row order."""
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    starts = np.searchsorted(sorted_keys, sorted_keys, side="left")
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.arange(len(keys)) - starts
    return rank


def _expand(bank_rows: Ints, left: Ints, right: Ints, order: Ints) -> Pairs:
    """The runs ``left..right`` of ``order``, written out as pairs."""
    counts = right - left
    total = int(counts.sum())
    ends = np.cumsum(counts)
    places = np.arange(total, dtype=np.int64) - np.repeat(ends - counts, counts) + np.repeat(left, counts)
    return Pairs(np.repeat(bank_rows, counts), order[places])
