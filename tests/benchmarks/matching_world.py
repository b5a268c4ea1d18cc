"""Seeded sides of bank and ledger lines with their answers, in shapes as unlike each other as real accounts are.

A shape says what moves (payees, amounts, kinds); a setting says how badly both sides tell of it. Ids are drawn
without order, so that no matcher can read the answer from them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from reconciliation.matching import Line

FIXED_HOLIDAYS = {(1, 1), (7, 1), (9, 30), (11, 11), (12, 25), (12, 26)}


@dataclass(frozen=True)
class Setting:
    """Shares of lines that are spoilt in each way; ``lags`` are weights of 0, 1, 2 … business days."""

    cut: float = 0.2
    reworded: float = 0.05
    empty_bank: float = 0.0
    empty_ledger: float = 0.0
    reference: float = 0.3
    counterparty: float = 0.3
    fee: float = 0.0
    exchange: float = 0.0
    tip: float = 0.0
    rounding: float = 0.0
    missing: float = 0.005
    extra: float = 0.005
    reversal: float = 0.002
    twin: float = 0.005
    batch: float = 0.01
    french: float = 0.2
    lags: tuple[float, ...] = (4, 4, 1)
    early: float = 0.0
    shift: int = 0


EASY = Setting()
HARD = Setting(
    cut=0.4,
    reworded=0.15,
    empty_bank=0.03,
    empty_ledger=0.08,
    reference=0.15,
    counterparty=0.15,
    fee=0.012,
    exchange=0.008,
    tip=0.008,
    rounding=0.004,
    missing=0.02,
    extra=0.02,
    reversal=0.01,
    twin=0.01,
    batch=0.02,
    french=0.35,
    lags=(3, 5, 3, 1.5, 0.5),
    early=0.02,
)
HOSTILE = replace(
    HARD,
    cut=0.6,
    reworded=0.4,
    empty_bank=0.15,
    empty_ledger=0.3,
    reference=0.03,
    counterparty=0.05,
    fee=0.03,
    exchange=0.03,
    tip=0.02,
    rounding=0.01,
    missing=0.06,
    extra=0.06,
    reversal=0.02,
    twin=0.04,
    batch=0.04,
    lags=(2, 4, 4, 3, 2, 1, 0.5),
    early=0.06,
)
SETTINGS = {"easy": EASY, "hard": HARD, "hostile": HOSTILE}


@dataclass(frozen=True)
class Movement:
    """What really happened: signed cents, and texts of both sides in English and French."""

    cents: int
    bank: tuple[str, str]
    ledger: tuple[str, str]
    party: str
    kind: str = "plain"
    parts: tuple[tuple[int, str], ...] = ()
    """(cents, text) of a batch's parts."""
    parts_at: str = "ledger"


Shape = Callable[[random.Random, Setting], Movement]


@dataclass
class World:
    """Both sides and which lines belong together."""

    bank: list[Line] = field(default_factory=list)
    ledger: list[Line] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    """Line id -> the payee a perfect reader would take from its texts, empty where they say nothing. For the oracle."""
    kinds: dict[str, str] = field(default_factory=dict)
    """Line id -> how the line came about: its movement's kind, twin, batch, missing,
    extra, reversed, reversal."""


