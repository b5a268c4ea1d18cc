"""What words that differ say, learned from this data: names used side by side, and words that name nobody.

"AMZN MKTP" beside "Bookshop order" time and again is an alias; "see receipt" stands beside everything and says
nothing; "TIM HORTONS" beside another known name is a mismatch indeed. Counted are the pairs of equal amount whose words
differ, each with its probability. Words never seen together get what the words of each side leave for others, as in
absolute discounting with a continuation distribution (Kneser and Ney, ICASSP 1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconciliation.matching.evidence import AGREES_FROM, MISSING, Compared
from reconciliation.matching.prepare import Prepared
from reconciliation.matching.types import Bools, Floats, Ints

_DISCOUNT = 0.75
_PRIOR_PAIRS = 3.0
_LEAST_CHANCE = 0.5
"""Less likely pairs teach nothing."""
_MOST, _LEAST = 3.0, -4.0
_ENOUGH = 2.0


@dataclass(frozen=True)
class Association:
    """How often each telling word stands in probable pairs, and beside which."""

    size: int
    """Number of words; a pair of words is ``bank * size + ledger``."""
    of_bank: Floats
    """(words,) pairs with the word at the bank; the next three likewise."""
    of_ledger: Floats
    differing_bank: Floats
    differing_ledger: Floats
    kinds: Floats
    """(words,) different ledger words beside a bank word where the two differ."""
    together: Ints
    """Sorted numbers of the pairs of words that differ and stand together."""
    count: Floats

    @classmethod
    def learn(cls, prepared: Prepared, compared: Compared, chance: Floats) -> Association:
        """From all pairs of equal amount and their probabilities."""
        size = len(prepared.texts.words) + 1
        weight = np.where(_both(compared) & (chance >= _LEAST_CHANCE), chance, 0.0)
        rows = np.flatnonzero(weight)
        bank, ledger = _words(prepared, compared.take(rows))
        weight, differs = weight[rows], compared.text[rows] < AGREES_FROM
        off = weight * differs
        together, place = np.unique((bank * size + ledger)[differs], return_inverse=True)

        def summed(place: Ints, amount: Floats, count: int) -> Floats:
            return np.bincount(place, amount, count).astype(np.float64)

        return cls(
            size,
            summed(bank, weight, size),
            summed(ledger, weight, size),
            summed(bank, off, size),
            summed(ledger, off, size),
            np.bincount(together // size, minlength=size).astype(np.float64),
            together,
            summed(place, weight[differs], len(together)),
        )

    def log_ratio(self, prepared: Prepared, compared: Compared, chance: Floats | None = None) -> Floats:
        """Per pair the log-likelihood ratio of its words if they differ and enough is known of them, else NaN.

        ``chance`` are the probabilities the pairs themselves were counted with, to be left out: nothing vouches for
        itself.
        """
        result = np.full(len(compared), np.nan)
        rows = np.flatnonzero(_both(compared) & (compared.text < AGREES_FROM))
        if not len(rows) or not len(self.together):
            return result
        bank, ledger = _words(prepared, compared.take(rows))
        own = np.zeros(len(rows)) if chance is None else np.where(chance[rows] >= _LEAST_CHANCE, chance[rows], 0.0)
        place = np.minimum(np.searchsorted(self.together, bank * self.size + ledger), len(self.together) - 1)
        joint = np.where(self.together[place] == bank * self.size + ledger, self.count[place], 0.0)
        alone = (own > 0) & (joint - own < _LEAST_CHANCE)
        joint = np.maximum(joint - own, 0.0)
        total, differing = self.of_bank.sum(), self.differing_bank.sum()
        here, off = self.of_bank[bank] - own, self.differing_bank[bank] - own
        off_ledger, there = self.differing_ledger[ledger] - own, self.of_ledger[ledger] - own
        by_chance = np.maximum(there, _LEAST_CHANCE) / (total + 1.0)
        differs = (off + _PRIOR_PAIRS * differing / total) / (here + _PRIOR_PAIRS)
        left = (off_ledger + _PRIOR_PAIRS * by_chance) / (differing + _PRIOR_PAIRS)
        others = _DISCOUNT * (self.kinds[bank] - alone) + _PRIOR_PAIRS
        beside = (np.maximum(joint - _DISCOUNT, 0.0) + others * left) / (off + _PRIOR_PAIRS)
        known = (here >= _ENOUGH) | (there >= _ENOUGH)
        ratio = np.clip(np.log(differs * beside / by_chance), _LEAST, _MOST)
        result[rows[known]] = ratio[known]
        return result


def _both(compared: Compared) -> Bools:
    return np.asarray(compared.text != MISSING)


def _words(prepared: Prepared, compared: Compared) -> tuple[Ints, Ints]:
    texts = prepared.texts
    return texts.key[texts.bank[compared.bank]], texts.key[texts.ledger[compared.ledger]]
