"""Batches that do not add up: the processor kept its fee and paid the rest.

Any total is a few percent above some payout, so one such batch proves little. But a processor charges by a rule: a
share of the turnover, so many cents for each payment, or the same for each payout. The rule is looked for first, as
the one that makes more payouts come out to the cent than luck would; a payout that it explains by just one run of
lines, of the kind that the others were made of, is then as good as one that adds up. Without a rule a small difference
between a payout and the lines of its own name is proposed, never more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconciliation.matching.blocks import Window, codes, expand
from reconciliation.matching.prepare import Columns
from reconciliation.matching.runs import Runs
from reconciliation.matching.types import Bools, Floats, Ints

_MOST_SHARE = 0.2
_PER_PART = (0, 5, 10, 15, 20, 25, 30, 35, 40, 50)
"""Cents that processors charge for each payment, beside a share."""
_DAYS_BEFORE, _DAYS_AFTER = 1, 6
"""A payout follows its last sale by the usual lag, this much less or more."""
_MOST_OFFERS = 3_000_000
_TELLING_CHANCE = 0.3
"""An offer that luck makes fit as often as this says nothing about the rule."""
_FEWEST, _EVIDENCE = 3, 6.0
MOST_RULES = 6
_SMALL_SHARE = 0.065
_SMALLEST_FEE = 50


@dataclass(frozen=True)
class Rule:
    """How a fee (cents) follows from the gross amount and the number of payments."""

    share: float
    per_part: int
    flat: int


@dataclass(frozen=True)
class Offers:
    """Wholes and the runs that a fee could explain; one entry per pair."""

    whole: Ints
    run: Ints
    fee: Ints
    """Cents, above zero: what the bank's side has less than the ledger's."""
    gross: Floats
    parts: Ints
    density: Floats
    """Offers of the same whole for each cent of fee."""
    kind: Ints
    """What the run is made like: its key, its days, its lag."""

    def __len__(self) -> int:
        return len(self.whole)

    def take(self, places: Ints | Bools) -> Offers:
        """The offers at these places."""
        return Offers(**{name: getattr(self, name)[places] for name in self.__dataclass_fields__})

    @property
    def slack(self) -> Floats:
        """Cents that rounding each payment's fee may add up to."""
        return np.asarray(0.5 + 0.87 * np.sqrt(self.parts))

    def off(self, rule: Rule) -> Floats:
        """Cents between each fee and what the rule says."""
        return np.asarray(np.abs(self.fee - rule.share * self.gross - rule.per_part * self.parts - rule.flat))

    def chance(self, slack: Floats) -> Floats:
        """Expected number of the whole's offers that come as near by luck."""
        return np.asarray(self.density * (2.0 * slack + 1.0))


def find_offers(columns: Columns, open_wholes: Ints, runs: Runs, window: Window, *, bank_is_whole: bool) -> Offers:
    """Every open whole with the runs that a fee of up to a fifth would explain."""
    none = np.zeros(0, dtype=np.int64)
    if not len(open_wholes) or not len(runs):
        return Offers(none, none, none, none.astype(float), none, none.astype(float), none)
    levels = np.unique(runs.total)
    size, base = np.int64(len(levels) + 1), np.int64(1 << 22)
    keys = (runs.account * base + runs.last_day) * size + np.searchsorted(levels, runs.total)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    total = columns.cents[open_wholes].astype(np.float64)
    widest = np.floor(np.abs(total) * _MOST_SHARE / (1 - _MOST_SHARE))
    low, high = (total + 1, total + widest) if bank_is_whole else (total - widest, total - 1)
    below, above = np.searchsorted(levels, low, side="left"), np.searchsorted(levels, high, side="right")
    lags = range(max(window.low, window.usual - _DAYS_BEFORE), min(window.high, window.usual + _DAYS_AFTER) + 1)
    found: list[tuple[Ints, Ints, Ints]] = []
    for lag in lags:
        place = (columns.account[open_wholes] * base + columns.days[open_wholes] - lag) * size
        left, right = np.searchsorted(keys, place + below), np.searchsorted(keys, place + above)
        pairs = expand(np.arange(len(open_wholes)), left, np.maximum(left, right), order)
        found.append((pairs.bank, pairs.ledger, np.full(len(pairs), lag)))
        if sum(len(part[0]) for part in found) > _MOST_OFFERS:
            break
    at, run, lag_of = (np.concatenate(part) for part in zip(*found, strict=True))
    whole = open_wholes[at]
    sign = 1 if bank_is_whole else -1
    fee = sign * (runs.total[run] - columns.cents[whole])
    # The fee of a sale that is refunded later is seldom given back.
    gross = np.abs(runs.turnover[run] if bank_is_whole else columns.cents[whole]).astype(np.float64)
    density = np.bincount(at, minlength=len(open_wholes))[at] / np.maximum(widest[at], 1.0)
    (kind, _) = codes(runs.key[run], runs.last_day[run] - runs.first_day[run], lag_of, split=len(run))
    return Offers(whole, run, fee, gross, runs.sales[run], density, kind)


