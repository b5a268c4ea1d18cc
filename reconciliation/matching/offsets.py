"""A charge and its reversal on one side: taken out before matching, and listed for review."""

from __future__ import annotations

import numpy as np

from reconciliation.matching.blocks import Pairs, Window, codes, same_key_block
from reconciliation.matching.evidence import AGREES_FROM, MISSING, text_levels
from reconciliation.matching.prepare import Columns, Prepared, local_density
from reconciliation.matching.texts import Bags
from reconciliation.matching.types import Bools, Ints, Parameters

_SURE_SCORE = 0.75
_RARE_WORD = 0.05
_TELLING_WORD = 0.2
"""A word on at most this share of lines, beside "returned" or "reversal", says which payment is meant."""
_SILENT_DAYS = 3
_FEW_BY_CHANCE = 0.5


def find_offsets(
    prepared: Prepared, side: str, met: Bools, parameters: Parameters, held: Bools | None = None
) -> list[tuple[int, int]]:
    """(charge row, reversal row) of one side.

    A reversal has the opposite amount, follows its charge, names the same payee or says that it reverses. Lines
    that the other side has as well (``met``, per line of this side) are left alone; as a charge those that are
    ``held`` are looked at even so.
    """
    columns, of_line = (
        (prepared.bank, prepared.texts.bank) if side == "bank" else (prepared.ledger, prepared.texts.ledger)
    )
    says_so = prepared.reversal_words[0 if side == "bank" else 1]
    pairs = _opposite(columns, met, met if held is None else met & ~held, parameters)
    if not len(pairs):
        return []
    convincing, unnamed = _convincing(columns, prepared.texts, of_line, pairs, says_so)
    charge, reversal = pairs.ledger[convincing], pairs.bank[convincing]
    gap = columns.days[reversal] - columns.days[charge]
    used: set[int] = set()
    found = []
    for place in np.lexsort((charge, reversal, gap, unnamed)).tolist():
        pair = int(charge[place]), int(reversal[place])
        if not used.intersection(pair):
            used.update(pair)
            found.append(pair)
    return sorted(found)


def _opposite(columns: Columns, met: Bools, met_charge: Bools, parameters: Parameters) -> Pairs:
    """(reversal, charge) of opposite amounts, the charge first, as a pair of rows of this side."""
    size = len(columns)
    keys = codes(
        np.concatenate([columns.account, columns.account]),
        np.concatenate([columns.cents, -columns.cents]),
        split=size,
    )
    there = columns.cents != 0
    pairs, _ = same_key_block(
        np.where(there & ~met, keys[1], -1),
        np.where(there & ~met_charge, keys[0], -1),
        columns.days,
        columns.days,
        Window(0, parameters.offset_days, 0),
        parameters.max_candidates,
    )
    # Of two of one day either could be the reversal: the later row is.
    later = (columns.days[pairs.bank] > columns.days[pairs.ledger]) | (pairs.bank > pairs.ledger)
    return Pairs(pairs.bank[later], pairs.ledger[later])


def _convincing(columns: Columns, bags: Bags, of_line: Ints, pairs: Pairs, says_so: Bools) -> tuple[Ints, Bools]:
    """Positions of the pairs that are a charge and its reversal, and of each whether no name says so."""
    level, score, chance = text_levels(bags, of_line[pairs.bank], of_line[pairs.ledger], one_side=True)
    stated = says_so[pairs.bank] | says_so[pairs.ledger]
    same_name = (score >= _SURE_SCORE) & (chance <= _RARE_WORD)
    gap = columns.days[pairs.bank] - columns.days[pairs.ledger]
    near = gap <= _SILENT_DAYS
    # What reverses is not itself the payment that a later one takes back.
    turned = says_so[pairs.ledger] & ~says_so[pairs.bank] & (gap > 0)
    rare = local_density(np.abs(columns.cents), np.abs(columns.cents[pairs.bank])) < _FEW_BY_CHANCE
    silent = (level == MISSING) & near & rare
    named = (level >= AGREES_FROM) | (level == MISSING) | (chance <= _TELLING_WORD)
    found = np.flatnonzero((same_name | (stated & (named | (near & rare))) | silent) & ~turned)
    agrees = (level >= AGREES_FROM) | ((level != MISSING) & (chance <= _TELLING_WORD))
    return found, ~agrees[found]
