"""Accounts of four months on both sides, seeded, with what happens in life; into each, a conflict planted on purpose.

What is planted is known: the day the sides part, the rows, and whether any other row could have done the same. That
last is decided here by amounts and dates alone, without the code under test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from reconciliation.balances import Anchor, Rows

START: Final = 738_000  # an ordinal day; which one does not matter
DAYS: Final = 120
WINDOW: Final = 10
SHOPS: Final = (
    "tim hortons", "metro", "shoppers drug mart", "esso", "cineplex", "loblaws", "canadian tire", "netflix",
    "rogers", "hydro one", "presto", "indigo", "lcbo", "costco", "uber", "petro canada",
)  # fmt: skip
ROUND: Final = (2000, 4000, 6000, 10000, 20000)
CAUSES: Final = (
    "missing", "only_ledger", "doubled", "merged", "flipped", "batch", "batch_net", "fee", "fee_inside",
    "not_fetched", "unknown", "two",
)  # fmt: skip


@dataclass
class Movement:
    """One movement: its row at the bank and in the ledger, either of which may be None."""

    bank: tuple[int, int, str] | None  # day, cents, text
    ledger: tuple[int, int, str] | None
    key: str


@dataclass
class Planted:
    """What was done to an account. ``rows``: alternatives for each row, each named; ``day`` None for no day."""

    cause: str
    rows: list[frozenset[str]] = field(default_factory=list)
    first_day: int | None = None
    day: int | None = None


@dataclass
class Case:
    """One account with its planted conflict."""

    bank: Rows
    ledger: Rows
    anchors: list[Anchor]
    ledger_now: int
    known: list[tuple[int, int]]
    planted: Planted
    has_one_answer: bool


def cases(seed: int, number: int) -> Iterator[Case]:
    """``number`` accounts, every cause in turn."""
    for place in range(number):
        yield _case(Random(f"{seed} {place}"), CAUSES[place % len(CAUSES)])


def _case(rng: Random, cause: str) -> Case:
    movements = _life(rng)
    planted = Planted(cause)
    for one in ("missing", "doubled") if cause == "two" else (cause,):
        _plant(rng, one, movements, planted)
    if planted.day is not None and cause == "two":
        planted.first_day = planted.day
    return _as_case(rng, movements, planted)


def _life(rng: Random) -> list[Movement]:
    """Salaries, shops, cash, twins, batches that nobody mapped, and rows at the end that one side lacks yet."""
    found: list[Movement] = []

    def add(day: int, cents: int, text: str) -> None:
        lag = rng.choice((0, 0, 0, 1, 1, 2, 3))
        said = text if rng.random() < 0.7 else text.split()[0]
        found.append(
            Movement((day, cents, f"pos {text} #{rng.randint(100, 999)}"), (day - lag, cents, said), f"m{len(found)}")
        )

    for _ in range(rng.randint(60, 180)):
        add(START + rng.randrange(DAYS), -rng.randint(199, 25_000), rng.choice(SHOPS))
    for _ in range(rng.randint(2, 8)):
        add(START + rng.randrange(DAYS), -rng.choice(ROUND), "atm withdrawal")
    for day in range(START + 14, START + DAYS, 14):
        add(day, 185_000 + rng.randint(0, 999), "payroll acme")
    for _ in range(2):  # two true twins, on both sides
        day, cents, shop = START + rng.randrange(DAYS), -rng.randint(300, 900), rng.choice(SHOPS)
        for _ in range(2):
            found.append(Movement((day, cents, f"pos {shop} #7"), (day, cents, shop), f"m{len(found)}"))
    if rng.random() < 0.5:  # a deposit of several, mapped by nobody yet
        parts = [rng.randint(5_000, 40_000) for _ in range(3)]
        day = START + rng.randrange(10, DAYS - 10)
        found.append(Movement((day, sum(parts), "deposit batch"), None, f"m{len(found)}"))
        for part in parts:
            found.append(Movement(None, (day - 1, part, "invoice"), f"m{len(found)}"))
    for _ in range(rng.randint(0, 3)):  # in the ledger at the end, at the bank after it
        found.append(
            Movement(
                (START + DAYS + rng.randint(1, 2), -rng.randint(300, 9_000), "cheque"),
                None,
                f"m{len(found)}",
            )
        )
        day, cents, text = found[-1].bank or (0, 0, "")
        found[-1].ledger = (START + DAYS - 1, cents, text)
    return found


def _plain(rng: Random, movements: list[Movement]) -> Movement:
    """A movement on both sides, neither at an end nor with an equal of its day beside it."""
    beside = Counter(one.bank[:2] for one in movements if one.bank)
    fit = [
        one
        for one in movements
        if one.bank and one.ledger and START + 15 <= one.bank[0] <= START + DAYS - 8 and beside[one.bank[:2]] == 1
    ]
    return rng.choice(fit)


def _plant(rng: Random, cause: str, movements: list[Movement], planted: Planted) -> None:
    one = _plain(rng, movements)
    assert one.bank is not None
    assert one.ledger is not None
    day, cents, _ = one.bank
    number = len(movements)
    if cause == "missing":
        one.ledger = None
        _note(planted, day, {f"b-{one.key}"})
    elif cause == "only_ledger":
        movements.append(Movement(None, (day, -rng.randint(1_000, 30_000), "manual entry"), f"m{number}"))
        _note(planted, day, {f"l-m{number}"})
    elif cause == "doubled":
        movements.append(Movement(None, one.ledger, f"m{number}"))
        _note(planted, one.ledger[0], {f"l-{one.key}", f"l-m{number}"})
    elif cause == "merged":
        movements.append(Movement(one.bank, None, f"m{number}"))
        _note(planted, day, {f"b-{one.key}", f"b-m{number}"})
    elif cause == "flipped":
        one.ledger = (one.ledger[0], -cents, one.ledger[2])
        _note(planted, day, {f"b-{one.key}"}, {f"l-{one.key}"})
    else:
        _plant_more(rng, cause, movements, planted, one)


def _plant_more(rng: Random, cause: str, movements: list[Movement], planted: Planted, one: Movement) -> None:
    """Batches, fees, and what never arrived. "unknown": the ledger's balance itself is moved, by no row."""
    assert one.bank is not None
    day, cents, text = one.bank
    number = len(movements)
    if cause == "batch":
        sets = []
        for extra in range(rng.randint(2, 5)):
            movements.append(Movement((day, rng.randint(4_000, 60_000), "payout stripe"), None, f"m{number + extra}"))
            sets.append({f"b-m{number + extra}"})
        _note(planted, day, *sets)
    elif cause == "batch_net":
        parts = [rng.randint(4_000, 60_000) for _ in range(rng.randint(2, 4))]
        movements.append(Movement((day, sum(parts) - rng.randint(150, 2_500), "payout square"), None, f"m{number}"))
        sets = [{f"b-m{number}"}]
        for extra, part in enumerate(parts, 1):
            movements.append(Movement(None, (day - 1, part, "invoice"), f"m{number + extra}"))
            sets.append({f"l-m{number + extra}"})
        _note(planted, day, *sets)
    elif cause == "fee":
        movements.append(Movement((day, -rng.randint(199, 2_995), "monthly service fee"), None, f"m{number}"))
        _note(planted, day, {f"b-m{number}"})
    elif cause == "fee_inside":
        fee = rng.randint(50, 300)
        amount = -rng.randint(8_000, 30_000)
        movements.append(Movement((day, amount - fee, f"wire {text}"), (day - 1, amount, f"wire {text}"), f"m{number}"))
        _note(planted, day, {f"b-m{number}"}, {f"l-m{number}"})
    elif cause == "not_fetched":
        movements.remove(one)
        movements.append(Movement(None, None, f"gone {day} {cents}"))
        _note(planted, day)


