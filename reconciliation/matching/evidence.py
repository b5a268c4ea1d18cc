"""What each field says about each candidate pair, as levels; missing text or reference says nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconciliation.matching.blocks import Pairs
from reconciliation.matching.cleaning import MAX_ASIDES
from reconciliation.matching.prepare import MAX_NUMBERS, Columns, Prepared
from reconciliation.matching.texts import Bags, compare
from reconciliation.matching.types import Bools, Floats, Ints

MISSING = -1
ELSEWHERE = -2
TEXT_BOUNDS = np.array([0.2, 0.5, 0.75, 0.92])
TEXT_LEVELS = 5
AGREES_FROM = 2
"""Text levels from here on mean: some words agree."""

SHARED_BY_MANY = 64
"""A number on more lines than this is a store, a terminal or a customer, not a reference."""


@dataclass(frozen=True)
class Compared:
    """Levels of each pair, one entry per pair; MISSING is no evidence."""

    bank: Ints
    ledger: Ints
    lag: Ints
    """Bank day less ledger day."""
    text: Ints
    text_score: Floats
    text_chance: Floats
    """Share of lines that hold the rarest agreeing word."""
    party: Ints
    party_chance: Floats
    reference: Ints
    """1 agree, 0 both have one and they differ, ELSEWHERE one of them stands on just one other line: of this amount, or
    of a greater one for which several lines state it."""
    reference_chance: Floats
    mark: Ints
    """Short numbers in the texts (a unit, a store): 1 one agrees, 0 both have some and none agrees."""
    mark_chance: Floats
    """Share of ledger lines with short numbers that hold the agreeing one."""
    difference: Ints
    """Bank cents less ledger cents."""
    association: Floats
    """Log-likelihood ratio of words that differ, where the data tell (see ``association``); else NaN."""

    def __len__(self) -> int:
        return len(self.bank)

    def take(self, rows: Ints) -> Compared:
        """The pairs at these positions."""
        return Compared(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})

    @classmethod
    def join(cls, *parts: Compared) -> Compared:
        """All pairs of the parts, one after the other."""
        return cls(
            **{name: np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__}
        )


def compare_fields(prepared: Prepared, pairs: Pairs) -> Compared:
    """Every field of every pair."""
    text, text_score, text_chance = _text(prepared.texts, pairs)
    party, _, party_chance = _text(prepared.parties, pairs)
    reference, reference_chance = _reference(prepared, pairs)
    mark, mark_chance = _mark(prepared, pairs)
    return Compared(
        bank=pairs.bank,
        ledger=pairs.ledger,
        lag=prepared.bank.days[pairs.bank] - prepared.ledger.days[pairs.ledger],
        text=text,
        text_score=text_score,
        text_chance=text_chance,
        party=party,
        party_chance=party_chance,
        reference=reference,
        reference_chance=reference_chance,
        mark=mark,
        mark_chance=mark_chance,
        difference=prepared.bank.cents[pairs.bank] - prepared.ledger.cents[pairs.ledger],
        association=np.full(len(pairs), np.nan),
    )


def text_levels(bags: Bags, left: Ints, right: Ints, *, one_side: bool = False) -> tuple[Ints, Floats, Floats]:
    """(level, score, chance) of bags of the bank and of the ledger, or of ``one_side``; MISSING where either has no
    words."""
    there = bags.has_words()
    both = np.flatnonzero(there[left] & there[right])
    level = np.full(len(left), MISSING, dtype=np.int64)
    score, chance = np.zeros(len(left)), np.ones(len(left))
    likeness = compare(bags, left[both], right[both], one_side=one_side)
    level[both] = np.searchsorted(TEXT_BOUNDS, likeness.score, side="right")
    score[both], chance[both] = likeness.score, likeness.chance
    return level, score, chance


def _text(bags: Bags, pairs: Pairs) -> tuple[Ints, Floats, Floats]:
    return text_levels(bags, bags.bank[pairs.bank], bags.ledger[pairs.ledger])


def _reference(prepared: Prepared, pairs: Pairs) -> tuple[Ints, Floats]:
    """Agree if any number of one line is a number of the other; differ only if both have a reference proper."""
    a, b = prepared.bank.numbers[pairs.bank], prepared.ledger.numbers[pairs.ledger]
    level = np.where((a[:, 0] >= 0) & (b[:, 0] >= 0), 0, MISSING)
    count = np.full(len(pairs), 0, dtype=np.int64)
    for i in range(MAX_NUMBERS):
        for j in range(MAX_NUMBERS):
            rows = np.flatnonzero((a[:, i] >= 0) & (a[:, i] == b[:, j]))
            found = prepared.number_count[a[rows, i]]
            better = (count[rows] == 0) | (found < count[rows])
            count[rows[better]] = found[better]
    agree = (count > 0) & (count <= SHARED_BY_MANY)
    level[agree] = 1
    sure = agree & (count == 2) & (prepared.bank.cents[pairs.bank] == prepared.ledger.cents[pairs.ledger])
    taken = np.bincount(pairs.bank, sure, len(prepared.bank)), np.bincount(pairs.ledger, sure, len(prepared.ledger))
    part = _parts_by_number(prepared.ledger, prepared.bank), _parts_by_number(prepared.bank, prepared.ledger)
    held = (taken[0][pairs.bank] > 0) | (taken[1][pairs.ledger] > 0) | part[0][pairs.bank] | part[1][pairs.ledger]
    level[(level == MISSING) & held] = ELSEWHERE
    lines = max(len(prepared.bank) + len(prepared.ledger), 1)
    chance = np.where(agree, np.maximum(count - 2, 0.02) / lines, 1.0)
    return level, chance


def _parts_by_number(wholes: Columns, lines: Columns) -> Bools:
    """Which lines state, as others beside them do, the reference of just one line of the other side, a greater one of
    the same sign: they are its parts."""
    stated = lines.numbers[:, 0]
    size = int(max(stated.max(initial=0), wholes.numbers[:, 0].max(initial=0))) + 1
    with_number = np.flatnonzero(wholes.numbers[:, 0] >= 0)
    total = np.zeros(size, dtype=np.int64)
    total[wholes.numbers[with_number, 0]] = wholes.cents[with_number]
    once = np.bincount(wholes.numbers[with_number, 0], minlength=size) == 1
    several = np.bincount(stated[stated >= 0], minlength=size) > 1
    of_one = (once & several)[stated] & (stated >= 0)
    whole = total[stated]
    return np.asarray(of_one & (np.sign(whole) == np.sign(lines.cents)) & (np.abs(whole) > np.abs(lines.cents)))


def _mark(prepared: Prepared, pairs: Pairs) -> tuple[Ints, Floats]:
    marks = prepared.bank.marks, prepared.ledger.marks
    a, b = marks[0][pairs.bank], marks[1][pairs.ledger]
    level = np.where((a >= 0).any(axis=1) & (b >= 0).any(axis=1), 0, MISSING)
    chance = np.ones(len(pairs))
    rows = np.flatnonzero(level == 0)
    if not len(rows):
        return level, chance
    held = np.bincount(marks[1][marks[1] >= 0], minlength=int(max(side.max() for side in marks)) + 1)
    share = held / max(int((marks[1] >= 0).any(axis=1).sum()), 1)
    a, b = a[rows], b[rows]
    for i in range(MAX_ASIDES):
        for j in range(MAX_ASIDES):
            agree = (a[:, i] >= 0) & (a[:, i] == b[:, j])
            level[rows[agree]] = 1
            chance[rows[agree]] = np.minimum(chance[rows[agree]], share[a[agree, i]])
    return level, chance
