"""From what pairing leaves over to the smallest things that make the sides part, each with its cause.

Bank minus ledger changes only by what is left over: that is arithmetic, and why the atoms of a stretch between two days
on which the sides agree always add up to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from typing import Final

import numpy as np

from reconciliation.balances.pairing import Paired
from reconciliation.balances.stated import ends_of_days
from reconciliation.balances.types import Anchor, Answer, Atom, Cause, Parameters, Ref, Rows, SideName

_FEE_WORDS: Final = re.compile(
    r"\b(?:fees?|service charges?|charges?|commission|interac fee|overdraft|nsf|frais|service mensuel)\b"
)
_BATCH_POOL: Final = 14
_BATCH_DAYS: Final = 4


@dataclass
class Left:
    """One side's row that nothing pairs with."""

    side: SideName
    place: int
    id: str
    day: int
    cents: int
    text: str
    rivals: tuple[Ref, ...] = ()
    twin: Ref | None = None  # a paired row of its side that is equal to it

    @property
    def ref(self) -> Ref:
        """Its name."""
        return Ref(self.side, self.id)


@dataclass
class Found:
    """Atoms, and sets of rows that cancel out and so explain nothing."""

    atoms: list[Atom] = field(default_factory=list)
    neutral: list[Answer] = field(default_factory=list)


def leftovers(rows: Rows, side: SideName, left: Sequence[int], rivals: dict[int, list[int]], until: int) -> list[Left]:
    """Rows left over up to a day, with their twins and with the rows that they may as well be."""
    wanted = [place for place in left if rows.days[place] <= until]
    if not wanted:
        return []
    order = np.lexsort((rows.days, rows.cents))
    sorted_cents = rows.cents[order]
    alone = set(left)
    found = []
    for place in wanted:
        cents, day, text = int(rows.cents[place]), int(rows.days[place]), rows.texts[place]
        bounds = np.searchsorted(sorted_cents, (cents, cents + 1))
        equal = order[bounds[0] : bounds[1]]
        same_day = [int(i) for i in equal[np.abs(rows.days[equal] - day) <= 1] if int(i) != place]
        twin = next((i for i in same_day if i not in alone and _same_words(rows.texts[i], text)), None)
        others = tuple(
            Ref(side, rows.ids[i])
            for i in rivals.get(place, ())
            if not (i in same_day and _same_words(rows.texts[i], text))
        )
        twin_ref = None if twin is None else Ref(side, rows.ids[twin])
        found.append(Left(side, place, rows.ids[place], day, cents, text, others, twin_ref))
    return found


def _same_words(one: str, other: str) -> bool:
    return one == other or not one or not other


def chain_breaks(bank: Rows, anchors: Sequence[Anchor]) -> list[Atom]:
    """Where the bank's balance moved by more or less than its rows between two anchors say."""
    return [
        Atom(Cause.NOT_FETCHED, then - level, following.day, one.day + 1, ())
        for (one, level), (following, then) in pairwise(ends_of_days(bank, anchors))
        if then != level
    ]


def differences(bank: Rows, ledger: Rows, paired: Paired, until: int) -> list[Atom]:
    """Pairs of known partners whose amounts differ."""
    ours, theirs = np.asarray(paired.bank, dtype=np.int64), np.asarray(paired.ledger, dtype=np.int64)
    if not len(ours):
        return []
    unequal = np.flatnonzero((bank.cents[ours] != ledger.cents[theirs]) & (bank.days[ours] <= until))
    return [
        _two(
            Cause.FEE if bank.cents[ours[i]] < ledger.cents[theirs[i]] else Cause.DIFFERENCE,
            int(bank.cents[ours[i]] - ledger.cents[theirs[i]]),
            int(bank.days[ours[i]]),
            Ref(SideName.BANK, bank.ids[ours[i]]),
            Ref(SideName.LEDGER, ledger.ids[theirs[i]]),
        )
        for i in unequal
    ]


def _two(cause: Cause, cents: int, day: int, *rows: Ref) -> Atom:
    return Atom(cause, cents, day, day, rows)


def atoms_of(bank: Sequence[Left], ledger: Sequence[Left], breaks: Iterable[Atom], parameters: Parameters) -> Found:
    """What the rows left over mean, together where they belong together."""
    ours, theirs, found = list(bank), list(ledger), Found()
    unseen = _absorb(list(breaks), ours, theirs, parameters, found)
    _flips(ours, theirs, parameters, found)
    _batches(ours, theirs, found, SideName.BANK)
    _batches(theirs, ours, found, SideName.LEDGER)
    _near(ours, theirs, parameters, found)
    found.atoms += [_bank_alone(one) for one in ours]
    found.atoms += [_ledger_alone(one) for one in theirs]
    found.atoms += unseen
    found.atoms.sort(key=lambda atom: (atom.day, atom.first_day, atom.cents))
    return found


def _bank_alone(row: Left) -> Atom:
    if row.twin is not None:
        return Atom(Cause.MERGED, row.cents, row.day, row.day, (row.ref, row.twin), row.rivals)
    is_fee = row.cents < 0 and _FEE_WORDS.search(row.text) is not None
    cause = Cause.FEE if is_fee else Cause.MISSING
    return Atom(cause, row.cents, row.day, row.day, (row.ref,), row.rivals)


