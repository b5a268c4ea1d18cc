"""Fellegi-Sunter weights, learned without labels, corrected by reviewers' decisions.

The odds of a pair are the expected number of true pairs that look like it over the expected number of chance
pairs that do. True pairs: how often partners agree on each field (m), learned by expectation maximisation over
the one-to-one probabilities. Chance pairs: how many single ledger lines of that amount and those words there are
per day, counted in the data, so that rare amounts and rare names count more.

Fellegi and Sunter, "A Theory for Record Linkage", JASA 64 (1969); term frequencies after Winkler (1989).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reconciliation.matching.blocks import codes
from reconciliation.matching.evidence import AGREES_FROM, ELSEWHERE, MISSING, TEXT_LEVELS, Compared
from reconciliation.matching.lags import LagModel, learn_model
from reconciliation.matching.posterior import probabilities
from reconciliation.matching.prepare import Prepared, local_density
from reconciliation.matching.types import Bools, Floats, Ints

_TEXT_BEFORE = np.array([0.10, 0.07, 0.09, 0.14, 0.60])
_TEXT_BY_CHANCE = np.array([0.86, 0.09, 0.03, 0.01, 0.01])
_SHARING_A_WORD = np.array([0.0, 0.0, 0.75, 0.22, 0.03])
"""Shares of the text levels among lines of other names that share a word."""
_REFERENCE_BEFORE = 0.6
_MARK_BEFORE = 0.3
_PRIOR_PAIRS = 10.0
"""Pairs that the values before learning count for."""
_PRIOR_LINES = 12.0
_SINGLE_BEFORE = 0.12
_FEW = 3
_CLEAR = 0.5
_CROWD = 0.25
"""A line of a crowd counts as this much of a line when single lines are counted."""
_ROUNDS = 6
_LEAST_SINGLE = 0.003
"""No side is ever taken to be complete: at least this share of its lines is single."""
_MOST_REFERENCE = 8.0
_MOST_PARTY = 3.0
_MOST_MARK = 0.97
_DECISION = 4.0
"""A reviewer's pair counts as much as this many pairs of the data."""


@dataclass(frozen=True)
class Weights:
    """What true pairs look like, and how many single lines each side has."""

    text: Floats
    """(TEXT_LEVELS,) share of true pairs with words on both sides on each level."""
    text_chance: Floats
    """The same of unrelated pairs."""
    party: Floats
    reference: float
    """Share of true pairs with two references that agree."""
    mark: float
    """Share of true pairs with short numbers on both sides of which one agrees."""
    lags: LagModel
    pairs: float
    """Expected number of true pairs for each single bank line (prior odds)."""
    single: float
    """Share of ledger lines without a partner."""

    @classmethod
    def before_learning(cls, lags: LagModel) -> Weights:
        """Plausible values for data too small to learn from."""
        return cls(
            _TEXT_BEFORE,
            _TEXT_BY_CHANCE,
            _TEXT_BEFORE,
            _REFERENCE_BEFORE,
            _MARK_BEFORE,
            lags,
            (1 - _SINGLE_BEFORE) / _SINGLE_BEFORE,
            _SINGLE_BEFORE,
        )


@dataclass(frozen=True)
class Surroundings:
    """Per pair: how many other ledger lines look as this one does, before words are looked at or after."""

    like_amount: Floats
    """Other ledger lines of the amount."""
    like_both: Floats
    """Other ledger lines of the amount with the ledger line's telling word."""
    by_chance: Floats
    """Lines of the amount to be expected from the amounts around it."""
    same_name: Floats
    """Of ``like_both`` the share that is of the same name, and not of one that shares a word with it."""


def exact_surroundings(prepared: Prepared, compared: Compared) -> Surroundings:
    """For pairs of equal amount."""
    ledger = prepared.ledger
    size = int(max(prepared.bank.amount_key.max(initial=0), ledger.amount_key.max(initial=0))) + 1
    of_amount = np.bincount(ledger.amount_key, minlength=size)
    words = prepared.texts.key[prepared.texts.ledger]
    (both, _) = codes(ledger.amount_key, words, split=len(ledger))
    of_both = np.bincount(both, minlength=1)
    # Of a crowd only some candidates are kept; the others cannot take the line's place.
    days = max(int(compared.lag.max(initial=0) - compared.lag.min(initial=0)) + 1, 1)
    met = np.bincount(compared.bank, minlength=len(prepared.bank))[compared.bank]
    most = met * max(prepared.span / days, 1.0)
    agreeing = np.maximum(of_both[both[compared.ledger]] - 1.0, _rivals(prepared, compared))
    return Surroundings(
        like_amount=np.minimum(of_amount[ledger.amount_key[compared.ledger]] - 1.0, most),
        like_both=np.minimum(agreeing, most),
        by_chance=local_density(ledger.cents, ledger.cents)[compared.ledger],
        same_name=_same_name(compared),
    )