def _note(planted: Planted, day: int, *rows: set[str]) -> None:
    planted.rows += [frozenset(one) for one in rows]
    planted.day = day if planted.day is None else min(planted.day, day)


def _as_case(rng: Random, movements: list[Movement], planted: Planted) -> Case:
    bank = [(one.bank, f"b-{one.key}") for one in movements if one.bank]
    ledger = [(one.ledger, f"l-{one.key}") for one in movements if one.ledger]
    gone = [tuple(map(int, one.key.split()[1:])) for one in movements if one.key.startswith("gone")]
    opening, end = rng.randint(100_000, 900_000), START + DAYS

    def balance(day: int) -> int:
        return opening + sum(row[1] for row, _ in bank if row[0] <= day) + sum(c for d, c in gone if d <= day)

    days = {START - 4, *range(START + 29, end, 30), *(rng.randrange(START, end) for _ in range(rng.randint(0, 6)))}
    anchors = [Anchor(day, balance(day), is_final=True) for day in sorted(days)] + [Anchor(end, balance(end))]
    ledger_now = opening + sum(row[1] for row, _ in ledger)
    if planted.cause == "unknown":
        ledger_now += rng.randint(500, 50_000)
    if rng.random() < 0.4:  # rows that never arrived, though the ledger has them: no conflict
        _lose(rng, bank, ledger, planted)
    rng.shuffle(bank)
    rng.shuffle(ledger)
    known = _known(rng, bank, ledger, planted)
    return Case(
        _rows(bank), _rows(ledger), anchors, ledger_now, known, planted, _one_answer(bank, ledger, planted)
    )  # fmt: skip


def _lose(rng: Random, bank: list[tuple[tuple[int, int, str], str]], ledger: object, planted: Planted) -> None:
    involved = {name for names in planted.rows for name in names}
    fit = [one for one in bank if one[1] not in involved and START + 5 < one[0][0] < START + DAYS - 40]
    held = {key for _, key in ledger}  # type: ignore[attr-defined]
    fit = [one for one in fit if f"l-{one[1][2:]}" in held]
    bank.remove(rng.choice(fit))


def _known(
    rng: Random, bank: list[tuple[object, str]], ledger: list[tuple[object, str]], planted: Planted
) -> list[tuple[int, int]]:
    share = rng.choice((0.0, 0.0, 0.5, 0.9))
    involved = {name for names in planted.rows for name in names}
    places = {key: place for place, (_, key) in enumerate(ledger)}
    return [
        (place, places[f"l-{key[2:]}"])
        for place, (_, key) in enumerate(bank)
        if f"l-{key[2:]}" in places and key not in involved and f"l-{key[2:]}" not in involved and rng.random() < share
    ]


def _one_answer(
    bank: list[tuple[tuple[int, int, str], str]], ledger: list[tuple[tuple[int, int, str], str]], planted: Planted
) -> bool:
    """No other row of its side has a planted row's amount within the window."""
    by_name = {key: row for row, key in (*bank, *ledger)}
    for names in planted.rows:
        for name in names:
            day, cents, _ = by_name[name]
            side = bank if name.startswith("b-") else ledger
            others = [
                key for row, key in side if row[1] == cents and abs(row[0] - day) <= 2 * WINDOW and key not in names
            ]
            if others:
                return False
    return planted.cause not in ("unknown", "not_fetched")


def _rows(side: list[tuple[tuple[int, int, str], str]]) -> Rows:
    return Rows.of(
        [key for _, key in side],
        [row[0] for row, _ in side],
        [row[1] for row, _ in side],
        [row[2] for row, _ in side],
    )
