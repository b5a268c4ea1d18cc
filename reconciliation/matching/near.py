"""Pairs whose amounts differ within tolerance: a fee, an exchange rate, a tip, a rounding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconciliation.matching.blocks import Entries, Pairs, Window, codes, exploded, near_amount_block, union
from reconciliation.matching.evidence import AGREES_FROM, ELSEWHERE, MISSING, Compared, compare_fields
from reconciliation.matching.posterior import probabilities
from reconciliation.matching.prepare import Prepared
from reconciliation.matching.types import Bools, Floats, Ints, Parameters, Reason
from reconciliation.matching.weights import Weights, field_weights

ROUNDING_CENTS = 5
"""Cash is rounded to five cents in Canada."""
_SMALL_SHARE = 0.035
"""Card fees and exchange margins stay below this."""
FLAT_FEE_CENTS = 5_000
_FLAT_AT_MOST = 0.5
FLAT_FEE_ODDS = 0.4
"""Log-odds of a pair that differs by a flat fee: a little more likely than not, never near acceptance."""
_FEE_AT_MOST = 0.25
"""A fee in cents is at most this share of the amount."""
LEVELS = 5
_SMALL_LEVEL = 2
"""Larger differences need words that agree, or none."""
_BEFORE = np.array([0.006, 0.010, 0.014, 0.004, 0.006])
"""Share of all true pairs on each level: rounding, small fee, small share, larger share, tip."""
_PRIOR_PAIRS = 40.0
_NAME_PRIOR = 4.0
_ROUNDS = 4
_SELDOM = 0.1
"""Lines of a name, near an amount and within the usual days, to be expected: fewer are no coincidence."""
_LEAST_SINGLE = 0.25
"""Of the lines that equal amounts leave, this share at least is taken to be single: else any two would explain
each other in the end."""
_NO_LEVEL = -1
_NEARLY_SILENT = -1.0
"""Words that differ but, as the data show, say so little against a pair count as silent."""


@dataclass(frozen=True)
class NearPairs:
    """Compared pairs of near amounts with their log-odds."""

    compared: Compared
    log_odds: Floats


def near_candidates(
    prepared: Prepared, window: Window, parameters: Parameters, open_bank: Bools, open_ledger: Bools
) -> Pairs:
    """Pairs of open lines within tolerance that share the beginning of a word, or of which one has no words; and the
    nearest amounts whatever the words."""
    bank, ledger = prepared.bank, prepared.ledger
    banks, ledgers = np.flatnonzero(open_bank), np.flatnonzero(open_ledger)
    silent_bank = banks[prepared.beginnings[0][banks, 0] < 0]
    silent_ledger = ledgers[prepared.beginnings[1][ledgers, 0] < 0]
    accounts = np.int64(max(bank.account.max(initial=0), ledger.account.max(initial=0)) + 1)

    def block(b: tuple[Ints, Ints], l: tuple[Ints, Ints]) -> Pairs:  # noqa: E741
        return near_amount_block(
            Entries.of(b[0], b[1] * accounts + bank.account[b[0]], bank.days, bank.cents),
            Entries.of(l[0], l[1] * accounts + ledger.account[l[0]], ledger.days, ledger.cents),
            window,
            _band(bank.cents[b[0]], parameters),
            parameters.max_candidates,
        )

    def plain(rows: Ints) -> tuple[Ints, Ints]:
        return rows, np.zeros(len(rows), dtype=np.int64)

    pairs = union(
        block(exploded(prepared.beginnings[0], banks), exploded(prepared.beginnings[1], ledgers)),
        block(plain(silent_bank), plain(ledgers)),
        block(plain(banks), plain(silent_ledger)),
        block(plain(banks), plain(ledgers)),
    )
    level = amount_levels(bank.cents[pairs.bank], ledger.cents[pairs.ledger], parameters)
    return Pairs(pairs.bank[level >= 0], pairs.ledger[level >= 0])


def flat_fees(prepared: Prepared, window: Window, parameters: Parameters, opened: tuple[Bools, Bools]) -> Compared:
    """Pairs of open lines of one name where the bank's is short by a flat fee beyond tolerance, and neither line has
    another such partner. Banks take 15 to 50 dollars from a wire, however small."""
    bank, ledger = prepared.bank, prepared.ledger
    accounts = np.int64(max(bank.account.max(initial=0), ledger.account.max(initial=0)) + 1)
    b, l = (  # noqa: E741
        exploded(prepared.beginnings[side], np.flatnonzero(opened[side])) for side in (0, 1)
    )
    cents = bank.cents[b[0]].astype(np.float64)
    pairs = union(
        near_amount_block(
            Entries.of(b[0], b[1] * accounts + bank.account[b[0]], bank.days, bank.cents),
            Entries.of(l[0], l[1] * accounts + ledger.account[l[0]], ledger.days, ledger.cents),
            window,
            (cents, cents + np.minimum(FLAT_FEE_CENTS, _FLAT_AT_MOST * np.abs(cents))),
            parameters.max_candidates,
        )
    )
    beyond = amount_levels(bank.cents[pairs.bank], ledger.cents[pairs.ledger], parameters) == _NO_LEVEL
    beyond &= bank.cents[pairs.bank] < ledger.cents[pairs.ledger]
    compared = compare_fields(prepared, Pairs(pairs.bank[beyond], pairs.ledger[beyond]))
    named = (compared.text >= AGREES_FROM) | (compared.party >= AGREES_FROM) | (compared.reference == 1)
    compared = compared.take(np.flatnonzero(named & (compared.reference != 0)))
    alone = (np.bincount(compared.bank)[compared.bank] == 1) & (np.bincount(compared.ledger)[compared.ledger] == 1)
    return compared.take(np.flatnonzero(alone))


def _band(cents: Ints, parameters: Parameters) -> tuple[Floats, Floats]:
    size = np.abs(cents).astype(np.float64)
    fee = np.minimum(parameters.tolerance_cents, _FEE_AT_MOST * size)
    small = np.minimum(size / (1 + parameters.tip_share), size - fee)
    large = np.maximum(size / (1 - parameters.tolerance_share), size + fee)
    return np.where(cents >= 0, small, -large), np.where(cents >= 0, large, -small)


def amount_levels(bank: Ints, ledger: Ints, parameters: Parameters) -> Ints:
    """0 rounding, 1 small fee, 2 small share, 3 larger share, 4 tip; -1 out of tolerance, or equal."""
    off = np.abs(bank - ledger)
    size = np.maximum(np.minimum(np.abs(bank), np.abs(ledger)), 1).astype(np.float64)
    share = off / size
    tip = (bank < 0) & (bank < ledger) & (share <= parameters.tip_share)
    level = np.select(
        [
            off <= ROUNDING_CENTS,
            (off <= parameters.tolerance_cents) & (share <= _FEE_AT_MOST),
            share <= min(_SMALL_SHARE, parameters.tolerance_share),
            share <= parameters.tolerance_share,
            tip,
        ],
        [0, 1, 2, 3, 4],
        _NO_LEVEL,
    )
    return np.where((off == 0) | (np.sign(bank) != np.sign(ledger)), _NO_LEVEL, level)


@dataclass(frozen=True)
class Plain:
    """What pairs of equal amount left behind."""

    open_bank: float
    """Expected number of bank lines without a partner so far; next, of ledger lines."""
    open_ledger: float
    pairs_of_word: Floats
    """Per word: expected number of pairs of equal amount whose bank line has it as its telling word; last: none."""


def weigh(prepared: Prepared, compared: Compared, weights: Weights, parameters: Parameters, plain: Plain) -> NearPairs:
    """Log-odds of near pairs.

    How often each level occurs is learned, for all pairs and for each name: some restaurants are always tipped,
    some suppliers always bill in another currency.
    """
    bank, ledger = prepared.bank, prepared.ledger
    level = amount_levels(bank.cents[compared.bank], ledger.cents[compared.ledger], parameters)
    agrees = (compared.text >= AGREES_FROM) | (compared.reference == 1) | (compared.party >= AGREES_FROM)
    unread = (compared.text == MISSING) | (compared.association > _NEARLY_SILENT)
    silent = unread & (compared.reference != 0) & (compared.reference != ELSEWHERE)
    rows = np.flatnonzero(agrees | (level <= _SMALL_LEVEL) | silent)
    compared, level = compared.take(rows), level[rows]
    fields = sum(field_weights(weights, prepared, compared).values())
    lines = _chance_lines(prepared, compared, level, weights, parameters)
    rest = fields - np.log(lines)
    word = prepared.texts.key[prepared.texts.bank[compared.bank]]
    share, found = _BEFORE[level], 0.0
    # Lines that a near amount explains are not single, so both shares of single lines are learned anew.
    single_bank, single_ledger = plain.open_bank, plain.open_ledger
    paired = float(plain.pairs_of_word.sum())
    odds = np.zeros(len(level))
    for _ in range(_ROUNDS):
        pairs = np.log((paired + found + 1.0) / (single_bank + 1.0))
        odds = rest + pairs + np.log(share) - np.log((single_ledger + 1.0) / (len(ledger) + 1.0))
        chance = probabilities(compared.bank, compared.ledger, odds, len(bank), len(ledger))
        share = _shares(level, word, chance, plain)
        found = float(chance.sum())
        single_bank = max(plain.open_bank - found, _LEAST_SINGLE * plain.open_bank)
        single_ledger = max(plain.open_ledger - found, _LEAST_SINGLE * plain.open_ledger)
    return NearPairs(compared, np.asarray(odds))


def near_rivals(
    prepared: Prepared,
    window: Window,
    weights: Weights,
    parameters: Parameters,
    alone: tuple[Bools, Bools],
    taken: tuple[Bools, Bools],
) -> tuple[Bools, Bools]:
    """Bank and ledger lines (of ``taken``) for which a line of the other side that stays alone has the same name, near
    days and a near amount, where that would seldom come about by chance.

    If a payee was paid twice, and of each payment one line is missing, the two that are left agree to the cent, though
    the true partner of one of them, a fee or a tip away, stands beside them alone.
    """
    pairs = union(
        near_candidates(prepared, window, parameters, alone[0], taken[1]),
        near_candidates(prepared, window, parameters, taken[0], alone[1]),
    )
    compared = compare_fields(prepared, pairs)
    named = (compared.text >= AGREES_FROM) | (compared.party >= AGREES_FROM) | (compared.reference == 1)
    compared = compared.take(np.flatnonzero(named))
    level = amount_levels(prepared.bank.cents[compared.bank], prepared.ledger.cents[compared.ledger], parameters)
    days = window.high - window.low + 1
    expected = _chance_lines(prepared, compared, level, weights, parameters) * days / max(prepared.span, 1.0)
    found = compared.take(np.flatnonzero(expected < _SELDOM))
    return (
        np.bincount(found.bank, minlength=len(alone[0])).astype(bool) & taken[0],
        np.bincount(found.ledger, minlength=len(alone[1])).astype(bool) & taken[1],
    )


def _shares(level: Ints, word: Ints, chance: Floats, plain: Plain) -> Floats:
    """Per near pair: the share of all pairs of its bank line's name that are on its level."""
    in_all = float(plain.pairs_of_word.sum() + chance.sum())
    general = (np.bincount(level, chance, minlength=LEVELS) + _PRIOR_PAIRS * _BEFORE) / (in_all + _PRIOR_PAIRS)
    words = len(plain.pairs_of_word)
    place = word % words  # -1, no word, is the last place
    near = np.bincount(place * LEVELS + level, chance, minlength=words * LEVELS).reshape(words, LEVELS)
    of_word = plain.pairs_of_word + near.sum(axis=1)
    named = near[place, level] - chance  # a pair does not vouch for itself
    return np.asarray((named + _NAME_PRIOR * general[level]) / (of_word[place] + _NAME_PRIOR))


