"""The lines of one direction that a search for batches may still use, and what a solution among them is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from reconciliation.matching.blocks import Window, exploded
from reconciliation.matching.prepare import Columns
from reconciliation.matching.runs import Runs
from reconciliation.matching.subsets import Pool
from reconciliation.matching.types import Bools, Ints, Parameters

MIXED, REFUNDS = 30.0, 3.0
"""How much rarer both signs are among chosen lines, and among all lines of a run."""
GENERIC = 0.1
"""A key on a larger share of the open lines leads to no whole: "payment", "facture"."""
TELLING = 0.5
"""A key on a larger share of the open lines tells nothing."""
HOPELESS = 0.5
"""A solution that luck brings about as often as this is none."""
_CLEARLY_SIMPLER = 20.0
_MOST_IN_RUN = 64
_SEQUENCE_DAYS = 4


@dataclass(frozen=True)
class BatchSide:
    """One side: its columns, the lines still open, and what each may share with others."""

    columns: Columns
    open: Bools
    keys: Ints
    """(lines, k) numbers of words, counterparty and reference, -1 where there is none; shared by both sides."""


@dataclass(frozen=True)
class Batch:
    """A whole and its parts, by row; ``others`` are further solutions."""

    whole: int
    parts: tuple[int, ...]
    by_chance: float
    others: tuple[tuple[int, ...], ...] = ()
    difference: int = 0
    """Whole less the sum of the parts, in cents."""
    mixed: bool = False
    """Chosen among all lines of some days, whatever their names: only the sum speaks for it."""


class OpenLines:
    """Wholes and parts of one direction; ``whole.open`` and ``part.open`` shrink as batches are claimed."""

    def __init__(
        self,
        whole: BatchSide,
        part: BatchSide,
        window: Window,
        span: float,
        parameters: Parameters,
        *,
        bank_is_whole: bool,
    ) -> None:
        self.whole, self.part, self.window, self.span, self.parameters = whole, part, window, span, parameters
        self.bank_is_whole = bank_is_whole
        self.owners: defaultdict[int, list[int]] = defaultdict(list)
        for row in np.flatnonzero(whole.open & (whole.columns.numbers[:, 0] >= 0)).tolist():
            self.owners[int(whole.columns.numbers[row, 0])].append(row)
        self.pools: dict[tuple[int, ...], tuple[list[int], Pool]] = {}
        self.budget = max(parameters.batch_searches, (len(whole.columns) + len(part.columns)) // 20)
        rows, keys = exploded(part.keys, np.flatnonzero(part.open))
        lines = np.bincount(keys, minlength=int(keys.max(initial=0)) + 1)
        self.frequency = lines / (part.open.sum() + 1.0)
        # Only open lines have an entry: most lines of a run never come here.
        self.telling: defaultdict[int, set[int]] = defaultdict(set)
        self.leading: defaultdict[int, set[int]] = defaultdict(set)
        for row, key in zip(rows.tolist(), keys.tolist(), strict=True):
            if self.frequency[key] < TELLING:
                self.telling[row].add(key)
            if self.frequency[key] < GENERIC:
                self.leading[row].add(key)
        self.keyed = rows, keys
        columns = part.columns
        self.cents, self.account, self.days = columns.cents.tolist(), columns.account.tolist(), columns.days.tolist()

    def claim(self, candidates: list[Batch]) -> list[Batch]:
        """The most certain first; a line serves once."""
        claimed = []
        for batch in sorted(candidates, key=lambda batch: (batch.by_chance, batch.whole, batch.parts)):
            if self.whole.open[batch.whole] and self.part.open[list(batch.parts)].all():
                self.whole.open[batch.whole] = False
                self.part.open[list(batch.parts)] = False
                claimed.append(batch)
        return claimed

    def sums(self, rows: Ints, key: Ints, days: int) -> Runs:
        """All runs of a key; -1 is all lines."""
        return Runs.of(self.part.columns, rows, key, days, _MOST_IN_RUN)

    def sequences(self, rows: Ints) -> Runs:
        """Runs of lines numbered one after the other, under the key -2."""
        return Runs.in_sequence(self.part.columns, rows, -2, _SEQUENCE_DAYS, self.parameters.batch_parts)

    def signs(self, parts: tuple[int, ...], mixed: float = MIXED) -> float:
        """Payouts less refunds are rarer than sums of one sign, and sums of both signs reach more totals."""
        return mixed if min(self.cents[part] for part in parts) < 0 < max(self.cents[part] for part in parts) else 1.0

    def without_reversals(self, parts: tuple[int, ...]) -> tuple[int, ...]:
        """The parts without those that cancel each other out."""
        kept: list[int] = []
        for part in parts:
            opposite = next((other for other in kept if self.cents[other] == -self.cents[part]), None)
            if opposite is None:
                kept.append(part)
            else:
                kept.remove(opposite)
        return tuple(kept)

    def kinship(self, row: int, parts: tuple[int, ...]) -> float:
        """How seldom a line has what all parts and the whole share; 1 where they share nothing."""
        shared = set.intersection(*(self.telling[part] for part in parts)).intersection(self.whole.keys[row].tolist())
        return min((float(self.frequency[key]) for key in shared), default=1.0)

    def with_rivals(self, candidates: Iterable[Batch]) -> list[Batch]:
        """One batch per whole, the simplest, with the solutions that are about as plausible beside it."""
        of_whole: dict[int, list[Batch]] = defaultdict(list)
        for batch in candidates:
            if not any(self._named_by_another(batch.whole, part) for part in batch.parts):
                of_whole[batch.whole].append(batch)
        result = []
        for batches in of_whole.values():
            batches.sort(key=lambda batch: (batch.by_chance, batch.parts))
            best = batches[0]
            others, looks = [], {self.look(best.parts)}
            for batch in batches[1:]:
                look = self.look(batch.parts)
                if batch.by_chance < best.by_chance * _CLEARLY_SIMPLER and look not in looks:
                    others.append(batch.parts)
                    looks.add(look)
            result.append(replace(best, others=tuple(others)))
        return result

    def _named_by_another(self, whole: int, part: int) -> bool:
        """Whether the part states the reference of another open whole that it could be of, and not this one's."""
        reference = int(self.part.columns.numbers[part, 0])
        owners = self.owners.get(reference, ())
        if not owners or whole in owners:
            return False
        cents, totals = self.cents[part], self.whole.columns.cents
        return any(self.whole.open[row] and int(totals[row]) * cents > cents * cents for row in owners)

    def look(self, parts: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """What tells two solutions apart: lines of equal amount, day, name and number are interchangeable, what cancels
        out is neither."""
        columns = self.part.columns
        told = (columns.cents, columns.days, columns.name_key, columns.serial)
        return tuple(sorted(tuple(int(column[row]) for column in told) for row in self.without_reversals(parts)))
