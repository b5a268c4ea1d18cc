"""The flow of a run: prepare, take out offsets, find candidates, weigh, assign, say what became of each line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from reconciliation.matching.assignment import assign
from reconciliation.matching.association import Association
from reconciliation.matching.batches import Found, find_batches
from reconciliation.matching.blocks import Pairs, Window, union, without
from reconciliation.matching.candidates import exact_pairs, pairs_by_reference, usual_window
from reconciliation.matching.evidence import Compared, compare_fields, text_levels
from reconciliation.matching.lags import Calendar, first_model
from reconciliation.matching.near import (
    FLAT_FEE_ODDS,
    Plain,
    amount_levels,
    flat_fees,
    near_candidates,
    near_rivals,
    weigh,
)
from reconciliation.matching.offsets import find_offsets
from reconciliation.matching.open_lines import BatchSide
from reconciliation.matching.posterior import probabilities
from reconciliation.matching.prepare import Columns, Prepared, prepare
from reconciliation.matching.result import Chosen, Result
from reconciliation.matching.returned import Standing, find_returned
from reconciliation.matching.singles import fewer_single, in_batches
from reconciliation.matching.twins import share_name_evidence
from reconciliation.matching.types import Bools, Floats, Ints, Memory, Parameters, Side
from reconciliation.matching.weights import (
    Known,
    Surroundings,
    Weights,
    exact_surroundings,
    learn,
    log_odds,
    text_by_chance,
)

VERSION = 7
"""Raised when the same input may give another answer."""

Progress = Callable[[str], None]
STEPS = ("cleaning", "candidates", "learning", "batches", "near amounts", "assignment")

_SAMPLE = 60_000
_RANDOM_PAIRS = 20_000
_CERTAIN = 0.9
"""Batches of this probability go before pairs of near amounts."""
_Offsets = tuple[list[tuple[int, int]], list[tuple[int, int]]]
_SURELY_TAKEN = 0.95
_UNLIKELY = 0.02
"""Candidates below this probability do not take part in the assignment."""
_DECIDED = 12.0


def match(
    bank: Side,
    ledger: Side,
    parameters: Parameters | None = None,
    *,
    memory: Memory | None = None,
    weights: Weights | None = None,
    progress: Progress = lambda step: None,
) -> Result:
    """Match two sides.

    Args:
        memory: aliases, rejected pairs and decisions of earlier reviews.
        weights: fixed weights; without them they are learned from these lines.
        progress: called with the name of each step (STEPS) before it begins.

    The same lines and parameters give the same result, whatever the order of the rows.
    """
    parameters, memory = parameters or Parameters(), memory or Memory()
    progress("cleaning")
    return _Run(bank, ledger, parameters, memory, prepare(bank, ledger, memory), progress).result(weights)


@dataclass(frozen=True)
class _Edges:
    """All candidate pairs with their log-odds."""

    compared: Compared
    log_odds: Floats
    lines: tuple[int, int]
    """How many lines the sides have, bank first."""

    def take(self, rows: Ints) -> _Edges:
        return replace(self, compared=self.compared.take(rows), log_odds=self.log_odds[rows])

    def joined(self, other: _Edges) -> _Edges:
        return replace(
            self,
            compared=Compared.join(self.compared, other.compared),
            log_odds=np.concatenate([self.log_odds, other.log_odds]),
        )

    @cached_property
    def chance(self) -> Floats:
        """Probability of each pair, given that no line is used twice."""
        return probabilities(self.compared.bank, self.compared.ledger, self.log_odds, *self.lines)


@dataclass(frozen=True)
class _Choice:
    """One-to-one choice among the candidates."""

    edges: _Edges
    chance: Floats
    picked: Ints
    returned: _Offsets
    """Payments and their reversals found on the way, of bank and ledger."""
    doubtful: Bools
    """Per candidate: whether a reversal without a partner follows one of its lines."""


@dataclass
class _Run:
    bank: Side
    ledger: Side
    parameters: Parameters
    memory: Memory
    prepared: Prepared
    progress: Progress

    def result(self, fixed: Weights | None) -> Result:
        prepared, parameters = self.prepared, self.parameters
        self.progress("candidates")
        window = usual_window(prepared, parameters)
        pairs = exact_pairs(prepared, window, parameters)
        offsets = self._offsets(pairs) if parameters.offsets else ([], [])
        gone_bank = self._flags(len(self.bank), offsets[0])
        gone_ledger = self._flags(len(self.ledger), offsets[1])
        keep = ~gone_bank[pairs.bank] & ~gone_ledger[pairs.ledger]
        pairs = Pairs(pairs.bank[keep], pairs.ledger[keep])
        compared = compare_fields(prepared, pairs)
        self.progress("learning")
        around = exact_surroundings(prepared, compared)
        weights = fixed or self._learn(window, compared, around)
        association, compared = self._associate(weights, compared, around)
        odds = share_name_evidence(weights, prepared, compared, around, log_odds(weights, prepared, compared, around))
        edges = self._remembered(self._edges(compared, odds))
        self.progress("batches")
        open_bank, open_ledger = self._open(edges, (gone_bank, gone_ledger))
        found = [side.certain(_CERTAIN) for side in self._batches(open_bank, open_ledger, window, thorough=False)]
        in_bank, in_ledger = self._in_batches(found)
        self.progress("near amounts")
        near = self._near(weights, association, window, edges, (gone_bank | in_bank, gone_ledger | in_ledger))
        edges = edges.joined(near)
        # What neither a plain pair, nor a certain batch, nor a near amount explains, may be a less certain batch.
        open_bank, open_ledger = self._open(edges, (gone_bank | in_bank, gone_ledger | in_ledger))
        more = self._batches(open_bank, open_ledger, window, thorough=True)
        found = [first.joined(second) for first, second in zip(found, more, strict=True)]
        in_bank, in_ledger = self._in_batches([side.certain(parameters.propose_probability) for side in found])
        edges = edges.take(np.flatnonzero(~in_bank[edges.compared.bank] & ~in_ledger[edges.compared.ledger]))
        gained = self._gained(edges, weights, offsets, found)
        edges = self._with_flat_fees(edges, window, (gone_bank | in_bank, gone_ledger | in_ledger))
        equal = edges.compared.difference == 0
        edges = replace(edges, log_odds=np.where(equal, edges.log_odds + gained, edges.log_odds))
        order = np.lexsort((edges.compared.ledger, edges.compared.bank))
        edges = edges.take(order)
        self.progress("assignment")
        gone = gone_bank | in_bank, gone_ledger | in_ledger
        choice = self._assigned(edges, gone)
        edges, chance = choice.edges, choice.chance
        offsets = sorted(offsets[0] + choice.returned[0]), sorted(offsets[1] + choice.returned[1])
        doubtful = choice.doubtful | self._rivalled(choice, weights, window, gone)
        chosen = Chosen.of(
            edges.compared, chance, choice.picked, (self.bank, self.ledger), prepared, parameters, doubtful
        )
        used = self._flags(len(self.bank), edges.compared.bank[chosen.pairs])
        using = self._flags(len(self.ledger), edges.compared.ledger[chosen.pairs])
        least = parameters.propose_probability
        found = [found[0].without(used, using, least), found[1].without(using, used, least)]
        in_bank, in_ledger = self._in_batches(found)
        return Result(
            bank=self.bank,
            ledger=self.ledger,
            prepared=prepared,
            parameters=parameters,
            weights=weights,
            compared=edges.compared,
            probability=chance,
            chosen=chosen,
            batches=(found[0], found[1]),
            offsets=self._later_offsets(offsets, edges.compared, chosen, (in_bank, in_ledger)),
            run_hash=run_hash(self.bank, self.ledger, parameters, self.memory, fixed),
        )

    def _gained(self, edges: _Edges, weights: Weights, offsets: _Offsets, found: list[Found]) -> float:
        """What pairs of equal amount gain by all that was learned as single and has found its explanation."""
        equal = edges.compared.difference == 0
        batched = in_batches(found, self.parameters.propose_probability)
        explained = 2.0 * len(offsets[0]) + batched[0], 2.0 * len(offsets[1]) + batched[1]
        pairs, near = float(edges.chance[equal].sum()), float(edges.chance[~equal].sum())
        return fewer_single(weights, edges.lines, explained, pairs, near)

    def _assigned(self, edges: _Edges, gone: tuple[Bools, Bools]) -> _Choice:
        """The best choice; once more where a payment that came back held the partner of the one made again."""
        chance = edges.chance
        rows = edges.compared.bank, edges.compared.ledger
        picked = assign(*rows, chance, _UNLIKELY)
        if not self.parameters.offsets:
            return _Choice(edges, chance, picked, ([], []), np.zeros(len(edges.log_odds), dtype=bool))
        bank = Standing(self.prepared.bank, rows[0], rows[1], edges.log_odds, picked, gone[0])
        ledger = Standing(self.prepared.ledger, rows[1], rows[0], edges.log_odds, picked, gone[1])
        found = (
            find_returned(self.prepared, "bank", bank, self.parameters),
            find_returned(self.prepared, "ledger", ledger, self.parameters),
        )
        returned = found[0].pairs, found[1].pairs
        if any(returned):
            out = (
                self._flags(len(self.bank), returned[0])[rows[0]] | self._flags(len(self.ledger), returned[1])[rows[1]]
            )
            edges = edges.take(np.flatnonzero(~out))
            chance = edges.chance
            picked = assign(edges.compared.bank, edges.compared.ledger, chance, _UNLIKELY)
        doubted = self._flags(len(self.bank), found[0].doubtful), self._flags(len(self.ledger), found[1].doubtful)
        doubtful = doubted[0][edges.compared.bank] | doubted[1][edges.compared.ledger]
        return _Choice(edges, chance, picked, returned, doubtful)

    def _rivalled(self, choice: _Choice, weights: Weights, window: Window, gone: tuple[Bools, Bools]) -> Bools:
        """Per candidate: whether a line that stays alone could, but for a fee, be the partner of one of its lines."""
        compared = choice.edges.compared
        likely = choice.picked[choice.chance[choice.picked] >= self.parameters.propose_probability]
        taken = (
            self._flags(len(self.bank), compared.bank[likely]),
            self._flags(len(self.ledger), compared.ledger[likely]),
        )
        alone = ~taken[0] & ~gone[0], ~taken[1] & ~gone[1]
        rivalled = near_rivals(self.prepared, window, weights, self.parameters, alone, taken)
        return rivalled[0][compared.bank] | rivalled[1][compared.ledger]

    def _offsets(self, pairs: Pairs) -> _Offsets:
        """Charges and reversals that the other side has nothing for, before matching."""
        met = self._flags(len(self.bank), pairs.bank), self._flags(len(self.ledger), pairs.ledger)
        return (
            find_offsets(self.prepared, "bank", met[0], self.parameters),
            find_offsets(self.prepared, "ledger", met[1], self.parameters),
        )

    def _later_offsets(
        self, first: _Offsets, compared: Compared, chosen: Chosen, in_batches: tuple[Bools, Bools]
    ) -> _Offsets:
        """Those too whose charge had a twin that took the other side's line."""
        if not self.parameters.offsets:
            return first
        bank = in_batches[0] | self._flags(len(self.bank), compared.bank[chosen.pairs])
        ledger = in_batches[1] | self._flags(len(self.ledger), compared.ledger[chosen.pairs])
        bank |= self._flags(len(self.bank), first[0])
        ledger |= self._flags(len(self.ledger), first[1])
        return (
            sorted(first[0] + find_offsets(self.prepared, "bank", bank, self.parameters)),
            sorted(first[1] + find_offsets(self.prepared, "ledger", ledger, self.parameters)),
        )

    # Weights

    def _learn(self, window: Window, compared: Compared, around: Surroundings) -> Weights:
        bank, ledger = self.prepared.bank, self.prepared.ledger
        days = np.concatenate([bank.days, ledger.days, np.ones(1, dtype=np.int64)])
        low = int(days[:-1].min(initial=int(days[0])))
        calendar = Calendar.covering(low, int(days.max()), self.parameters.holidays)
        start = Weights.before_learning(first_model(calendar, window))
        start = replace(start, text_chance=self._text_by_chance())
        if not len(compared):
            return start
        # Whole amounts are sampled, so that no rival is missing. Knuth's multiplicative hash spreads them.
        share = max(-(-len(compared) // _SAMPLE), 1)

        def sampled(cents: Ints) -> Bools:
            return np.asarray((np.abs(cents) * 2_654_435_761 >> 12) % share == 0)

        rows = np.flatnonzero(sampled(bank.cents[compared.bank]))[: 4 * _SAMPLE]
        part = compared.take(rows)
        near = Surroundings(*(getattr(around, name)[rows] for name in around.__dataclass_fields__))
        lines = (int(sampled(bank.cents).sum()), int(sampled(ledger.cents).sum()))
        return learn(start, self.prepared, part, near, self._known(part), lines)

    def _associate(self, weights: Weights, compared: Compared, around: Surroundings) -> tuple[Association, Compared]:
        """What differing words say, and the pairs with it."""
        prepared = self.prepared
        chance = self._edges(compared, log_odds(weights, prepared, compared, around)).chance
        association = Association.learn(prepared, compared, chance)
        return association, replace(compared, association=association.log_ratio(prepared, compared, chance))

    def _text_by_chance(self) -> Floats:
        """Levels of pairs taken at random: a stride over both sides, the same in every run."""
        count = min(_RANDOM_PAIRS, len(self.bank) * len(self.ledger))
        number = np.arange(count, dtype=np.int64)
        bank = (number * 7_919) % max(len(self.bank), 1)
        ledger = (number * 104_729 + number // max(len(self.bank), 1) * 31) % max(len(self.ledger), 1)
        texts = self.prepared.texts
        return text_by_chance(text_levels(texts, texts.bank[bank], texts.ledger[ledger])[0])

    def _known(self, compared: Compared) -> Known:
        if not self.memory.decisions:
            return Known(np.zeros(0, dtype=np.int64), np.zeros(0))
        said = {(decision.bank_id, decision.ledger_id): decision.same for decision in self.memory.decisions}
        ids = zip(compared.bank.tolist(), compared.ledger.tolist(), strict=True)
        found = [
            (place, float(said[key]))
            for place, (b, l) in enumerate(ids)  # noqa: E741
            if (key := (self.bank.ids[b], self.ledger.ids[l])) in said
        ]
        return Known(np.array([place for place, _ in found], dtype=np.int64), np.array([same for _, same in found]))

    def _remembered(self, edges: _Edges) -> _Edges:
        """Decided pairs are certain, rejected ones lose what the memory says."""
        memory, odds = self.memory, edges.log_odds
        if memory.decisions:
            known = self._known(edges.compared)
            odds = odds.copy()
            odds[known.positions] = np.where(known.same > 0, _DECIDED, -_DECIDED)
        if memory.rejected:
            ids = zip(edges.compared.bank.tolist(), edges.compared.ledger.tolist(), strict=True)
            off = [memory.rejected.get((self.bank.ids[b], self.ledger.ids[l]), 0.0) for b, l in ids]  # noqa: E741
            odds = odds - np.array(off)
        return replace(edges, log_odds=odds)

    def _edges(self, compared: Compared, odds: Floats) -> _Edges:
        return _Edges(compared, odds, (len(self.bank), len(self.ledger)))

    # What plain pairs leave open

    def _open(self, edges: _Edges, gone: tuple[Bools, Bools], most: float = 0.5) -> tuple[Bools, Bools]:
        """Lines that have a partner among the candidates with at most this probability."""
        taken_bank = np.bincount(edges.compared.bank, edges.chance, minlength=len(self.bank))
        taken_ledger = np.bincount(edges.compared.ledger, edges.chance, minlength=len(self.ledger))
        return (taken_bank < most) & ~gone[0], (taken_ledger < most) & ~gone[1]

    def _near(
        self,
        weights: Weights,
        association: Association,
        window: Window,
        edges: _Edges,
        gone: tuple[Bools, Bools],
    ) -> _Edges:
        """Pairs of near amounts: an open line with one that is not surely taken, and all of a shared reference."""
        prepared, parameters = self.prepared, self.parameters
        opened, loose = self._open(edges, gone), self._open(edges, gone, _SURELY_TAKEN)
        referred = pairs_by_reference(prepared, parameters.max_lag)
        level = amount_levels(prepared.bank.cents[referred.bank], prepared.ledger.cents[referred.ledger], parameters)
        good = (level >= 0) & ~gone[0][referred.bank] & ~gone[1][referred.ledger]
        pairs = union(
            near_candidates(prepared, window, parameters, opened[0], loose[1]),
            near_candidates(prepared, window, parameters, loose[0], opened[1]),
            Pairs(referred.bank[good], referred.ledger[good]),
        )
        pairs = without(pairs, Pairs(edges.compared.bank, edges.compared.ledger))
        compared = compare_fields(prepared, pairs)
        compared = replace(compared, association=association.log_ratio(prepared, compared))
        near = weigh(
            prepared,
            compared,
            weights,
            parameters,
            self._plain(edges, (float(opened[0].sum()), float(opened[1].sum()))),
        )
        return self._remembered(self._edges(near.compared, near.log_odds))

    def _with_flat_fees(self, edges: _Edges, window: Window, gone: tuple[Bools, Bools]) -> _Edges:
        """With what nothing else explains but a flat fee, to be shown to a person."""
        fees = flat_fees(self.prepared, window, self.parameters, self._open(edges, gone))
        return edges.joined(self._remembered(self._edges(fees, np.full(len(fees), FLAT_FEE_ODDS))))

    def _plain(self, edges: _Edges, opened: tuple[float, float]) -> Plain:
        texts = self.prepared.texts
        place = texts.key[texts.bank[edges.compared.bank]] % (len(texts.words) + 1)
        pairs = np.bincount(place, edges.chance, minlength=len(texts.words) + 1)
        return Plain(*opened, np.asarray(pairs, dtype=np.float64))

    def _batches(self, open_bank: Bools, open_ledger: Bools, window: Window, *, thorough: bool) -> list[Found]:
        """Batches with the bank line as the whole, and with the ledger line as the whole; no line in two."""
        if not self.parameters.batches:
            return [Found((), np.zeros(0))] * 2
        prepared, most = self.prepared, self.parameters.batch_window
        bank = BatchSide(prepared.bank, open_bank, self._batch_keys(prepared.bank, 0))
        ledger = BatchSide(prepared.ledger, open_ledger, self._batch_keys(prepared.ledger, 1))
        usual = window.usual
        around = Window(usual - most, usual + most, usual)
        back = Window(-usual - most, -usual + most, -usual)
        many_ledger = find_batches(
            bank, ledger, around, prepared.span, self.parameters, bank_is_whole=True, thorough=thorough
        )
        used = {row for batch in many_ledger.batches for row in batch.parts}
        wholes = [batch.whole for batch in many_ledger.batches]
        bank = BatchSide(bank.columns, open_bank & ~self._flags(len(open_bank), wholes), bank.keys)
        ledger = BatchSide(ledger.columns, open_ledger & ~self._flags(len(open_ledger), list(used)), ledger.keys)
        many_bank = find_batches(
            ledger, bank, back, prepared.span, self.parameters, bank_is_whole=False, thorough=thorough
        )
        return [many_ledger, many_bank]

    def _batch_keys(self, columns: Columns, side: int) -> Ints:
        """What parts of a batch may share: beginnings of words (a cut word keeps its beginning), the reference, what
        was set aside in texts: a processor pays the sales of each brand of card apart."""
        beginnings, number = self.prepared.beginnings[side], columns.numbers[:, :1]
        most = max(int(table.max(initial=0)) for table in self.prepared.beginnings) + 1
        numbers = np.where(number >= 0, number + most, -1)
        most += max(int(side.numbers.max(initial=0)) for side in (self.prepared.bank, self.prepared.ledger)) + 1
        return np.concatenate([beginnings, numbers, np.where(columns.asides >= 0, columns.asides + most, -1)], axis=1)

    def _in_batches(self, found: list[Found]) -> tuple[Bools, Bools]:
        wholes = [[batch.whole for batch in side.batches] for side in found]
        parts = [[row for batch in side.batches for row in batch.parts] for side in found]
        return self._flags(len(self.bank), wholes[0] + parts[1]), self._flags(len(self.ledger), wholes[1] + parts[0])

    @staticmethod
    def _flags(size: int, rows: Ints | list[int] | list[tuple[int, int]]) -> Bools:
        flags = np.zeros(size, dtype=bool)
        flags[np.array(rows, dtype=np.int64).ravel()] = True
        return flags


def run_hash(
    bank: Side, ledger: Side, parameters: Parameters, memory: Memory | None = None, weights: Weights | None = None
) -> str:
    """SHA-256 over the canonical input: both sides, parameters, what earlier reviews left, the engine's version."""
    digest = hashlib.sha256()
    memory = memory or Memory()
    head = {
        "version": VERSION,
        "parameters": parameters.as_json(),
        "aliases": sorted(memory.aliases.items()),
        "rejected": sorted((*pair, value) for pair, value in memory.rejected.items()),
        "decisions": sorted((item.bank_id, item.ledger_id, item.same) for item in memory.decisions),
        "weights": None if weights is None else repr(weights),
    }
    digest.update(json.dumps(head, sort_keys=True).encode())
    for side in (bank, ledger):
        digest.update(f"\x1d{len(side)}".encode())
        for column in (side.ids, side.descriptions, side.references, side.counterparties, side.accounts):
            digest.update("\x1e".join(column).encode("utf-8", "surrogatepass"))
        digest.update(side.days.tobytes())
        digest.update(side.cents.tobytes())
    return digest.hexdigest()
