"""The smallest sets of atoms that add up to a gap, and whether there is exactly one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np

from reconciliation.balances.types import Answer, Atom, Cause, SideName

_ALL_SUBSETS: Final = 16  # up to so many atoms every subset is tried: 65,536 sums
_MOST_ATOMS: Final = 400  # beyond, the largest only
MOST_ANSWERS: Final = 6


def solve(atoms: Sequence[Atom], gap: int) -> tuple[tuple[Answer, ...], bool]:
    """Sets that add up to ``gap`` and hold no smaller one, smallest first; and whether every one was looked for."""
    if not gap or not atoms:
        return (), True
    if len(atoms) <= _ALL_SUBSETS:
        found, is_complete = _every_subset(atoms, gap), True
    else:
        found, is_complete = _small_subsets(atoms, gap), False
    answers = [Answer(cause_of(chosen), chosen) for chosen in found]
    answers.sort(key=lambda one: (len(one.atoms), -one.atoms[0].day))
    return tuple(answers), is_complete


def _every_subset(atoms: Sequence[Atom], gap: int) -> list[tuple[Atom, ...]]:
    sums = np.zeros(1, dtype=np.int64)
    for atom in atoms:
        sums = np.concatenate((sums, sums + atom.cents))
    masks = np.flatnonzero(sums == gap)
    masks = masks[masks > 0]
    order = np.argsort([int(mask).bit_count() for mask in masks], kind="stable")
    minimal: list[int] = []
    for mask in masks[order].tolist():
        if not any(mask & smaller == smaller for smaller in minimal):
            minimal.append(mask)
        if len(minimal) > 50:
            break
    return [tuple(atom for place, atom in enumerate(atoms) if mask >> place & 1) for mask in minimal]


def _small_subsets(atoms: Sequence[Atom], gap: int) -> list[tuple[Atom, ...]]:
    """Sets of one, two and three of many atoms, and all of them together."""
    pool = sorted(atoms, key=lambda atom: -abs(atom.cents))[:_MOST_ATOMS]
    by_cents: dict[int, list[int]] = {}
    for place, atom in enumerate(pool):
        by_cents.setdefault(atom.cents, []).append(place)
    found: list[tuple[int, ...]] = [(place,) for place in by_cents.get(gap, [])]
    singles = {place for (place,) in found}
    for first, atom in enumerate(pool):
        found += [
            (first, second)
            for second in by_cents.get(gap - atom.cents, [])
            if second > first and first not in singles and second not in singles
        ]
        if len(found) > 50:
            break
    if len(found) <= 3:
        few = pool[:120]
        for one, two in combinations(range(len(few)), 2):
            rest = gap - few[one].cents - few[two].cents
            found += [
                (one, two, three)
                for three in by_cents.get(rest, [])
                if three > two and not any(set(known) <= {one, two, three} for known in found)
            ]
            if len(found) > 50:
                break
    if not found and sum(atom.cents for atom in atoms) == gap:
        return [tuple(atoms)]
    return [tuple(pool[place] for place in places) for places in found]


def cause_of(atoms: Sequence[Atom]) -> Cause:
    """One cause for a set: its atoms' own, a batch where rows of one side and day stand together, or several."""
    causes = {atom.cause for atom in atoms}
    if len(atoms) == 1:
        return atoms[0].cause
    bank = [ref for atom in atoms for ref in atom.rows if ref.side == SideName.BANK]
    ledger = [ref for atom in atoms for ref in atom.rows if ref.side == SideName.LEDGER]
    days = [atom.day for atom in atoms]
    if max(days) - min(days) <= 4 and (len(bank) == 1) != (len(ledger) == 1) and len(bank) and len(ledger):
        return Cause.BATCH
    same_day = len(set(days)) == 1
    if same_day and causes <= {Cause.MISSING} and len({atom.cents > 0 for atom in atoms}) == 1:
        return Cause.BATCH
    return causes.pop() if len(causes) == 1 else Cause.SEVERAL
