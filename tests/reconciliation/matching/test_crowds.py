"""Many lines of one amount: what is clear among them is as sure as elsewhere."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from reconciliation.matching.posterior import probabilities
from reconciliation.matching.types import Floats
from tests.reconciliation.matching.lines import line, matched


def every(odds: Floats) -> float:
    """The weight of all ways to pair some rows with some columns."""

    @cache
    def some(row: int, free: int) -> float:
        if row == len(odds):
            return 1.0
        taken = (odds[row, at] * some(row + 1, free ^ 1 << at) for at in range(odds.shape[1]) if free >> at & 1)
        return some(row + 1, free) + float(sum(taken))

    return some(0, (1 << odds.shape[1]) - 1)


def exact(odds: Floats) -> Floats:
    """Probability of each pair."""

    def without(row: int, column: int) -> Floats:
        return np.delete(np.delete(odds, row, axis=0), column, axis=1)

    weight = [[odds[row, at] * every(without(row, at)) for at in range(len(odds))] for row in range(len(odds))]
    return np.array(weight) / every(odds)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_clear_pairs_of_a_crowd_are_as_sure_as_the_sum_over_all_pairings_says(seed: int) -> None:
    """Nine lines a side are too many to be summed within a run."""
    random = np.random.default_rng(seed)
    log_odds = random.normal(-1.0, 1.5, (9, 9)) + np.diag(random.normal(7.0, 1.0, 9))
    found = probabilities(*np.indices((9, 9)).reshape(2, -1), log_odds.ravel(), 9, 9).reshape(9, 9)
    known = exact(np.exp(log_odds))
    clear = known > 0.9
    assert clear.sum() >= 5
    assert (1.0 - found[clear]) / (1.0 - known[clear]) == pytest.approx(1.0, abs=0.6)


def test_tenants_of_one_rent_who_share_first_or_family_names_are_told_apart() -> None:
    names = [
        f"{first} {last}" for first in ("Alba", "Boris", "Chidi", "Dara") for last in ("Nkemelu", "Ostrov", "Pruitt")
    ]
    bank = [
        line(f"B{month}-{n}", f"{month:02}-{3 + n % 3:02}", "1450.00", f"E-TRANSFER {name.upper()}")
        for month in range(1, 7)
        for n, name in enumerate(names)
    ]
    ledger = [
        line(f"L{month}-{n}", f"{month:02}-01", "1450.00", f"Rent {name}")
        for month in range(1, 7)
        for n, name in enumerate(names)
    ]
    found = list(matched(bank, ledger).matches())
    assert all(pair.bank_ids[0][1:] == pair.ledger_ids[0][1:] for pair in found)
    assert min(pair.probability for pair in found) > 0.985
    assert len(found) == len(bank)
