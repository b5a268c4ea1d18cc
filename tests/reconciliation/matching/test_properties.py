"""What holds for any input."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.matching import Line, Outcome, Parameters, Reason, Result, Side, match
from reconciliation.matching.posterior import probabilities
from reconciliation.matching.subsets import Pool
from tests.examples import examples

TEXTS = ("", "TIM HORTONS #12 TORONTO", "Tim Hortons", "CHQ 004411", "Cheque 4411", "DÉPÔT PAIE", "Payroll", "REVERSAL")
AMOUNTS = (-1000, -995, -500, -495, -5, 5, 495, 500, 995, 1000, 1495, 0)


def lines(letter: str) -> st.SearchStrategy[list[Line]]:
    fields = st.tuples(
        st.integers(0, 12), st.sampled_from(AMOUNTS), st.sampled_from(TEXTS), st.sampled_from(("", "A4411", "4411"))
    )

    def build(rows: list[tuple[int, int, str, str]]) -> list[Line]:
        return [
            Line(f"{letter}{n}", date(2026, 3, 1) + timedelta(days=day), Decimal(cents).scaleb(-2), text, reference)
            for n, (day, cents, text, reference) in enumerate(rows)
        ]

    return st.lists(fields, max_size=14).map(build)


def summary(result: Result) -> tuple[object, ...]:
    return (
        result.run_hash,
        [(found, round(found.probability, 9)) for found in result.matches()],
        list(result.offset_pairs()),
        result.bank_outcomes,
        result.ledger_outcomes,
    )


@settings(max_examples=examples(60), deadline=None)
@given(lines("B"), lines("L"))
def test_no_line_serves_twice_and_batches_keep_their_total(bank: list[Line], ledger: list[Line]) -> None:
    result = match(Side.of(bank), Side.of(ledger))

    for side, rows in (("bank_ids", bank), ("ledger_ids", ledger)):
        used = [row for found in result.matches() for row in getattr(found, side)]
        used += [
            row
            for offset in result.offset_pairs()
            if side.startswith(offset.side)
            for row in (offset.charge_id, offset.reversal_id)
        ]
        assert max(Counter(used).values(), default=1) == 1
        assert set(used) <= {row.id for row in rows}
    amount = {row.id: row.amount for row in (*bank, *ledger)}
    for found in result.matches():
        difference = sum(amount[row] for row in found.bank_ids) - sum(amount[row] for row in found.ledger_ids)
        assert found.difference == difference
        if found.outcome == Outcome.MATCHED:
            assert difference == 0
        elif found.outcome == Outcome.BATCH:
            assert difference == 0 or (found.reason == Reason.FEE and difference < 0)
        assert 0 <= found.probability <= 1
    for outcomes, rows in ((result.bank_outcomes, bank), (result.ledger_outcomes, ledger)):
        assert len(outcomes) == len(rows)


@settings(max_examples=examples(30), deadline=None)
@given(lines("B"), lines("L"), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(bank: list[Line], ledger: list[Line], source: random.Random) -> None:
    first = summary(match(Side.of(bank), Side.of(ledger)))
    source.shuffle(bank)
    source.shuffle(ledger)
    assert summary(match(Side.of(bank), Side.of(ledger))) == first


def test_the_run_hash_depends_on_every_input_and_parameter() -> None:
    bank = [Line("B1", date(2026, 3, 1), Decimal("1.00"), "A", "R", "P")]
    ledger = [Line("L1", date(2026, 3, 1), Decimal("1.00"))]
    hashes = {match(Side.of(bank), Side.of(ledger)).run_hash}
    other = {
        "date": date(2026, 3, 2),
        "amount": Decimal("1.01"),
        "description": "B",
        "reference": "",
        "counterparty": "",
    }
    for name, value in other.items():
        hashes.add(match(Side.of([bank[0]._replace(**{name: value})]), Side.of(ledger)).run_hash)
    hashes.add(match(Side.of(bank), Side.of(ledger), Parameters(tolerance_cents=1)).run_hash)
    assert len(hashes) == len(other) + 2


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.lists(st.floats(-4, 9), min_size=3, max_size=3), min_size=3, max_size=3))
def test_probabilities_are_those_of_all_one_to_one_matchings(log_odds: list[list[float]]) -> None:
    weight = np.exp(np.array(log_odds))
    total, of_pair = 0.0, np.zeros((3, 3))
    for size in range(4):
        for rows in combinations(range(3), size):
            for columns in permutations(range(3), size):
                product = float(np.prod([weight[r, c] for r, c in zip(rows, columns, strict=True)]))
                total += product
                for r, c in zip(rows, columns, strict=True):
                    of_pair[r, c] += product
    rows, columns = np.nonzero(weight > 0)
    found = probabilities(rows, columns, np.array(log_odds)[rows, columns], 3, 3)
    assert found == pytest.approx(of_pair[rows, columns] / total, rel=1e-6)


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(st.integers(1, 40_000), min_size=2, max_size=10), st.data())
def test_every_subset_of_a_small_pool_is_found(values: list[int], data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.sampled_from(range(len(values))), min_size=2))
    total = sum(values[place] for place in chosen)
    solutions = Pool(tuple(values), 20).solutions(total)
    assert solutions
    for solution in solutions:
        assert sum(values[place] for place in solution.positions) == total


def test_a_large_pool_finds_all_but_few_and_a_core_with_few() -> None:
    source = random.Random(5)
    values = tuple(source.randint(100, 90_000) for _ in range(30))
    without_two = tuple(place for place in range(30) if place not in (3, 17))
    found = Pool(values, 30).solutions(sum(values[place] for place in without_two))
    assert without_two in [solution.positions for solution in found]
    with_core = (*range(11), 20, 25)
    found = Pool(values, 20, core=12).solutions(sum(values[place] for place in with_core))
    assert with_core in [solution.positions for solution in found]