class Builder:
    """Writes movements down as two institutions would."""

    def __init__(self, seed: int, setting: Setting, start: date, days: int) -> None:
        self.random = random.Random(seed)
        self.setting = setting
        self.start, self.days = start, days
        self.world = World()
        self._ids = _ids_in_no_order(seed)
        self._seen: list[tuple[Movement, date]] = []
        self._kind = "plain"

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def add(self, movement: Movement) -> None:
        """One movement on both sides, spoilt as the setting says."""
        day = self.start + timedelta(days=self.random.randrange(self.days))
        self._kind = movement.kind
        if self._seen and self.chance(self.setting.twin):
            movement, day = self.random.choice(self._seen[-500:])
            day += timedelta(days=self.random.choice((0, 0, 1, 2)))
            self._kind = "twin"
        elif not movement.parts:
            self._seen.append((movement, day))
        if movement.parts:
            self._batch(movement, day)
            return
        roll = self.random.random()
        if roll < self.setting.missing:
            self._kind = "missing"
            self._bank(movement, day, movement.cents)
        elif roll < self.setting.missing + self.setting.extra:
            self._kind = "extra"
            self._ledger(movement, day, movement.cents)
        else:
            self._pair(movement, day)
        if self.chance(self.setting.reversal):
            self._reversal(movement, day)

    def _pair(self, movement: Movement, day: date) -> None:
        reference = str(self.random.randrange(10**5, 10**9)) if self.chance(self.setting.reference) else ""
        bank = self._bank(movement, day, self._charged(movement), reference)
        self.world.answers.append((bank, self._ledger(movement, day, movement.cents, reference)))

    def _charged(self, movement: Movement) -> int:
        """What the bank booked for an amount of the ledger."""
        cents, roll, setting = movement.cents, self.random.random(), self.setting
        if movement.kind == "restaurant" and self.chance(0.25 if setting.tip else 0.0):
            return round(cents * self.random.choice((1.10, 1.12, 1.15, 1.18, 1.20)))
        if roll < setting.fee:
            return cents - self.random.choice((25, 150, 200, 300, round(abs(cents) * 0.029) + 30))
        roll -= setting.fee
        if roll < setting.exchange:
            return round(cents * self.random.uniform(1.005, 1.045))
        roll -= setting.exchange
        if roll < setting.rounding:
            return round(cents / 5) * 5
        return cents

    def _reversal(self, movement: Movement, day: date) -> None:
        """A charge taken back, on one side only: a wrong one of its own, or a second booking of the right one."""
        write = self.random.choice((self._bank, self._ledger))
        if self.chance(0.7):
            movement = replace(movement, cents=movement.cents + self.random.randint(-5000, 5000) or 101)
        self._kind = "reversed"
        write(movement, day, movement.cents)
        self._kind = "reversal"
        text = ("REVERSAL ", "ANNULATION ") if self.chance(0.7) else ("", "")
        back = replace(
            movement,
            bank=(text[0] + movement.bank[0], text[1] + movement.bank[1]),
            ledger=(text[0] + movement.ledger[0], text[1] + movement.ledger[1]),
        )
        write(back, day + timedelta(days=self.random.randrange(0, 6)), -movement.cents)

    def _batch(self, movement: Movement, day: date) -> None:
        """One line on one side, its parts on the other."""
        total = sum(cents for cents, _ in movement.parts)
        self._kind = "batch"
        spread = self.random.choice((0, 0, 0, 1, 2))
        days = [day - timedelta(days=self.random.randint(0, spread)) for _ in movement.parts]
        if movement.parts_at == "ledger":
            whole = self._bank(movement, day, total)
            for (cents, text), part_day in zip(movement.parts, days, strict=True):
                part = replace(movement, ledger=(text, text), parts=())
                self.world.answers.append((whole, self._ledger(part, part_day, cents)))
        else:
            whole = self._ledger(movement, day, total)
            for (cents, text), part_day in zip(movement.parts, days, strict=True):
                part = replace(movement, bank=(text, text), parts=())
                self.world.answers.append((self._bank(part, part_day, cents), whole))

    def _bank(self, movement: Movement, day: date, cents: int, reference: str = "") -> str:
        text = self._spoilt(movement.bank, self.setting.empty_bank)
        party = movement.party.upper() if self.chance(self.setting.counterparty) else ""
        line_id = self._write(self.world.bank, "B", self._posted(day), cents, text, reference, party)
        self.world.told[line_id] = _payee(movement) if text or party else ""
        return line_id

    def _ledger(self, movement: Movement, day: date, cents: int, reference: str = "") -> str:
        text = self._spoilt(movement.ledger, self.setting.empty_ledger, cut=False)
        party = movement.party if self.chance(self.setting.counterparty) else ""
        line_id = self._write(self.world.ledger, "L", day, cents, text, reference, party)
        self.world.told[line_id] = _payee(movement) if text or party else ""
        return line_id

    def _write(
        self, side: list[Line], letter: str, day: date, cents: int, text: str, reference: str, party: str
    ) -> str:
        line_id = f"{letter}{next(self._ids)}"
        side.append(Line(line_id, day, Decimal(cents).scaleb(-2), text, reference, party))
        self.world.kinds[line_id] = self._kind
        return line_id

    def _spoilt(self, texts: tuple[str, str], empty: float, *, cut: bool = True) -> str:
        if self.chance(empty):
            return ""
        text = texts[self.chance(self.setting.french)]
        if self.chance(self.setting.reworded):
            text = self._reworded(text)
        if cut and self.chance(self.setting.cut):
            text = text[: self.random.randint(10, 18)]
        return text

    def _reworded(self, text: str) -> str:
        words = text.split()
        roll = self.random.random()
        if roll < 0.3 and len(words) > 1:
            self.random.shuffle(words)
        elif roll < 0.6:
            place = self.random.randrange(len(words))
            word = words[place]
            if len(word) > 4:
                at = self.random.randrange(1, len(word) - 1)
                words[place] = word[:at] + word[at + 1 :]
        elif roll < 0.8:
            words = [word[0] + "".join(c for c in word[1:] if c not in "AEIOUaeiou") for word in words]
        else:
            return self.random.choice(("MISC", "Various", "Divers", "see receipt", "PAYMENT", "Expense report"))
        return " ".join(words)

    def _posted(self, day: date) -> date:
        """The bank's day: some business days later, never on a weekend or holiday."""
        if self.chance(self.setting.early):
            day -= timedelta(days=self.random.randint(1, 2))
        lag = self.random.choices(range(len(self.setting.lags)), self.setting.lags)[0]
        return posting_day(day, lag, self.setting.shift)


def _ids_in_no_order(seed: int) -> Iterator[int]:
    """Distinct numbers from a source of their own, so that a line's id changes nothing else about it."""
    source, given = random.Random(f"ids {seed}"), set[int]()
    while True:
        number = source.randrange(10**6, 10**8)
        if number not in given:
            given.add(number)
            yield number


def posting_day(day: date, lag: int, shift: int) -> date:
    """``lag`` business days after ``day``, or after the first business day from it on."""
    while lag or not _works(day):
        day += timedelta(days=1)
        lag -= bool(lag and _works(day))
    return day + timedelta(days=shift)


def _payee(movement: Movement) -> str:
    return movement.party or movement.ledger[0]


def _works(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS


def build(
    shape: Shape, setting: Setting, movements: int, *, seed: int = 1, days: int = 180, start: date = date(2020, 9, 1)
) -> World:
    """``movements`` movements of a shape over ``days`` days, rows in no order."""
    builder = Builder(seed, setting, start, days)
    for _ in range(movements):
        builder.add(shape(builder.random, setting))
    builder.random.shuffle(builder.world.bank)
    builder.random.shuffle(builder.world.ledger)
    assert max(Counter(row.id for row in builder.world.bank).values(), default=1) == 1
    return builder.world
