"""The benchmark's figures are held, and speed on many rows."""

from __future__ import annotations

from time import perf_counter

import pytest

from reconciliation.balances import explain
from tests.benchmarks import balances


@pytest.mark.parametrize("seed", [balances.SEED, 11])
def test_two_hundred_planted_conflicts(seed: int) -> None:
    found = balances.score(seed)

    assert found.cases == balances.NUMBER
    assert found.with_day >= 150
    assert found.with_one_answer >= 150
    assert found.right_day >= 0.99 * found.with_day, found.misses
    assert found.right_rows >= 0.95 * found.with_one_answer, found.misses
    assert found.certain >= 0.8 * found.with_one_answer
    assert found.certain_and_wrong == 0, found.misses


def test_a_hundred_thousand_rows_a_side() -> None:
    bank, ledger, anchors, now = balances.many_rows()

    start = perf_counter()
    explained = explain(bank, ledger, anchors, now)
    seconds = perf_counter() - start

    assert sorted(ref.id for ref in explained.answers[0].rows) == ["b50000", "b50007", "b99100"]
    assert seconds < 3.0  # under a second on a machine of its own; tests share theirs
