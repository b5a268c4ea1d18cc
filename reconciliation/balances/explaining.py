"""Why two balances differ: timing set aside, the day they part, and the smallest sets of rows that account for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from reconciliation.balances.atoms import Left, atoms_of, chain_breaks, differences, leftovers
from reconciliation.balances.pairing import Paired, pair
from reconciliation.balances.solving import MOST_ANSWERS, solve
from reconciliation.balances.types import (
    Anchor,
    Answer,
    Atom,
    Cause,
    Explanation,
    Parameters,
    Ref,
    Rows,
    SideName,
    Timing,
)

_DEFAULT = Parameters()


def explain(
    bank: Rows,
    ledger: Rows,
    anchors: Sequence[Anchor],
    ledger_now: int,
    known: Sequence[tuple[int, int]] = (),
    parameters: Parameters = _DEFAULT,
    adjustments: Collection[str] = (),
) -> Explanation:
    """Compare at the newest anchor's day and explain what differs.

    ``anchors`` of one day come in the order in which the bank stated them: the last one counts.
    ``ledger_now``: the ledger's balance with every row of ``ledger`` in it, later ones too. ``known``: positions
    (bank, ledger) of rows that are one movement. ``adjustments``: ids of ledger rows that people booked to make the
    sides agree, which the bank will never book. Raises ValueError without an anchor.
    """
    if not anchors:
        raise ValueError("There is no balance of the bank to compare with.")
    # of several balances of one day the last stated, which max() takes of what comes first
    newest = max(reversed(anchors), key=lambda anchor: (anchor.day, anchor.is_final))
    day = newest.day
    paired = pair(bank, ledger, known, parameters.window)
    ours = leftovers(bank, SideName.BANK, paired.bank_left, paired.bank_rivals, day)
    theirs = leftovers(ledger, SideName.LEDGER, paired.ledger_left, paired.ledger_rivals, day)
    balance = ledger_now - int(ledger.cents[ledger.days > day].sum())

    timing = _dates_apart(bank, ledger, paired, day)
    theirs, waiting = _outstanding(theirs, day, parameters, adjustments)
    timing += waiting
    found = atoms_of(ours, theirs, chain_breaks(bank, anchors), parameters)
    found.atoms += differences(bank, ledger, paired, day)
    comparable = balance + sum(_moves(one) for one in timing)
    # where the sides agree as they are, nothing is on its way: the bank's balance came back to where it was
    if parameters.newest_may_lack_rows and abs(newest.cents - comparable) > parameters.tolerance:
        fresh = _fresh(found.atoms, day)
        timing += fresh
        comparable += sum(_moves(one) for one in fresh)
    atoms = sorted((atom for atom in found.atoms if atom.cents), key=lambda atom: (atom.day, atom.first_day))
    return _explained(newest, balance, comparable, atoms, tuple(timing), tuple(found.neutral), parameters)


def _moves(one: Timing) -> int:
    """What a timing item does to the ledger's balance to make it comparable."""
    return -one.cents if one.kind in ("ledger_first", "not_at_bank_yet") else one.cents


def _dates_apart(bank: Rows, ledger: Rows, paired: Paired, day: int) -> list[Timing]:
    """Pairs of which one side has its row by the day, and the other after it."""
    ours, theirs = np.asarray(paired.bank, dtype=np.int64), np.asarray(paired.ledger, dtype=np.int64)
    if not len(ours):
        return []
    by_bank, by_ledger = bank.days[ours] <= day, ledger.days[theirs] <= day
    apart = np.flatnonzero(by_bank != by_ledger)
    found = []
    for i in apart:
        refs = (Ref(SideName.BANK, bank.ids[ours[i]]), Ref(SideName.LEDGER, ledger.ids[theirs[i]]))
        if by_ledger[i]:
            found.append(Timing("ledger_first", int(ledger.cents[theirs[i]]), int(ledger.days[theirs[i]]), refs))
        else:
            found.append(Timing("bank_first", int(ledger.cents[theirs[i]]), int(bank.days[ours[i]]), refs))
    return found


