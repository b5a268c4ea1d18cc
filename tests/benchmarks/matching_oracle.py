"""What could be reached at best: a judge who reads every text perfectly and knows how the lines came about.

It is told the payee of each line that says anything at all, all batches and all reversals, which references belong
together, and the true chances of lags, fees, tips and rates. It is not told which of two equal movements is which. What
it gets wrong no evidence in the lines can tell, so it is a bound from above for any engine, and not a tight one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import numpy as np

from reconciliation.matching import Line, Score, to_cents
from reconciliation.matching.assignment import assign
from reconciliation.matching.posterior import probabilities
from reconciliation.matching.prepare import local_density
from tests.benchmarks.matching_world import Setting, World, posting_day

Pair = tuple[str, str]
_LONGEST = 25
_EARLIEST = 4
_GIVEN = ("batch", "reversal")


def oracle(world: World, setting: Setting) -> tuple[Score, set[Pair]]:
    """The oracle's score over all answers, and its pairs."""
    answers = set(world.answers)
    given = {pair for pair in answers if world.kinds[pair[0]] == "batch"}
    pairs = given | _one_to_one(world, setting)
    return Score(len(pairs), len(pairs & answers), len(answers)), pairs


def _one_to_one(world: World, setting: Setting) -> set[Pair]:
    bank = [row for row in world.bank if world.kinds[row.id] not in _GIVEN]
    ledger = [row for row in world.ledger if world.kinds[row.id] not in _GIVEN]
    bank.sort(key=lambda row: (row.date, row.id))
    ledger.sort(key=lambda row: (row.date, row.id))
    b, l, odds = _candidates(world, setting, bank, ledger)  # noqa: E741
    chance = probabilities(b, l, odds, len(bank), len(ledger))
    picked = assign(b, l, chance, 0.02)
    # A pair is worth naming from one half on; of tied ones, one of them is.
    has = np.bincount(b, chance, minlength=len(bank))
    picked = picked[(chance[picked] >= 0.5) | ((has[b[picked]] >= 0.5) & (chance[picked] >= 0.2))]
    return {(bank[b[place]].id, ledger[l[place]].id) for place in picked.tolist()}


def _candidates(
    world: World, setting: Setting, bank: list[Line], ledger: list[Line]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows and log-odds of every pair that could be one movement."""
    cents = np.array([to_cents(row.amount) for row in bank]), np.array([to_cents(row.amount) for row in ledger])
    density = local_density(cents[1], cents[0])
    told = [world.told[row.id] for row in ledger]
    of_payee: dict[str, int] = defaultdict(int)
    of_both: dict[tuple[str, int], int] = defaultdict(int)
    of_amount: dict[int, int] = defaultdict(int)
    for payee, value in zip(told, cents[1].tolist(), strict=True):
        of_payee[payee] += 1
        of_both[payee, value] += 1
        of_amount[value] += 1
    days = (ledger[-1].date - ledger[0].date).days + 1
    by_day: dict[date, list[int]] = defaultdict(list)
    for row, line in enumerate(ledger):
        by_day[line.date].append(row)
    found: list[tuple[int, int, float]] = []
    for row, line in enumerate(bank):
        value, payee = int(cents[0][row]), world.told[line.id]
        for other in _around(by_day, line.date):
            partner = ledger[other]
            both = bool(payee and told[other])
            if (both and payee != told[other]) or line.reference != partner.reference:
                continue
            amount = _chance_of_amount(value, int(cents[1][other]), setting, world.kinds[partner.id])
            lag = _chance_of_day(setting, partner.date).get(line.date, 0.0)
            if amount * lag <= 0:
                continue
            same = of_both[payee, value] if both else of_amount[value]
            share = of_payee[payee] / len(ledger) if both else 1.0
            lines = (max(same - 1.0, 0.0) + share * density[row]) / days
            single = (setting.missing + setting.reversal) * (setting.extra + setting.reversal)
            odds = amount * lag / (single * max(lines, 1e-9))
            found.append((row, other, 20.0 if line.reference else float(np.log(odds))))
    columns = tuple(np.array(column) for column in zip(*found, strict=True))
    return columns[0].astype(np.int64), columns[1].astype(np.int64), columns[2]


def _around(by_day: dict[date, list[int]], day: date) -> Iterator[int]:
    for lag in range(-_EARLIEST, _LONGEST):
        yield from by_day.get(day - timedelta(days=lag), ())


def _chance_of_amount(bank: int, ledger: int, setting: Setting, kind: str) -> float:
    """Chance that the bank booked ``bank`` for the ledger's ``ledger``."""
    plain = 1.0 - setting.fee - setting.exchange - setting.rounding
    chance = plain if bank == ledger else 0.0
    fees = (25, 150, 200, 300, round(abs(ledger) * 0.029) + 30)
    chance += setting.fee * sum(bank == ledger - fee for fee in fees) / len(fees)
    if ledger and 1.005 <= bank / ledger <= 1.045:
        chance += setting.exchange / max(0.04 * abs(ledger), 1.0)
    chance += setting.rounding * (bank == round(ledger / 5) * 5)
    if kind in ("restaurant", "twin") and setting.tip:
        tips = (1.10, 1.12, 1.15, 1.18, 1.20)
        chance += 0.25 * sum(bank == round(ledger * tip) for tip in tips) / len(tips)
    return chance


@cache
def _chance_of_day(setting: Setting, day: date) -> dict[date, float]:
    total = sum(setting.lags)
    chance: dict[date, float] = defaultdict(float)
    for early, share in ((0, 1 - setting.early), (1, setting.early / 2), (2, setting.early / 2)):
        for lag, weight in enumerate(setting.lags):
            chance[posting_day(day - timedelta(days=early), lag, setting.shift)] += share * weight / total
    return dict(chance)
