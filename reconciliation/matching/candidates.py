"""Which pairs are looked at: equal amounts within the usual lags, and shared references."""

from __future__ import annotations

import numpy as np

from reconciliation.matching.blocks import Pairs, Window, exploded, same_key_block, shared_value_block, union
from reconciliation.matching.lags import learn_window
from reconciliation.matching.prepare import Columns, Prepared
from reconciliation.matching.types import Ints, Parameters

_SHARED_PAIRS = 16
_TOO_COMMON = 0.1
"""A word that begins like those of more ledger lines narrows nothing."""


def usual_window(prepared: Prepared, parameters: Parameters) -> Window:
    """The usual lags, from amounts that stand once on either side."""
    bank, ledger = prepared.bank, prepared.ledger
    size = int(max(bank.amount_key.max(initial=0), ledger.amount_key.max(initial=0))) + 1
    once = (np.bincount(bank.amount_key, minlength=size) == 1) & (np.bincount(ledger.amount_key, minlength=size) == 1)
    bank_day, ledger_day = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    bank_day[bank.amount_key], ledger_day[ledger.amount_key] = bank.days, ledger.days
    lags = (bank_day - ledger_day)[once]
    return learn_window(lags[np.abs(lags) <= parameters.max_lag], parameters)


def exact_pairs(prepared: Prepared, window: Window, parameters: Parameters) -> Pairs:
    """Pairs of equal amount: within the window, and of a shared reference."""
    bank, ledger, cap = prepared.bank, prepared.ledger, parameters.max_candidates
    found, full = same_key_block(bank.amount_key, ledger.amount_key, bank.days, ledger.days, window, cap)
    parts = [found]
    if len(full):
        parts.append(_narrower(prepared, full, window, cap))
    by_reference = pairs_by_reference(prepared, parameters.max_lag)
    equal = bank.cents[by_reference.bank] == ledger.cents[by_reference.ledger]
    parts.append(Pairs(by_reference.bank[equal], by_reference.ledger[equal]))
    return union(*parts)


def _narrower(prepared: Prepared, full: Ints, window: Window, most_candidates: int) -> Pairs:
    """For bank lines with too many candidates: those that also share the beginning of a telling word, or a short
    number."""
    bank, ledger = prepared.bank, prepared.ledger
    words = max(int(table.max(initial=0)) for table in prepared.beginnings) + 1
    most = words + max(int(side.marks.max(initial=0)) for side in (bank, ledger)) + 1

    def keys_of(beginnings: Ints, marks: Ints) -> Ints:
        return np.concatenate([beginnings, np.where(marks >= 0, marks + words, -1)], axis=1)

    rows, keys = exploded(keys_of(prepared.beginnings[0], bank.marks), full)
    others, other_keys = exploded(keys_of(prepared.beginnings[1], ledger.marks), np.arange(len(ledger)))
    common = np.bincount(other_keys, minlength=most) > _TOO_COMMON * len(ledger)
    rows, keys = rows[~common[keys]], keys[~common[keys]]
    wanted = np.isin(other_keys, keys) & np.isin(ledger.amount_key[others], bank.amount_key[full])
    others, other_keys = others[wanted], other_keys[wanted]
    found, _ = same_key_block(
        bank.amount_key[rows] * np.int64(most) + keys,
        ledger.amount_key[others] * np.int64(most) + other_keys,
        bank.days[rows],
        ledger.days[others],
        window,
        most_candidates,
    )
    return union(Pairs(rows[found.bank], others[found.ledger]))


def pairs_by_reference(prepared: Prepared, max_lag: int) -> Pairs:
    """Pairs of one account that share a rare reference, no further apart than the longest lag."""
    bank, ledger = prepared.bank, prepared.ledger
    pairs = shared_value_block(_values(bank), _values(ledger), _SHARED_PAIRS)
    lag = np.abs(bank.days[pairs.bank] - ledger.days[pairs.ledger])
    good = (lag <= max_lag) & (bank.account[pairs.bank] == ledger.account[pairs.ledger])
    return Pairs(pairs.bank[good], pairs.ledger[good])


def _values(columns: Columns) -> tuple[Ints, Ints]:
    """(row, number) of all numbers, each pair once."""
    rows, places = np.nonzero(columns.numbers >= 0)
    size = np.int64(columns.numbers.max(initial=0) + 1)
    keys = np.unique(rows * size + columns.numbers[rows, places])
    return keys // size, keys % size