def _ledger_alone(row: Left) -> Atom:
    if row.twin is not None:
        return Atom(Cause.DOUBLED, -row.cents, row.day, row.day, (row.ref, row.twin), row.rivals)
    return Atom(Cause.ONLY_LEDGER, -row.cents, row.day, row.day, (row.ref,), row.rivals)


def _absorb(
    breaks: list[Atom], ours: list[Left], theirs: list[Left], parameters: Parameters, found: Found
) -> list[Atom]:
    """A movement that only the bank's balance shows, and the ledger's row of it; a bank row that came in twice."""
    kept = []
    for broken in breaks:
        ledger_rows = [
            one
            for one in theirs
            if one.cents == broken.cents
            and broken.first_day - parameters.window <= one.day <= broken.day + parameters.window
        ]
        twice = [
            one
            for one in ours
            if one.cents == -broken.cents and broken.first_day <= one.day <= broken.day and one.twin is not None
        ]
        if ledger_rows:
            theirs.remove(ledger_rows[0])
            atom = replace(broken, rows=(ledger_rows[0].ref,))
            found.neutral.append(Answer(Cause.NOT_FETCHED, (atom,)))
        elif twice:
            ours.remove(twice[0])
            refs = (twice[0].ref, twice[0].twin) if twice[0].twin else (twice[0].ref,)
            found.neutral.append(Answer(Cause.DOUBLED, (replace(broken, rows=refs, cause=Cause.DOUBLED),)))
        else:
            kept.append(_partly(broken, theirs, found))
    return kept


def _partly(broken: Atom, theirs: list[Left], found: Found) -> Atom:
    """Of several movements that only the bank's balance shows, those whose ledger row lies between its two anchors."""
    rest = broken.cents
    for one in list(theirs):
        inside = broken.first_day <= one.day <= broken.day and one.twin is None
        if inside and (one.cents > 0) == (rest > 0) and abs(one.cents) < abs(rest):
            rest -= one.cents
            theirs.remove(one)
            atom = replace(broken, cents=one.cents, rows=(one.ref,))
            found.neutral.append(Answer(Cause.NOT_FETCHED, (atom,)))
    return replace(broken, cents=rest)


def _flips(ours: list[Left], theirs: list[Left], parameters: Parameters, found: Found) -> None:
    """The same amount in on one side and out on the other, and no second such pair that it might be."""
    pairs = [
        (one, other)
        for one in ours
        for other in theirs
        if one.cents == -other.cents and abs(one.day - other.day) <= parameters.window
    ]
    for one, other in pairs:
        alone = sum(1 for a, b in pairs if a is one or b is other) == 1
        if alone:
            ours.remove(one)
            theirs.remove(other)
            rivals = one.rivals + other.rivals
            found.atoms.append(
                Atom(Cause.FLIPPED, one.cents - other.cents, one.day, one.day, (one.ref, other.ref), rivals)
            )


def _batches(wholes: list[Left], parts: list[Left], found: Found, side: SideName) -> None:
    """One row that is exactly several of the other side, in one way only: it waits to be mapped, explains nothing."""
    for whole in list(wholes):
        near = [
            one for one in parts if abs(one.day - whole.day) <= _BATCH_DAYS and (one.cents > 0) == (whole.cents > 0)
        ]
        near = [one for one in near if abs(one.cents) < abs(whole.cents)]
        if not 2 <= len(near) <= _BATCH_POOL:
            continue
        sets = [
            chosen
            for size in range(2, min(len(near), 8) + 1)
            for chosen in combinations(near, size)
            if sum(one.cents for one in chosen) == whole.cents
        ]
        if len(sets) != 1:
            continue
        wholes.remove(whole)
        for one in sets[0]:
            parts.remove(one)
        refs = (whole.ref, *(one.ref for one in sets[0]))
        found.neutral.append(Answer(Cause.BATCH, (Atom(Cause.BATCH, 0, whole.day, whole.day, refs),)))


def _near(ours: list[Left], theirs: list[Left], parameters: Parameters, found: Found) -> None:
    """One movement with two amounts: near in time and amount, some word in common, and no second such partner."""

    def fits(one: Left, other: Left) -> bool:
        most = max(parameters.fee_cents, int(parameters.fee_share * abs(other.cents)))
        return (
            (one.cents > 0) == (other.cents > 0)
            and abs(one.cents - other.cents) <= most
            and abs(one.cents - other.cents) * 3 < abs(other.cents)
            and abs(one.day - other.day) <= _BATCH_DAYS
            and (not one.text or not other.text or bool(_words(one.text) & _words(other.text)))
        )

    pairs = [(one, other) for one in ours for other in theirs if fits(one, other)]
    for one, other in pairs:
        if sum(1 for a, b in pairs if a is one or b is other) > 1:
            continue
        ours.remove(one)
        theirs.remove(other)
        cents = one.cents - other.cents
        cause = Cause.FEE if cents < 0 else Cause.DIFFERENCE
        rivals = one.rivals + other.rivals
        found.atoms.append(Atom(cause, cents, one.day, one.day, (one.ref, other.ref), rivals))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{3,}", text))
