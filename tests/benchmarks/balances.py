"""Planted balance conflicts explained again: the day, the rows, what was called certain; then speed on many rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from time import perf_counter

from reconciliation.balances import Anchor, Explanation, Parameters, Rows, explain
from tests.benchmarks.balances_world import DAYS, START, Case, cases

SEED, NUMBER = 4, 200


@dataclass
class Score:
    """Counts over the planted cases."""

    cases: int = 0
    with_day: int = 0
    right_day: int = 0
    with_one_answer: int = 0
    right_rows: int = 0
    certain: int = 0
    certain_and_wrong: int = 0
    misses: list[str] = field(default_factory=list)
    causes: Counter[str] = field(default_factory=Counter)


def score(seed: int = SEED, number: int = NUMBER) -> Score:
    """Explain every case and compare with what was planted."""
    found = Score()
    for place, case in enumerate(cases(seed, number)):
        explained = explain(
            case.bank, case.ledger, case.anchors, case.ledger_now, case.known, Parameters(outstanding=3)
        )
        found.cases += 1
        found.causes[case.planted.cause] += 1
        _count(found, place, case, explained)
    return found


def _count(found: Score, place: int, case: Case, explained: Explanation) -> None:
    planted = case.planted
    rows_right = _rows_right(case, explained)
    if planted.day is not None:
        found.with_day += 1
        if _day_right(case, explained):
            found.right_day += 1
        else:
            found.misses.append(f"{place} {planted.cause}: day {explained.parted_on} for {planted.day}")
    if case.has_one_answer:
        found.with_one_answer += 1
        if rows_right:
            found.right_rows += 1
        else:
            found.misses.append(f"{place} {planted.cause}: rows {[a.rows for a in explained.answers][:2]}")
    if explained.is_certain:
        found.certain += 1
        if not rows_right:
            found.certain_and_wrong += 1
            found.misses.append(f"{place} {planted.cause}: certain and wrong")


def _day_right(case: Case, explained: Explanation) -> bool:
    if explained.parted_on is None or explained.parted_from is None or case.planted.day is None:
        return False
    return explained.parted_from <= case.planted.day <= explained.parted_on


def _rows_right(case: Case, explained: Explanation) -> bool:
    """The first answer names for each planted row one of its equals, and no row besides."""
    if not explained.answers:
        return not case.planted.rows
    named = {ref.id for ref in explained.answers[0].rows}
    planted = {name for names in case.planted.rows for name in names}
    return named <= planted and all(names & named for names in case.planted.rows)


def many_rows(size: int = 100_000) -> tuple[Rows, Rows, list[Anchor], int]:
    """An account of ten years with so many rows on either side, and three rows that the ledger lacks."""
    rng = Random(8)
    days = [START + place * 3_650 // size for place in range(size)]
    cents = [rng.choice((-1, 1)) * rng.randint(100, 90_000) for _ in range(size)]
    texts = [f"shop {place % 97}" for place in range(size)]
    bank = Rows.of([f"b{place}" for place in range(size)], days, cents, texts)
    kept = [place for place in range(size) if place not in (size // 2, size // 2 + 7, size - 900)]
    ledger = Rows.of(
        [f"l{place}" for place in kept],
        [days[place] - place % 3 for place in kept],
        [cents[place] for place in kept],
        [texts[place] for place in kept],
    )
    opening = 1_000_000
    anchors, total, place = [], opening, 0
    for day in range(START, days[-1] + 2, 30):
        while place < size and days[place] <= day:
            total += cents[place]
            place += 1
        anchors.append(Anchor(day, total))
    anchors.append(Anchor(days[-1], opening + sum(cents)))
    return bank, ledger, anchors, opening + int(ledger.cents.sum())


def run(count: int) -> Iterator[dict[str, object]]:
    """The planted cases, then ``many_rows`` of a hundred thousand rows a side, beside just sorting as many figures."""
    found = score()
    yield {
        "right_day": round(found.right_day / found.with_day, 4),
        "right_rows_of_those_with_one_answer": round(found.right_rows / found.with_one_answer, 4),
        "certain_and_wrong": found.certain_and_wrong,
        "certain": found.certain,
        "with_one_answer": found.with_one_answer,
        "planted": found.cases,
        "causes": len(found.causes),
        "days": DAYS,
    }
    bank, ledger, anchors, now = many_rows()
    start = perf_counter()
    sorted(zip(bank.cents.tolist(), bank.days.tolist(), strict=True))
    sorted(zip(ledger.cents.tolist(), ledger.days.tolist(), strict=True))
    baseline = perf_counter() - start
    start = perf_counter()
    explained = explain(bank, ledger, anchors, now)
    seconds = perf_counter() - start
    yield {
        "times_slower_than_sorting": round(seconds / baseline, 1),
        "seconds": round(seconds, 2),
        "rows": len(bank) + len(ledger),
        "answers": len(explained.answers),
    }
