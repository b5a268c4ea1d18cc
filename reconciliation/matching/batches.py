"""One line for several of the other side: deposits of many payments, payouts, instalments.

Searched among lines that no single line explains. First the lines that the whole cites by number (``citing``). Then
runs: all lines that share a word, counterparty or reference over consecutive days, all lines of up to three days, lines
numbered in sequence; to the cent, or net of a fee (``net``). Then subsets (``choices``), again as long as clear ones
are found. A solution counts by how easily it arises by chance; two about as plausible make the batch ambiguous.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from reconciliation.matching.blocks import Window, codes, same_key_block
from reconciliation.matching.choices import Choices
from reconciliation.matching.citing import cited
from reconciliation.matching.net import MOST_RULES, Offers, explained, find_offers, find_rule, small_fees
from reconciliation.matching.open_lines import GENERIC, HOPELESS, REFUNDS, Batch, BatchSide, OpenLines
from reconciliation.matching.prepare import local_density
from reconciliation.matching.runs import Runs
from reconciliation.matching.types import Bools, Floats, Ints, Parameters

_BEFORE = 0.3
"""Chance that an unexplained line is a batch, before any is found."""
_LEAST_BY_CHANCE = 3e-4
_CAUTION = 4.0
"""Real amounts cluster; sums meet by chance more often than a smooth density says."""
_RIVALLED = 0.85
"""Of a batch whose whole has an equal beside it; too little to be accepted."""
_STRETCH, _TOO_RARE = 100, 0.02
"""A step ends when fewer than this share of so many wholes, all smaller than those before, turn out to be batches."""
_PLAUSIBLE = 0.05
_SURE = 0.002
"""Luck makes fewer of these than batches that are worth looking on for."""
_DAY_RUN = 3
_NET_DAYS = 7
_ROUNDS = 3
_KINDS = 5.0
"""What is thought of kinds of runs before any is seen counts as much as so many batches."""
_MOST_BEFORE = 0.7
"""Even where every whole is a batch, its parts may not be among the solutions looked at."""


@dataclass(frozen=True)
class Found:
    """The batches of one direction with their probabilities."""

    batches: tuple[Batch, ...]
    probability: Floats

    def certain(self, least: float) -> Found:
        """Those with one solution and at least this probability."""
        keep = [
            place for place, batch in enumerate(self.batches) if not batch.others and self.probability[place] >= least
        ]
        return Found(tuple(self.batches[place] for place in keep), self.probability[keep])

    def without(self, bank: Bools, ledger: Bools, least: float) -> Found:
        """Those whose whole (flags in ``bank``) and parts (in ``ledger``) are not used otherwise, and which are
        likely enough or have several solutions to show."""
        keep = [
            place
            for place, batch in enumerate(self.batches)
            if not bank[batch.whole]
            and not ledger[list(batch.parts)].any()
            and (batch.others or self.probability[place] >= least)
        ]
        return Found(tuple(self.batches[place] for place in keep), self.probability[keep])

    def joined(self, other: Found) -> Found:
        """Both, these first."""
        return Found(self.batches + other.batches, np.concatenate([self.probability, other.probability]))


def find_batches(
    whole: BatchSide,
    part: BatchSide,
    window: Window,
    span: float,
    parameters: Parameters,
    *,
    bank_is_whole: bool,
    thorough: bool,
) -> Found:
    """All batches of one direction; no line in two of them. Unless ``thorough``, only those without a rival.

    ``window`` holds the lags (whole day less part day) that are searched.
    """
    if not whole.open.any() or part.open.sum() < 2:
        return Found((), np.zeros(0))
    lines = OpenLines(
        BatchSide(whole.columns, whole.open.copy(), whole.keys),
        BatchSide(part.columns, part.open.copy(), part.keys),
        window,
        span,
        parameters,
        bank_is_whole=bank_is_whole,
    )
    wholes = int(whole.open.sum())
    batches = _Search(lines).all(thorough=thorough)
    by_chance = np.array([batch.by_chance for batch in batches])
    found = float((by_chance < _PLAUSIBLE).sum())
    before = min(max((found + 2 * _BEFORE) / (wholes + 2.0), 0.05), _MOST_BEFORE)
    caution = np.where(_of_one_name(part, batches), 1.0, _CAUTION)
    probability = before / (before + (1 - before) * np.maximum(caution * by_chance, _LEAST_BY_CHANCE))
    solutions = np.array([1.0 + len(batch.others) for batch in batches])
    probability = probability * np.where(_rivalled(whole, [batch.whole for batch in batches], window), _RIVALLED, 1.0)
    return Found(tuple(batches), probability / solutions)


def _of_one_name(part: BatchSide, batches: list[Batch]) -> Bools:
    """Whether all parts have one name that not too many open lines have, and give the whole to the cent: such sums
    cluster no more than is counted."""
    names = part.columns.name_key
    opened = np.bincount(names[part.open & (names >= 0)], minlength=int(names.max(initial=0)) + 1)
    rare = opened <= GENERIC * part.open.sum()

    def one_name(batch: Batch) -> bool:
        first, *others = names[list(batch.parts)].tolist()
        return first >= 0 and bool(rare[first]) and not batch.difference and all(name == first for name in others)

    return np.array([one_name(batch) for batch in batches], dtype=bool)


def _rivalled(whole: BatchSide, rows: list[int], window: Window) -> Bools:
    """Whether another open line of the same amount and days could as well be the whole of these parts."""
    columns, at = whole.columns, np.array(rows, dtype=np.int64)
    opened = np.flatnonzero(whole.open)
    span = np.int64(1 << 22)
    keys = np.sort(columns.amount_key[opened] * span + columns.days[opened])
    base, days = columns.amount_key[at] * span + columns.days[at], window.high - window.low
    around = np.searchsorted(keys, base + days, side="right") - np.searchsorted(keys, base - days, side="left")
    return np.asarray(around > 1)


class _Search:
    """One direction; ``whole.open`` and ``part.open`` shrink as batches are claimed."""

    def __init__(self, lines: OpenLines) -> None:
        self.lines = lines
        self.whole, self.part, self.window, self.parameters = lines.whole, lines.part, lines.window, lines.parameters

    def all(self, *, thorough: bool) -> list[Batch]:
        """Plainest first; what one step claims, the next does not see."""
        batches: list[Batch] = self.lines.claim(list(cited(self.lines)))
        # Lines of one day or name before lines numbered in sequence, of which there are far more.
        for make in (self._together, self._in_sequence):
            batches += self.lines.claim(self.lines.with_rivals(self._equal_totals(make(self.parameters.batch_window))))
            batches += self._net_of_fees(make)
        if thorough:
            batches += self._small_fees()
        for _ in range(_ROUNDS if thorough else 1):
            clear = self._chosen(clear=True)
            batches += clear
            # What is claimed is out of the way of the rest; too little to look at the rest again, or enough.
            if len(clear) < 1 + _TOO_RARE * self.whole.open.sum():
                break
        return batches + self._chosen(clear=False) if thorough else batches

    def _chosen(self, *, clear: bool) -> list[Batch]:
        """Subsets of open lines; those without a rival only, if ``clear``."""
        batches: list[Batch] = []
        choices = Choices(self.lines)
        for name in ("kin", "runs_and_silent", "days"):
            found = self._largest_first(getattr(choices, name))
            found = [replace(one, mixed=name == "days") for one in found if not clear or _is_clear(one)]
            if claimed := self.lines.claim(found):
                batches += claimed
                choices = Choices(self.lines)
        return batches

    def _largest_first(self, step: Callable[[int], list[Batch]]) -> list[Batch]:
        """One step over the open wholes, the largest first, until batches become too rare to look for."""
        rows = np.flatnonzero(self.whole.open)
        rows = rows[np.lexsort((rows, -np.abs(self.whole.columns.cents[rows])))]
        found: list[Batch] = []
        for start in range(0, len(rows), _STRETCH):
            new = [batch for row in rows[start : start + _STRETCH].tolist() for batch in step(row)]
            found += new
            sure = sum(batch.by_chance < _SURE for batch in new)
            if self.lines.budget <= 0 or (start and sure < _TOO_RARE * _STRETCH):
                break
        return found

    # Runs

    def _together(self, days: int) -> Runs:
        """Open lines that share a key over up to ``days``, and all open lines of some days (key -1)."""
        rows, keys = self.lines.keyed
        still = self.part.open[rows]
        everyone = np.flatnonzero(self.part.open)
        all_lines = self.lines.sums(everyone, np.full(len(everyone), -1), _DAY_RUN)
        return self.lines.sums(rows[still], keys[still], days).joined(all_lines).distinct()

    def _in_sequence(self, days: int) -> Runs:
        return self.lines.sequences(np.flatnonzero(self.part.open))

    def _equal_totals(self, runs: Runs) -> Iterator[Batch]:
        """Runs that add up to an open whole, and how easily a run of such a kind does so by luck."""
        columns = self.whole.columns
        key_whole, key_run = codes(
            np.concatenate([columns.account, runs.account]),
            np.concatenate([columns.cents, runs.total]),
            split=len(columns),
        )
        wanted = np.where(self.whole.open & (columns.cents != 0), key_whole, -1)
        pairs, _ = same_key_block(wanted, key_run, columns.days, runs.last_day, self.window, 32)
        if not len(pairs):
            return
        days = self.window.high - self.window.low + 1
        density = local_density(runs.total, columns.cents[pairs.bank]) * min(days / max(self.lines.span, 1.0), 1.0)
        lag = columns.days[pairs.bank] - runs.last_day[pairs.ledger]
        density = density * self._unusual(runs, pairs.ledger, lag, density)
        for row, run, by_chance in zip(pairs.bank.tolist(), pairs.ledger.tolist(), density.tolist(), strict=True):
            parts = runs.parts(run)
            by_chance = max(by_chance, self._round_by_chance(row))
            kinship = self.lines.kinship(row, parts)
            signs = self.lines.signs(parts, REFUNDS)
            # Receipts less payments that share nothing with the whole: only the sum speaks.
            yield Batch(row, parts, max(by_chance * kinship, 1e-6) * signs, mixed=kinship == 1.0 and signs > 1.0)

    def _unusual(self, runs: Runs, run: Ints, lag: Ints, density: Floats) -> Floats:
        """Per hit: how common runs of its kind are among all, over how common they are among probable batches.

        A kind is a key, a number of days and a lag. Before batches are seen, keys and all lines are equally likely.
        """
        days = self.window.high - self.window.low + 1
        length = runs.last_day - runs.first_day
        (kind_run, kind_hit) = codes(
            np.concatenate([runs.key, runs.key[run]]), np.concatenate([length, length[run]]), split=len(runs)
        )
        kinds = int(max(kind_run.max(initial=0), kind_hit.max(initial=0))) + 1
        general = (np.bincount(kind_run, minlength=kinds) / len(runs) / days)[kind_hit]
        named = float((runs.key >= 0).mean())
        before = general / np.where(runs.key[run] >= 0, 2 * max(named, 1e-9), 2 * max(1 - named, 1e-9))
        likely = 1.0 / (1.0 + _CAUTION * density * general / before)
        (kind, _) = codes(kind_hit, lag, split=len(run))
        seen = np.bincount(kind, likely)[kind] - likely
        return np.asarray(np.clip(general * (likely.sum() - likely + _KINDS) / (seen + _KINDS * before), 1e-3, 30.0))

    def _round_by_chance(self, row: int) -> float:
        """Round amounts add up to round amounts: a sum of whole tens or dollars is little proof."""
        cents = int(self.whole.columns.cents[row])
        return 0.05 if cents % 1000 == 0 else 0.01 if cents % 100 == 0 else 0.0

    # Net of a fee

    def _net_of_fees(self, make: Callable[[int], Runs]) -> list[Batch]:
        """Runs that exceed their whole by a fee, by the rules that the data show."""
        batches: list[Batch] = []
        for _ in range(MOST_RULES):
            runs = make(_NET_DAYS)
            offers = self._offers(runs)
            rule = find_rule(offers)
            claimed = (
                self.lines.claim(self.lines.with_rivals(self._net(offers, runs, *explained(offers, rule))))
                if rule
                else []
            )
            batches += claimed
            if not claimed:
                break
        return batches

    def _small_fees(self) -> list[Batch]:
        """Runs of the whole's own name that exceed it by little."""
        runs = self._together(_NET_DAYS)
        offers = self._offers(runs)
        if not len(offers):
            return []
        key = runs.key[offers.run]
        own = (self.whole.keys[offers.whole] == key[:, None]).any(axis=1) & (key >= 0)
        kin = own & (self.lines.frequency[np.maximum(key, 0)] < GENERIC)
        found = self._net(offers, runs, *small_fees(offers, kin, self.parameters.tolerance_cents))
        return self.lines.claim(self.lines.with_rivals(found))

    def _offers(self, runs: Runs) -> Offers:
        wholes = np.flatnonzero(self.whole.open)
        return find_offers(self.whole.columns, wholes, runs, self.window, bank_is_whole=self.lines.bank_is_whole)

    def _net(self, offers: Offers, runs: Runs, places: Ints, chance: Floats) -> Iterator[Batch]:
        sign = -1 if self.lines.bank_is_whole else 1
        for place, by_chance in zip(places.tolist(), chance.tolist(), strict=True):
            if by_chance < HOPELESS:
                parts = runs.parts(int(offers.run[place]))
                yield Batch(
                    int(offers.whole[place]), parts, max(by_chance, 1e-6), difference=sign * int(offers.fee[place])
                )


def _is_clear(batch: Batch) -> bool:
    return not batch.others and batch.by_chance < _PLAUSIBLE