def _chance_lines(
    prepared: Prepared, compared: Compared, level: Ints, weights: Weights, parameters: Parameters
) -> Floats:
    """Ledger lines over the whole span that would look as well: in the level's band, of these words."""
    in_band, of_name = _in_level(prepared, compared, level, parameters)
    text_level = np.maximum(compared.text, 0)
    agree = of_name + in_band * compared.text_chance
    unread = (compared.text == MISSING) | ~np.isnan(compared.association)
    other = np.where(unread, in_band, in_band * weights.text_chance[text_level])
    lines = np.where(compared.text >= AGREES_FROM, agree, other)
    return np.asarray(np.maximum(lines, 0.02))


def _in_level(prepared: Prepared, compared: Compared, level: Ints, parameters: Parameters) -> tuple[Floats, Floats]:
    """Ledger lines whose amounts are on the pair's level: all of the account, and others of the same name."""
    ledger = prepared.ledger
    cents = prepared.bank.cents[compared.bank]
    size = np.abs(cents).astype(np.float64)
    fee = np.minimum(float(parameters.tolerance_cents), _FEE_AT_MOST * size)
    small, larger = np.maximum(_SMALL_SHARE * size, fee), np.maximum(parameters.tolerance_share * size, fee)
    rounding = np.full(len(size), float(ROUNDING_CENTS))
    inner = np.choose(level, [np.zeros(len(size)), rounding, fee, small, larger])
    # A tip is on top of the ledger's amount: size - size / (1 + share) below the bank's.
    tip = np.maximum(size - size / (1.0 + parameters.tip_share), larger)
    outer = np.choose(level, [rounding, np.maximum(fee, rounding), small, larger, tip])
    account = ledger.account[compared.ledger]
    (named, _) = codes(ledger.account, prepared.texts.key[prepared.texts.ledger], split=len(ledger))
    both_sides = level != LEVELS - 1
    counts = []
    for keys, key in ((ledger.account, account), (named, named[compared.ledger])):
        above = _count_between(keys, ledger.cents, key, cents + inner, cents + outer)
        below = _count_between(keys, ledger.cents, key, cents - outer, cents - inner)
        # Only outflows are tipped, so the ledger's amount lies above the bank's.
        counts.append(np.where(both_sides, above + below, above))
    return counts[0], np.maximum(counts[1] - 1.0, 0.0)


