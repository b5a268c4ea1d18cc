"""Lines of one amount and days: likely one payee, whatever their texts lost on the way.

Two movements of a rare amount within days of each other are seldom a coincidence: mostly the same payee was paid twice,
or one side booked twice. The text of each side is spoilt without regard to the other's, so that among such twins a
cut, misspelt or empty text says who was paid but never which of the two this is. Each field alone would say so.

In a small group of candidates of equal amount every pair therefore gets the best pair's evidence of name, as far as
both its lines are probably of that payee; references that both sides state keep their full weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconciliation.matching.blocks import codes
from reconciliation.matching.components import components
from reconciliation.matching.evidence import Compared
from reconciliation.matching.prepare import Columns, Prepared, local_density
from reconciliation.matching.types import Floats, Ints
from reconciliation.matching.weights import Surroundings, Weights, chance_lines, field_weights

_MOST_LINES = 16
_RARE = 0.2
_BEFORE, _PRIOR_LINES = 0.01, 100.0
_MOST_NAME = 14.0


@dataclass(frozen=True)
class _Groups:
    """Connected candidates."""

    of_pair: Ints
    lines: Ints
    """Per group: lines of both sides."""


def share_name_evidence(
    weights: Weights, prepared: Prepared, compared: Compared, around: Surroundings, log_odds: Floats
) -> Floats:
    """The log-odds of pairs of equal amount, with what their names say shared among probable twins."""
    if not len(compared):
        return log_odds
    groups = _grouped(compared)
    rows = np.flatnonzero((groups.lines >= 3)[groups.of_pair] & (groups.lines <= _MOST_LINES)[groups.of_pair])
    if not len(rows):
        return log_odds
    part = compared.take(rows)
    near = Surroundings(*(getattr(around, name)[rows] for name in around.__dataclass_fields__))
    name = _name_evidence(weights, prepared, part, near)
    group = groups.of_pair[rows]
    best = _best_of(group, name, len(groups.lines))
    leader = best[group]
    twin = _twin_rate(prepared, weights)
    window = weights.lags.window
    # Lines of this amount elsewhere: of rents or fares a neighbour of equal amount is no surprise.
    group_lines = np.bincount(groups.of_pair[_firsts(compared.ledger)], minlength=len(groups.lines))
    elsewhere = np.maximum(near.like_amount + 1.0 - group_lines[group], 0.0)
    alike = (near.by_chance + elsewhere) * (window.high - window.low + 1) / prepared.span
    prior = twin / (twin + alike)
    # What each line's own text says of being the leader's payee.
    bank = _of_line(part.bank, name, part.ledger == part.ledger[leader], len(prepared.bank))[part.bank]
    ledger = _of_line(part.ledger, name, part.bank == part.bank[leader], len(prepared.ledger))[part.ledger]
    same = _posterior(prior, bank) * _posterior(prior, ledger)
    shared = np.logaddexp(np.log(np.maximum(1.0 - same, 1e-12)) + name, np.log(np.maximum(same, 1e-300)) + name[leader])
    result = log_odds.copy()
    result[rows] += np.where(name[leader] > 0, shared - name, 0.0)
    return result


def _firsts(rows: Ints) -> Ints:
    """Positions of the first pair of each line."""
    return np.asarray(np.unique(rows, return_index=True)[1])


def _grouped(compared: Compared) -> _Groups:
    banks = int(compared.bank.max()) + 1
    count, label = components(compared.bank, compared.ledger, banks, int(compared.ledger.max()) + 1)
    return _Groups(label[compared.bank], np.bincount(label, minlength=count))


def _name_evidence(weights: Weights, prepared: Prepared, compared: Compared, around: Surroundings) -> Floats:
    """Log-likelihood ratio of text, counterparty and numbers in texts, against a pair without any."""
    fields = field_weights(weights, prepared, compared)
    lines = chance_lines(weights, compared, around)
    without = np.maximum(around.like_amount + around.by_chance, 1e-7)
    stated = _stated(prepared, compared)
    name = fields["text"] - np.log(lines) + np.log(without) + fields["party"] + np.where(stated, 0, fields["reference"])
    return np.minimum(name, _MOST_NAME)


def _stated(prepared: Prepared, compared: Compared) -> Floats:
    """Whether both lines state a reference of their own."""
    references = prepared.bank.numbers[compared.bank, 0], prepared.ledger.numbers[compared.ledger, 0]
    return np.asarray((references[0] >= 0) & (references[1] >= 0))


def _best_of(group: Ints, value: Floats, count: int) -> Ints:
    """Per group the place of its greatest value, the first of equal ones."""
    order = np.lexsort((-np.arange(len(group)), value, group))
    best = np.zeros(count, dtype=np.int64)
    best[group[order]] = order
    return best


def _of_line(line: Ints, name: Floats, to_leader: Floats, lines: int) -> Floats:
    """Per line what its text says beside the leader of its group; no candidate of the leader's, no twin."""
    result = np.full(lines, -np.inf)
    rows = np.flatnonzero(to_leader)
    result[line[rows]] = name[rows]
    return result


def _posterior(prior: Floats, log_ratio: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + (1.0 - prior) / np.maximum(prior, 1e-12) * np.exp(-np.maximum(log_ratio, -700.0))))


def _twin_rate(prepared: Prepared, weights: Weights) -> float:
    """Share of lines of rare amounts followed within the window by another of the same name and amount."""
    window = weights.lags.window
    days = window.high - window.low + 1
    twins, lines = _BEFORE * _PRIOR_LINES, _PRIOR_LINES
    for side in (prepared.bank, prepared.ledger):
        found, among = _neighbours(side, days, prepared.span)
        twins, lines = twins + found, lines + among
    return twins / lines


def _neighbours(side: Columns, days: int, span: float) -> tuple[int, int]:
    if not len(side):
        return 0, 0
    rare = (local_density(side.cents, side.cents) * days / span < _RARE) & (side.name_key >= 0)
    rows = np.flatnonzero(rare)
    if not len(rows):
        return 0, 0
    (key, _) = codes(side.amount_key[rows], side.name_key[rows], split=len(rows))
    order = np.lexsort((side.days[rows], key))
    key, day = key[order], side.days[rows][order]
    return int(((np.diff(key) == 0) & (np.diff(day) < days)).sum()), len(rows)