def _outstanding(
    theirs: list[Left], day: int, parameters: Parameters, adjustments: Collection[str]
) -> tuple[list[Left], list[Timing]]:
    """The last days' ledger rows that the bank may yet book; what stands twice, or adjusts, is no such thing."""
    recent = [
        one
        for one in theirs
        if one.day > day - parameters.outstanding and one.twin is None and one.id not in adjustments
    ]
    timing = [Timing("not_at_bank_yet", one.cents, one.day, (one.ref,)) for one in recent]
    waits = {id(one) for one in recent}
    return [one for one in theirs if id(one) not in waits], timing


def _fresh(atoms: list[Atom], day: int) -> list[Timing]:
    """What the newest balance holds and nobody fetched yet; taken out of ``atoms``."""
    fresh = [atom for atom in atoms if atom.cause == Cause.NOT_FETCHED and atom.day == day]
    for atom in fresh:
        atoms.remove(atom)
    return [Timing("not_fetched_yet", atom.cents, atom.day, ()) for atom in fresh]


def _explained(
    newest: Anchor,
    balance: int,
    comparable: int,
    atoms: list[Atom],
    timing: tuple[Timing, ...],
    neutral: tuple[Answer, ...],
    parameters: Parameters,
) -> Explanation:
    gap = newest.cents - comparable
    days, gaps = _curve(atoms, gap, newest.day)
    plain = Explanation(
        newest.day,
        newest.cents,
        balance,
        comparable,
        timing=timing,
        neutral=neutral,
        curve_days=days,
        curve_gaps=gaps,
    )
    if abs(gap) <= parameters.tolerance:
        return plain
    # gaps[i] holds from days[i] on; gaps[0] before anything is known
    level = [place for place, value in enumerate(gaps) if abs(value) <= parameters.tolerance]
    first = level[-1] + 1 if level else 0
    since = [atom for atom in atoms if not level or atom.day >= days[first]]
    target = gap - (gaps[level[-1]] if level else 0)
    answers, is_complete = solve(since, target)
    parted = _parted(since, answers) if level and since else None
    return Explanation(
        plain.day,
        plain.bank,
        plain.ledger,
        plain.comparable,
        parted_on=parted.day if parted else None,
        parted_from=parted.first_day if parted else None,
        agreed_on=parted.first_day - 1 if parted else None,
        ever_agreed=bool(level),
        answers=answers[:MOST_ANSWERS],
        is_certain=bool(level) and is_complete and _only_one(answers, since),
        timing=timing,
        neutral=neutral,
        curve_days=days,
        curve_gaps=gaps,
    )


def _curve(atoms: Sequence[Atom], gap: int, day: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Days on which bank minus ledger changes, and what it is from then on; the first is the day before all of them."""
    changes: dict[int, int] = {}
    for atom in atoms:
        changes[atom.day] = changes.get(atom.day, 0) + atom.cents
    days = sorted(changes)
    value = gap - sum(changes.values())
    gaps = [value]
    for one in days:
        value += changes[one]
        gaps.append(value)
    return ((days[0] if days else day) - 1, *days), tuple(gaps)


def _parted(since: Sequence[Atom], answers: Sequence[Answer]) -> Atom:
    """The first thing that parts the sides: of the only answer, where there is one, else of all since they agreed."""
    if len(answers) == 1:
        if answers[0].cause == Cause.BATCH:  # a batch is one movement: that of the side which has it whole
            by_side = {side: [a for a in answers[0].atoms if a.rows[0].side == side] for side in SideName}
            return min(by_side.values(), key=lambda atoms: len(atoms) or len(since))[0]
        return min(answers[0].atoms, key=lambda atom: (atom.day, atom.first_day))
    return min(since, key=lambda atom: (atom.day, atom.first_day))


def _only_one(answers: Sequence[Answer], since: Sequence[Atom]) -> bool:
    """One answer, of known rows that can be no others, and nothing beside it that is not settled."""
    if len(answers) != 1:
        return False
    beside = [atom for atom in since if atom not in answers[0].atoms]
    return not beside and all(atom.rows and not atom.rivals for atom in answers[0].atoms)