def _same_name(compared: Compared) -> Floats:
    """Of the other candidates of the bank line that agree in a word, the share that agree in all: where first and
    family names come back in other company, most lines that share a word are of somebody else."""
    banks = int(compared.bank.max(initial=0)) + 1

    def others(level: int) -> Floats:
        agrees = (compared.text >= level).astype(np.float64)
        return np.asarray(np.bincount(compared.bank, agrees, banks)[compared.bank] - agrees)

    return np.asarray((others(TEXT_LEVELS - 1) + 1.0) / (others(AGREES_FROM) + 1.0))


def _rivals(prepared: Prepared, compared: Compared) -> Floats:
    """Other agreeing candidates of the same bank line, misspelt ones too, as a number of lines over the span.

    A wordless line of the same amount counts half: equal amounts are often of the same payee.
    """
    agrees = np.where(compared.text >= AGREES_FROM, 1.0, np.where(compared.text == MISSING, 0.5, 0.0))
    others = np.bincount(compared.bank, agrees, minlength=len(prepared.bank))[compared.bank] - agrees
    days = max(int(compared.lag.max(initial=0) - compared.lag.min(initial=0)) + 1, 1)
    return np.asarray(0.5 * others * max(prepared.span / days, 1.0))


def chance_lines(weights: Weights, compared: Compared, around: Surroundings) -> Floats:
    """Other ledger lines that would look as well as this one, over the whole span."""
    level = np.maximum(compared.text, 0)
    by_word = np.where(compared.text >= AGREES_FROM, compared.text_chance, weights.text_chance[level])
    # Lines of the same name agree on each level as often as true partners do: their text tells nothing.
    # Lines that share but a word with it hardly ever agree in all.
    named = around.same_name * weights.text[level] + (1.0 - around.same_name) * _SHARING_A_WORD[level]
    agree = around.like_both * named + around.by_chance * by_word
    differ = np.maximum(around.like_amount - around.like_both, 0.0) + around.by_chance * by_word
    missing = around.like_amount + around.by_chance
    unread = (compared.text == MISSING) | ~np.isnan(compared.association)
    lines = np.where(unread, missing, np.where(compared.text >= AGREES_FROM, agree, differ))
    return np.maximum(lines, 1e-7)


def field_weights(weights: Weights, prepared: Prepared, compared: Compared) -> dict[str, Floats]:
    """Log-odds of date, text, counterparty and reference alone, in nats; amounts are in ``chance_lines``."""
    ledger_day, bank_day = prepared.ledger.days[compared.ledger], prepared.bank.days[compared.bank]
    level = np.maximum(compared.text, 0)
    party_level = np.maximum(compared.party, 0)
    party_by_chance = np.where(
        compared.party >= AGREES_FROM, np.maximum(compared.party_chance, 1e-3), weights.text_chance[party_level]
    )
    # The words of the counterparty are in the text as well: where both agree nothing is new, else half.
    known_by_text = (compared.party >= AGREES_FROM) & (compared.text >= AGREES_FROM)
    party = 0.5 * np.log(weights.party[party_level] / party_by_chance)
    agree = np.log(max(weights.reference, 0.3) / compared.reference_chance)
    differ = np.log((1.0 - min(weights.reference, 0.999)) / 0.9999)
    mark = np.where(
        compared.mark == 1,
        np.log(weights.mark / compared.mark_chance),
        np.log(1.0 - min(weights.mark, _MOST_MARK)),
    )
    return {
        "date": np.log(weights.lags.chance(ledger_day, bank_day) * prepared.span),
        "text": np.where(
            np.isnan(compared.association),
            np.where(compared.text == MISSING, 0.0, np.log(weights.text[level])),
            compared.association,
        ),
        "party": np.where((compared.party == MISSING) | known_by_text, 0.0, np.clip(party, -_MOST_PARTY, _MOST_PARTY)),
        "reference": np.select(
            [compared.reference == 1, (compared.reference == 0) | (compared.reference == ELSEWHERE)],
            [np.minimum(agree, _MOST_REFERENCE), differ],
            0.0,
        ),
        "mark": np.where(compared.mark == MISSING, 0.0, np.minimum(mark, _MOST_REFERENCE)),
    }


def log_odds(weights: Weights, prepared: Prepared, compared: Compared, around: Surroundings) -> Floats:
    """Log-odds of each pair of equal amount against both lines being single."""
    fields = field_weights(weights, prepared, compared)
    single = weights.single * chance_lines(weights, compared, around)
    return np.asarray(np.log(weights.pairs) - np.log(single) + sum(fields.values()))


