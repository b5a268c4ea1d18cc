"""Decided history, matched again with other parameters: what would change, and every false acceptance. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from reconciliation.enums import MappingType
from reconciliation.mapping.loading import Row, open_rows, rows_of, side_of
from reconciliation.matching import Match, Parameters, from_cents, match

MOST_REPLAYED: Final = 200_000
BY_PEOPLE: Final = frozenset({MappingType.MANUAL.value, MappingType.CORRECTED.value})


@dataclass(frozen=True, slots=True)
class Change:
    """One bank line that would fare otherwise. ``decided`` and ``now`` are ledger transactions with their words beside;
    ``now`` is None where the line would wait. ``day`` is ISO, ``amount`` signed in the currency's unit."""

    bank_id: str
    day: str
    amount: str
    description: str
    decided: str
    decided_words: str
    decided_by_person: bool
    now: str | None
    now_words: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What other parameters would do to decided history.

    ``false_accepts``: lines that would be accepted with another ledger transaction than decided. ``would_wait``: lines
    that were accepted without a person and now would not be. ``newly_accepted``: lines that a person decided and that
    now would be accepted, rightly.
    """

    run_hash: str
    decided: int
    agreed: int
    false_accepts: Sequence[Change]
    would_wait: Sequence[Change]
    newly_accepted: Sequence[Change]

    @property
    def precision(self) -> float | None:
        """Share of acceptances that agree with what was decided; None without any."""
        accepted = self.agreed + len(self.false_accepts)
        return self.agreed / accepted if accepted else None


def replay(
    parameters: Parameters,
    *,
    account_id: UUID | None = None,
    since: date | None = None,
    most: int = MOST_REPLAYED,
    progress: Callable[[str], None] = lambda step: None,
) -> Replay:
    """Match the newest ``most`` pairs that are decided one to one, among the open lines of today, with ``parameters``
    and without being told the decisions."""
    progress("loading")
    history = rows_of("decided_pairs", {"account_id": account_id, "since": since, "most": most})
    bank, ledger = open_rows(account_id, since, parameters.max_lag, {row[6].split(":")[0] for row in history})
    result = match(
        side_of([*bank, *(row[:7] for row in history)]),
        side_of([*ledger, *((*row[7:13], row[6]) for row in history)]),
        parameters,
        progress=progress,
    )
    accepted = {found.bank_ids[0]: found for found in result.matches() if found.accepted and len(found.bank_ids) == 1}
    words = {row[0]: row for row in ledger} | {row[7]: row[7:] for row in history}
    return _compared(history, accepted, result.run_hash, words)


def _compared(
    history: Sequence[Row], accepted: dict[str, Match], run_hash: str, words: Mapping[str, Sequence[Any]]
) -> Replay:
    agreed, false, waits, new = 0, [], [], []
    for row in history:
        found = accepted.get(row[0])
        person = row[13] in BY_PEOPLE
        change = Change(
            bank_id=row[0],
            day=date.fromordinal(row[1]).isoformat(),
            amount=str(from_cents(row[2])),
            description=row[3],
            decided=row[7],
            decided_words=_said(words, [row[7]]),
            decided_by_person=person,
            now=found.ledger_ids[0] if found else None,
            now_words=_said(words, found.ledger_ids) if found else "",
        )
        if found is None:
            if not person:
                waits.append(change)
        elif found.ledger_ids == (row[7],):
            agreed += 1
            if person:
                new.append(change)
        else:
            false.append(change)
    return Replay(run_hash, len(history), agreed, false, waits, new)


def _said(words: Mapping[str, Sequence[Any]], ids: Sequence[str]) -> str:
    """Ledger transactions as their day and text; a batch has several."""
    return " + ".join(f"{date.fromordinal(words[pk][1]).isoformat()} {words[pk][3]}".strip() for pk in ids)