def _count_between(keys: Ints, cents: Ints, key: Ints, low: Floats, high: Floats) -> Floats:
    """Rows of ``keys`` equal to ``key[i]`` whose cents lie between ``low[i]`` and ``high[i]``."""
    levels = np.unique(cents)
    size = np.int64(len(levels) + 1)
    ordered = np.sort(keys * size + np.searchsorted(levels, cents))
    left = np.searchsorted(ordered, key * size + np.searchsorted(levels, low, side="left"), side="left")
    right = np.searchsorted(ordered, key * size + np.searchsorted(levels, high, side="right"), side="left")
    return np.asarray((right - left).astype(np.float64))


_TIP_FROM, _TIP_AT_MOST = 0.08, 0.30
_EXCHANGE_WORDS = ("USD", "EUR", "GBP", "FX", "EXCHANGE", "CHANGE", "CONV", "DEVISE", "FOREIGN", "ETRANGER")


def reason_for(bank: int, ledger: int, text: str) -> Reason:
    """Why two amounts (signed cents) of one movement differ, as far as the numbers tell.

    ``text`` is what both sides say of it.
    """
    off, size = abs(bank - ledger), max(min(abs(bank), abs(ledger)), 1)
    share = off / size
    words = set(text.upper().replace("/", " ").split())
    if off <= ROUNDING_CENTS:
        return Reason.ROUNDING
    if words.intersection(_EXCHANGE_WORDS):
        return Reason.FOREIGN_EXCHANGE
    cost = bank < ledger  # less came in, or more went out, than the ledger says
    if cost and bank < 0 and _TIP_FROM <= share <= _TIP_AT_MOST:
        return Reason.TIP
    if cost and (share <= 0.05 or off <= 500):
        return Reason.FEE
    if share <= 0.10:
        return Reason.FOREIGN_EXCHANGE
    if cost and off <= FLAT_FEE_CENTS:
        return Reason.FEE
    return Reason.UNKNOWN