@dataclass(frozen=True)
class Known:
    """Reviewers' words on pairs: positions among the compared, and whether they are the same movement."""

    positions: Ints
    same: Floats


def learn(
    start: Weights,
    prepared: Prepared,
    compared: Compared,
    around: Surroundings,
    known: Known,
    lines: tuple[int, int],
) -> Weights:
    """Expectation maximisation over pairs of equal amount.

    Args:
        compared: all pairs of some amounts (a sample leaves out whole amounts, never a rival).
        lines: bank and ledger lines of these amounts, paired or not.
    """
    weights = start
    banks, ledgers = len(prepared.bank), len(prepared.ledger)
    share = np.ones(len(compared))
    share[known.positions] = _DECISION
    for _ in range(_ROUNDS):
        chance = probabilities(
            compared.bank, compared.ledger, log_odds(weights, prepared, compared, around), banks, ledgers
        )
        chance[known.positions] = known.same
        weights = _maximise(weights, prepared, compared, chance, share, lines)
    return weights


def _maximise(
    before: Weights, prepared: Prepared, compared: Compared, chance: Floats, share: Floats, lines: tuple[int, int]
) -> Weights:
    weight = chance * share
    told = _told_apart(compared)
    # In a crowd every pair has a little chance; all of it together would teach that partners' words differ.
    clear = np.where(told | (chance >= _CLEAR), weight, 0.0)
    both = (compared.reference == 0) | (compared.reference == 1)
    # Crowds of equal lines fit any number of pairs alike: only lines with few candidates say how many are single.
    crowd = np.unique(compared.bank[~told]), np.unique(compared.ledger[~told])
    # Of a crowd so much is known: of each amount no more can be paired than the smaller side has.
    fit = _CROWD * _smaller(prepared.bank.amount_key[crowd[0]], prepared.ledger.amount_key[crowd[1]])
    plain = (
        max(lines[0] - (1 - _CROWD) * len(crowd[0]), 0.0),
        max(lines[1] - (1 - _CROWD) * len(crowd[1]), 0.0),
    )
    paired = float(chance[told].sum()) + fit
    single_bank = max(plain[0] - paired, _LEAST_SINGLE * plain[0]) + _PRIOR_LINES * _SINGLE_BEFORE
    single_ledger = max(plain[1] - paired, _LEAST_SINGLE * plain[1]) + _PRIOR_LINES * _SINGLE_BEFORE
    paired += _PRIOR_LINES * (1 - _SINGLE_BEFORE)
    return replace(
        before,
        text=_shares(compared.text, clear, _TEXT_BEFORE),
        party=_shares(compared.party, clear, _TEXT_BEFORE),
        reference=float((weight * (compared.reference == 1)).sum() + _PRIOR_PAIRS * _REFERENCE_BEFORE)
        / float(weight[both].sum() + _PRIOR_PAIRS),
        mark=float((weight * (compared.mark == 1)).sum() + _PRIOR_PAIRS * _MARK_BEFORE)
        / float(weight[compared.mark != MISSING].sum() + _PRIOR_PAIRS),
        lags=learn_model(before.lags, prepared.ledger.days[compared.ledger], prepared.bank.days[compared.bank], weight),
        pairs=paired / single_bank,
        single=min(single_ledger / (plain[1] + _PRIOR_LINES), 0.9),
    )


def _smaller(bank: Ints, ledger: Ints) -> float:
    """Sum over all values of how often each stands on the side that has it less often."""
    size = int(max(bank.max(initial=0), ledger.max(initial=0))) + 1
    return float(np.minimum(np.bincount(bank, minlength=size), np.bincount(ledger, minlength=size)).sum())


def _told_apart(compared: Compared) -> Bools:
    """Whether a pair's lines have few candidates."""
    of_bank, of_ledger = np.bincount(compared.bank)[compared.bank], np.bincount(compared.ledger)[compared.ledger]
    return np.asarray((of_bank <= _FEW) & (of_ledger <= _FEW))


def _shares(level: Ints, weight: Floats, before: Floats) -> Floats:
    there = level != MISSING
    count = np.bincount(level[there], weight[there], minlength=TEXT_LEVELS) + _PRIOR_PAIRS * before
    return np.asarray(count / count.sum())


def text_by_chance(level: Ints) -> Floats:
    """Shares of the text levels among unrelated pairs."""
    there = level[level != MISSING]
    count = np.bincount(there, minlength=TEXT_LEVELS) + 200.0 * _TEXT_BY_CHANCE
    return np.asarray(count / count.sum())