def find_rule(offers: Offers) -> Rule | None:
    """The rule that explains more wholes than luck would, or None."""
    telling = offers.take(offers.chance(offers.slack) <= _TELLING_CHANCE)
    if len(np.unique(telling.whole)) < _FEWEST:
        return None
    rules = [_by_share(telling, cents) for cents in _PER_PART]
    rules += _by_flat(telling)
    # The plainest of rules that explain as much: shares before cents, few cents before many.
    strength = [round(_strength(telling, rule), 3) for rule in rules]
    best = max(range(len(rules)), key=lambda place: (strength[place], -place))
    return rules[best] if strength[best] > np.log(len(telling) * len(_PER_PART)) + _EVIDENCE else None


def _by_share(offers: Offers, per_part: int) -> Rule:
    """The share of the turnover that most offers agree on, each weighed by how seldom luck would bring it there."""
    net = offers.fee - per_part * offers.parts
    low, high = (net - offers.slack) / offers.gross, (net + offers.slack) / offers.gross
    good = (high >= 0) & (low <= _MOST_SHARE)
    weight = -np.log(np.minimum(offers.chance(offers.slack)[good], 1.0))
    edges = np.concatenate([low[good], high[good]])
    if not len(edges):
        return Rule(0.0, per_part, 0)
    order = np.argsort(edges, kind="stable")
    height = np.cumsum(np.concatenate([weight, -weight])[order])
    top = int(np.argmax(height))
    share = (edges[order[top]] + edges[order[min(top + 1, len(order) - 1)]]) / 2
    return _fitted(offers, Rule(max(float(share), 0.0), per_part, 0))


def _fitted(offers: Offers, rule: Rule) -> Rule:
    """The share as the sum of all fees that agree says, which is finer than any one of them."""
    fits = offers.off(rule) <= offers.slack
    gross = float(offers.gross[fits].sum())
    if not gross:
        return rule
    share = float((offers.fee[fits] - rule.per_part * offers.parts[fits]).sum()) / gross
    finer = Rule(max(round(share, 5), 0.0), rule.per_part, 0)
    return finer if int((offers.off(finer) <= offers.slack).sum()) >= int(fits.sum()) else rule


def _by_flat(offers: Offers) -> list[Rule]:
    fees, count = np.unique(offers.fee, return_counts=True)
    return [Rule(0.0, 0, int(fee)) for fee in fees[np.argsort(-count, kind="stable")][:5]]


def _strength(offers: Offers, rule: Rule) -> float:
    """Log-likelihood by which the wholes that fit outnumber those to be expected (Poisson); 0 for too few."""
    slack = _slack(offers, rule)
    fits = offers.off(rule) <= slack
    found = len(np.unique(offers.whole[fits]))
    expected = _expected(offers, slack)
    if found < max(_FEWEST, expected):
        return 0.0
    return float(found * np.log(found / expected) - found + expected)


def _slack(offers: Offers, rule: Rule) -> Floats:
    return np.zeros(len(offers)) if rule.flat else offers.slack


def _expected(offers: Offers, slack: Floats) -> float:
    """Wholes that luck makes fit a rule."""
    chance = np.minimum(offers.chance(slack), 1.0)
    _, first = np.unique(offers.whole, return_index=True)
    return max(float(chance[first].sum()), 1e-3)


def explained(offers: Offers, rule: Rule) -> tuple[Ints, Floats]:
    """Places of the offers that fit the rule, and how easily each arises by luck."""
    slack = _slack(offers, rule)
    fits = np.flatnonzero(offers.off(rule) <= slack)
    chance = offers.chance(slack)[fits]
    # Runs made like those of the other payouts are what one looks for; others are not.
    kinds = int(offers.kind.max(initial=0)) + 1
    general = np.bincount(offers.kind, minlength=kinds) / max(len(offers), 1)
    likely = np.bincount(offers.kind[fits], np.maximum(1.0 - chance, 0.0), minlength=kinds)
    own = np.maximum(1.0 - chance, 0.0)
    kind = offers.kind[fits]
    among = (likely[kind] - own + general[kind]) / (likely.sum() - own + 1.0)
    return fits, chance * np.clip(general[kind] / among, 1e-3, 30.0)


def small_fees(offers: Offers, kin: Bools, tolerance: int) -> tuple[Ints, Floats]:
    """Offers of the whole's own name (``kin``) with a small fee that follows no known rule, and their chance."""
    small = offers.fee <= np.maximum(np.minimum(tolerance, 0.25 * offers.gross), _SMALL_SHARE * offers.gross)
    near = np.flatnonzero(kin & small)
    kin_offers = np.bincount(offers.whole[kin], minlength=int(offers.whole.max(initial=0)) + 1)
    widest = np.maximum(_MOST_SHARE * offers.gross[near], 1.0)
    return near, kin_offers[offers.whole[near]] / widest * np.maximum(offers.fee[near], _SMALLEST_FEE)
