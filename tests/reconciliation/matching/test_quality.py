"""Accuracy and calibration on small generated accounts of three shapes; and inputs that lack nearly everything."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import numpy as np
import pytest

from reconciliation.matching import Line, Result, Score, Side, match, score
from tests.benchmarks.matching_desks import DESKS
from tests.benchmarks.matching_oracle import oracle
from tests.benchmarks.matching_shapes import SHAPES
from tests.benchmarks.matching_trades import TRADES
from tests.benchmarks.matching_world import EASY, HARD, HOSTILE, Setting, World, build

ROWS = 2_500


@cache
def run(setting: Setting, shape: str, seed: int = 3) -> tuple[Result, World]:
    maker, pace = SHAPES[shape]
    world = build(maker, setting, ROWS, seed=seed, days=int(ROWS / pace))
    return match(Side.of(world.bank), Side.of(world.ledger)), world


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("setting", "least_f1", "least_precision"), [(EASY, 0.98, 0.998), (HARD, 0.96, 0.996)])
def test_matches_are_right(shape: str, setting: Setting, least_f1: float, least_precision: float) -> None:
    result, world = run(setting, shape)
    scores = score(result, world.answers)
    assert (scores.all.f1 or 0) >= least_f1
    assert (scores.accepted.precision or 0) >= least_precision
    assert (scores.accepted.share or 0) >= 0.85


@pytest.mark.parametrize("shape", SHAPES)
def test_hostile_data_is_proposed_rather_than_accepted_wrongly(shape: str) -> None:
    result, world = run(HOSTILE, shape)
    scores = score(result, world.answers)
    assert (scores.accepted.precision or 0) >= 0.97
    assert (scores.accepted.precision or 0) > (scores.all.precision or 0)


@pytest.mark.parametrize(
    ("trade", "least_f1"),
    [
        ("corner shop, exact deposits", 0.995),
        ("corner shop, deposits net of a fee", 0.97),
        ("rent roll", 0.85),
        ("card sales paid out by brand", 0.97),
        ("rents by unit and name", 0.93),
        ("receivables by invoice number", 0.98),
    ],
)
def test_accounts_of_other_kinds_are_accepted_rightly(trade: str, least_f1: float) -> None:
    world = (TRADES | DESKS)[trade](3_000, seed=3)
    scores = score(match(Side.of(world.bank), Side.of(world.ledger)), world.answers)
    assert (scores.all.f1 or 0) >= least_f1
    assert (scores.accepted.precision or 0) >= 0.997


def test_an_oracle_knows_no_less_than_the_engine() -> None:
    """What the engine cannot reach is what nobody can tell: the bound lies above, and near."""
    result, world = run(HARD, "retail card")
    best, _ = oracle(world, HARD)
    reached = score(result, world.answers).all.f1 or 0
    assert reached - 0.005 <= (best.f1 or 0) <= reached + 0.02


def test_a_probability_means_what_it_says() -> None:
    """Of the pairs given about 30 %, about 30 % are right, and so for each band."""
    given, right = [], []
    for shape in SHAPES:
        result, world = run(HARD, shape)
        answers = set(world.answers)
        for place, (b, row) in enumerate(zip(result.compared.bank, result.compared.ledger, strict=True)):
            given.append(result.probability[place])
            right.append((result.bank.ids[b], result.ledger.ids[row]) in answers)
    probability, truth = np.array(given), np.array(right)
    for low, high in ((0.0, 0.02), (0.02, 0.3), (0.3, 0.6), (0.6, 0.95), (0.95, 0.99), (0.99, 1.01)):
        band = (probability >= low) & (probability < high)
        assert band.sum() > 20
        allowed = 3 * np.sqrt(0.25 / band.sum()) if 0.02 <= low < 0.95 else 0.03
        assert abs(probability[band].mean() - truth[band].mean()) <= max(allowed, 0.03), (low, high)


def plain(count: int, *, seed: int = 1) -> tuple[list[Line], list[Line]]:
    """Two sides with nothing but dates and amounts; ids tell the answer."""
    source = random.Random(seed)
    bank, ledger = [], []
    for n in range(count):
        day = date(2026, 1, 5) + timedelta(days=source.randrange(max(count // 3, 5)))
        amount = Decimal(source.randint(100, 90_000)).scaleb(-2)
        ledger.append(Line(f"L{n}", day, amount))
        bank.append(Line(f"B{n}", day + timedelta(days=source.choice((0, 1, 2))), amount))
    return bank, ledger


def all_pairs(bank: list[Line], ledger: list[Line]) -> Score:
    result = match(Side.of(bank), Side.of(ledger))
    return score(result, {(f"B{n}", f"L{n}") for n in range(len(bank))}).all


@pytest.mark.parametrize(("count", "shift"), [(1, 0), (5, 0), (20, 0), (300, 0), (5, 20), (20, 20), (300, 20)])
def test_amounts_alone_suffice_even_with_all_dates_shifted(count: int, shift: int) -> None:
    bank, ledger = plain(count)
    moved = [row._replace(date=row.date + timedelta(days=shift)) for row in bank]
    assert all_pairs(moved, ledger).f1 == 1.0


def test_text_on_one_side_alone_does_no_harm() -> None:
    bank, ledger = plain(100)
    assert all_pairs([row._replace(description=f"SHOP ABC {row.id}") for row in bank], ledger).f1 == 1.0


def test_one_amount_for_all_is_told_apart_by_text() -> None:
    bank, ledger = plain(60)
    source = random.Random(4)
    names = ["".join(source.sample("ABCDEFGHIJKLMNOPRSTUVW", 8)) for _ in range(60)]
    bank = [row._replace(amount=Decimal(20), description=f"POS {names[n]} TORONTO ON") for n, row in enumerate(bank)]
    ledger = [row._replace(amount=Decimal(20), description=names[n].title()) for n, row in enumerate(ledger)]
    assert (all_pairs(bank, ledger).f1 or 0) >= 0.95


def test_one_amount_and_nothing_else_is_proposed_but_never_accepted() -> None:
    bank, ledger = plain(60)
    result = match(
        Side.of([row._replace(amount=Decimal(20)) for row in bank]),
        Side.of([row._replace(amount=Decimal(20)) for row in ledger]),
    )
    assert not any(found.accepted for found in result.matches())
    assert result.counts()["bank"]["ambiguous"] > 40
