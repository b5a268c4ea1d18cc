"""The outcome of a run: columns inside, plain values on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reconciliation.matching.batches import Found
from reconciliation.matching.blocks import codes
from reconciliation.matching.evidence import AGREES_FROM, Compared
from reconciliation.matching.near import reason_for
from reconciliation.matching.open_lines import Batch
from reconciliation.matching.posterior import runners_up
from reconciliation.matching.prepare import Prepared
from reconciliation.matching.signs import opposite_accounts
from reconciliation.matching.types import (
    Bools,
    Candidate,
    Evidence,
    Field,
    Floats,
    Ints,
    Match,
    Offset,
    Outcome,
    Parameters,
    Reason,
    Side,
    from_cents,
)
from reconciliation.matching.weights import Weights
from reconciliation.matching.words import explain, field_voices, phrases

_ONLY_A_SUM = 0.995
"""Least probability of an accepted batch for which only the sum speaks; and how many clear batches of its direction the
run must have, so that such are known to be made here."""
_USUAL = 5
_ALWAYS_ALLOWED = 0.25
"""Expected errors in a run that the acceptance of single pairs may always have."""


@dataclass(frozen=True)
class Chosen:
    """The pairs of the assignment that are proposed: positions among the candidates, and what speaks for each."""

    pairs: Ints
    margin: Floats
    """Probability less that of the strongest rival on either side."""
    ambiguous: Bools
    interchangeable: Bools
    accepted: Bools

    @classmethod
    def of(
        cls,
        compared: Compared,
        chance: Floats,
        picked: Ints,
        sides: tuple[Side, Side],
        prepared: Prepared,
        parameters: Parameters,
        doubtful: Bools,
    ) -> Chosen:
        """Keep the pairs whose lines probably have a partner, and judge each; ``doubtful`` ones are not accepted."""
        banks, ledgers = len(sides[0]), len(sides[1])
        rival = np.maximum(
            runners_up(compared.bank, chance, banks)[picked], runners_up(compared.ledger, chance, ledgers)[picked]
        )
        margin = chance[picked] - rival
        has_partner = np.bincount(compared.bank, chance, minlength=banks)[compared.bank[picked]]
        is_partner = np.bincount(compared.ledger, chance, minlength=ledgers)[compared.ledger[picked]]
        likely = np.maximum(has_partner, is_partner) >= parameters.propose_probability
        tied = margin < parameters.tie_margin
        keep = (chance[picked] >= parameters.propose_probability) | (likely & tied)
        picked, margin, tied = picked[keep], margin[keep], tied[keep]
        accepted = (chance[picked] >= parameters.accept_probability) & (margin >= parameters.accept_margin) & ~tied
        accepted &= ~doubtful[picked]
        accepted &= (compared.difference[picked] == 0) | _named(compared, picked)
        accepted &= chance[picked] >= _least_for(chance[picked][accepted], parameters.accept_error)
        twins = tied & _interchangeable(compared, chance, picked, prepared)
        return cls(picked, margin, tied, twins, accepted)


def _one_way(side: Side, batch: Batch) -> bool:
    """Whether all parts have one sign: receipts less payments of all names reach far more sums."""
    signs = np.sign(side.cents[list(batch.parts)])
    return bool((signs == signs[0]).all())


def _named(compared: Compared, pairs: Ints) -> Bools:
    """Whether a name or a reference agrees: a difference in amount needs more than a date to be accepted."""
    agrees = (compared.text[pairs] >= AGREES_FROM) | (compared.party[pairs] >= AGREES_FROM)
    return np.asarray(agrees | (compared.reference[pairs] == 1))


def _least_for(chance: Floats, error: float) -> float:
    """The lowest probability with which the expected share of errors among all of it and above stays at ``error``."""
    ordered = np.sort(chance)[::-1]
    expected = np.cumsum(1.0 - ordered) / np.arange(1, len(ordered) + 1)
    good = np.flatnonzero((expected <= error) | (np.cumsum(1.0 - ordered) <= _ALWAYS_ALLOWED))
    return float(ordered[good[-1]]) if len(good) else np.inf


def _interchangeable(compared: Compared, chance: Floats, picked: Ints, prepared: Prepared) -> Bools:
    """Whether the lines that tie with the chosen ones are equal to them in all fields that were compared."""
    if not len(picked):
        return np.zeros(0, dtype=bool)
    best = np.zeros(len(prepared.bank))
    best[compared.bank[picked]] = chance[picked]
    looks = _looks(prepared)
    partner = np.full(len(prepared.bank), -1, dtype=np.int64)
    partner[compared.bank[picked]] = compared.ledger[picked]
    rival = (chance >= best[compared.bank] - 0.2) & (partner[compared.bank] >= 0)
    differs = rival & (looks[1][compared.ledger] != looks[1][partner[compared.bank]])
    plain = np.bincount(compared.bank[differs], minlength=len(prepared.bank)) == 0
    return np.asarray(plain[compared.bank[picked]])


def _looks(prepared: Prepared) -> tuple[Ints, Ints]:
    """Equal numbers for lines that are equal in every compared field."""

    def column(name: str) -> Ints:
        return np.concatenate([getattr(prepared.bank, name), getattr(prepared.ledger, name)])

    numbers = np.concatenate([prepared.bank.numbers, prepared.ledger.numbers])
    texts, parties = prepared.texts, prepared.parties
    return codes(
        column("amount_key"),
        column("days"),
        np.concatenate([texts.bank, texts.ledger]),
        np.concatenate([parties.bank, parties.ledger]),
        *(numbers[:, place] for place in range(numbers.shape[1])),
        split=len(prepared.bank),
    )


@dataclass(frozen=True)
class Result:
    """What a run found. Rows are places in ``bank`` and ``ledger``, which are in canonical order."""

    bank: Side
    ledger: Side
    prepared: Prepared
    parameters: Parameters
    weights: Weights
    compared: Compared
    """Every candidate pair, by bank row, then ledger row."""
    probability: Floats
    chosen: Chosen
    batches: tuple[Found, Found]
    """With the bank line as the whole; with the ledger line as the whole."""
    offsets: tuple[list[tuple[int, int]], list[tuple[int, int]]]
    run_hash: str

    def matches(self) -> Iterator[Match]:
        """Accepted and proposed matches: single pairs by bank row, then batches."""
        chosen, pairs = self.chosen, self.chosen.pairs
        columns = (
            pairs,
            self.compared.bank[pairs],
            self.compared.ledger[pairs],
            self.probability[pairs],
            chosen.margin,
            chosen.accepted,
            self.compared.difference[pairs],
        )
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for place, (pair, b, l, chance, margin, accepted, difference) in enumerate(rows):  # noqa: E741
            yield Match(
                (self.bank.ids[b],),
                (self.ledger.ids[l],),
                self._outcome(place, pair),
                chance,
                margin,
                accepted,
                from_cents(difference),
                self._reason(place, pair),
            )
        yield from self._batch_matches()

    def _outcome(self, place: int, pair: int) -> Outcome:
        if self.chosen.ambiguous[place]:
            return Outcome.AMBIGUOUS
        return Outcome.DISCREPANCY if self.compared.difference[pair] else Outcome.MATCHED

    def _reason(self, place: int, pair: int) -> Reason | None:
        if self.chosen.interchangeable[place]:
            return Reason.INTERCHANGEABLE
        if self.chosen.ambiguous[place]:
            return Reason.TIE
        b, l = int(self.compared.bank[pair]), int(self.compared.ledger[pair])  # noqa: E741
        if self.compared.difference[pair]:
            text = f"{self.bank.descriptions[b]} {self.ledger.descriptions[l]}"
            return reason_for(int(self.bank.cents[b]), int(self.ledger.cents[l]), text)
        if self.chosen.accepted[place]:
            return None
        low = self.probability[pair] < self.parameters.accept_probability
        return Reason.BELOW_PROBABILITY if low else Reason.BELOW_MARGIN

    def _batch_matches(self) -> Iterator[Match]:
        for direction, found in enumerate(self.batches):
            whole, part = (self.bank, self.ledger) if direction == 0 else (self.ledger, self.bank)
            usual = len(found.certain(self.parameters.accept_probability).batches) >= _USUAL
            for batch, chance in zip(found.batches, found.probability.tolist(), strict=True):
                ids = ((whole.ids[batch.whole],), tuple(part.ids[row] for row in batch.parts))
                margin = chance * (1 - len(batch.others)) if len(batch.others) < 2 else 0.0
                accepted = (
                    not batch.others
                    and (not batch.mixed or (usual and chance >= _ONLY_A_SUM and _one_way(part, batch)))
                    and chance >= self.parameters.accept_probability
                    and margin >= self.parameters.accept_margin
                )
                low = None if accepted else Reason.BELOW_PROBABILITY
                difference = batch.difference if direction == 0 else -batch.difference
                why = Reason.FEE if difference else low
                yield Match(
                    ids[direction],
                    ids[1 - direction],
                    Outcome.AMBIGUOUS if batch.others else Outcome.BATCH,
                    chance,
                    margin,
                    accepted,
                    from_cents(difference),
                    Reason.SEVERAL_BATCHES if batch.others else why,
                    tuple(tuple(part.ids[row] for row in other) for other in batch.others),
                )

    def proposed_matches(self) -> Iterator[Match]:
        """The matches that are worth writing down as an answer: all but batches that are less likely than not."""
        floor = self.parameters.propose_probability
        for match in self.matches():
            if len(match.bank_ids) == len(match.ledger_ids) or match.probability >= floor:
                yield match

    def offset_pairs(self) -> Iterator[Offset]:
        """Charges and reversals that were taken out, bank side first."""
        for name, side, pairs in zip(("bank", "ledger"), (self.bank, self.ledger), self.offsets, strict=True):
            for charge, reversal in pairs:
                yield Offset(name, side.ids[charge], side.ids[reversal])

    @cached_property
    def bank_outcomes(self) -> list[Outcome]:
        """Outcome of each bank line, by row."""
        return self._line_outcomes(0)

    @cached_property
    def ledger_outcomes(self) -> list[Outcome]:
        """Outcome of each ledger line, by row."""
        return self._line_outcomes(1)

    def _line_outcomes(self, side: int) -> list[Outcome]:
        outcomes = [Outcome.UNMATCHED] * len((self.bank, self.ledger)[side])
        rows = (self.compared.bank, self.compared.ledger)[side]
        for place, pair in enumerate(self.chosen.pairs.tolist()):
            outcomes[int(rows[pair])] = self._outcome(place, pair)
        for direction, found in enumerate(self.batches):
            for batch in found.batches:
                outcome = Outcome.AMBIGUOUS if batch.others else Outcome.BATCH
                for row in [batch.whole] if direction == side else batch.parts:
                    outcomes[row] = outcome
        for pair_of_rows in self.offsets[side]:
            for row in pair_of_rows:
                outcomes[row] = Outcome.OFFSET
        return outcomes

    def counts(self) -> dict[str, dict[str, int]]:
        """Lines by outcome, of each side."""
        sides = {"bank": self.bank_outcomes, "ledger": self.ledger_outcomes}
        return {
            name: {str(outcome): Counter(outcomes)[outcome] for outcome in Outcome} for name, outcomes in sides.items()
        }

    def candidates(self, bank_row: int, most: int = 5) -> list[Candidate]:
        """The candidates of one bank line, best first, each with its evidence and why it was not chosen."""
        first = int(np.searchsorted(self.compared.bank, bank_row, side="left"))
        last = int(np.searchsorted(self.compared.bank, bank_row, side="right"))
        chance = self.probability[first:last].tolist()
        order = sorted(range(first, last), key=lambda pair: (-chance[pair - first], pair))[:most]
        return [self._candidate(pair) for pair in order]

    @cached_property
    def opposite_accounts(self) -> tuple[str, ...]:
        """Accounts whose two sides seem to use opposite signs, so that their figures mean little."""
        return opposite_accounts(self.bank, self.ledger)

    def why_unmatched(self, bank_row: int) -> Reason | None:
        """Why a bank line has no partner; None if it has one, or several that tie."""
        outcome = self.bank_outcomes[bank_row]
        if outcome == Outcome.OFFSET:
            return Reason.REVERSED
        if outcome != Outcome.UNMATCHED:
            return None
        best = next(iter(self.candidates(bank_row, 1)), None)
        return best.reason if best else Reason.NO_CANDIDATE

    def _candidate(self, pair: int) -> Candidate:
        b, l = int(self.compared.bank[pair]), int(self.compared.ledger[pair])  # noqa: E741
        return Candidate(
            self.bank.ids[b],
            self.ledger.ids[l],
            float(self.probability[pair]),
            from_cents(int(self.compared.difference[pair])),
            self.evidence(pair),
            self._why_not(pair),
        )

    def _why_not(self, pair: int) -> Reason | None:
        """Why a candidate lost; None for one that was chosen."""
        if pair in self._positions:
            return None
        l = int(self.compared.ledger[pair])  # noqa: E741
        winner = self._ledger_winner.get(l)
        if winner is not None and self.probability[winner] > self.probability[pair]:
            return Reason.BETTER_ELSEWHERE
        if int(self.compared.bank[pair]) in self._bank_winner:
            own = self._bank_winner[int(self.compared.bank[pair])]
            return Reason.TIE if self.probability[own] - self.probability[pair] < 1e-6 else Reason.LESS_LIKELY
        return Reason.LIKELY_ABSENT

    @cached_property
    def _positions(self) -> set[int]:
        return set(self.chosen.pairs.tolist())

    @cached_property
    def _bank_winner(self) -> dict[int, int]:
        return {int(self.compared.bank[pair]): pair for pair in self.chosen.pairs.tolist()}

    @cached_property
    def _ledger_winner(self) -> dict[int, int]:
        return {int(self.compared.ledger[pair]): pair for pair in self.chosen.pairs.tolist()}

    def pair_of(self, bank_id: str, ledger_id: str) -> int | None:
        """Place of a candidate pair, None if the two were never compared."""
        b, l = self._bank_row.get(bank_id), self._ledger_row.get(ledger_id)  # noqa: E741
        if b is None or l is None:
            return None
        first = int(np.searchsorted(self.compared.bank, b, side="left"))
        last = int(np.searchsorted(self.compared.bank, b, side="right"))
        place = first + int(np.searchsorted(self.compared.ledger[first:last], l))
        return place if place < last and int(self.compared.ledger[place]) == l else None

    @cached_property
    def _bank_row(self) -> dict[str, int]:
        return {value: row for row, value in enumerate(self.bank.ids)}

    @cached_property
    def _ledger_row(self) -> dict[str, int]:
        return {value: row for row, value in enumerate(self.ledger.ids)}

    def words(self, pair: int) -> list[str]:
        """What each field says about a candidate pair, without weights (quicker than ``evidence``)."""
        return [words for _, words in phrases(self.bank, self.ledger, self.compared, pair)]

    def evidence(self, pair: int) -> tuple[Evidence, ...]:
        """What each field says about a candidate pair, in words."""
        return explain(self.bank, self.ledger, self.compared, self._voices, pair)

    @cached_property
    def _voices(self) -> dict[Field, Floats]:
        return field_voices(self.prepared, self.compared, self.weights)
