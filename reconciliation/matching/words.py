"""Evidence in words a reviewer understands."""

from __future__ import annotations

import numpy as np

from reconciliation.matching.evidence import AGREES_FROM, MISSING, Compared
from reconciliation.matching.prepare import Prepared
from reconciliation.matching.types import Evidence, Field, Side, from_cents
from reconciliation.matching.weights import Weights, field_weights

_NEARLY_ALL = 4


def explain(
    bank: Side, ledger: Side, prepared: Prepared, compared: Compared, weights: Weights, pair: int
) -> tuple[Evidence, ...]:
    """Evidence of one candidate pair, one entry per field that there is something to say about."""
    one = compared.take(np.array([pair]))
    weight = {name: float(value[0]) for name, value in field_weights(weights, prepared, one).items()}
    b, l = int(one.bank[0]), int(one.ledger[0])  # noqa: E741
    by_word = -np.log(one.text_chance[0]) if one.text[0] >= AGREES_FROM else 0.0
    by_chance = 0.0 if one.text[0] < 0 or by_word else -np.log(weights.text_chance[int(one.text[0])])
    entries = [
        Evidence(Field.AMOUNT, amount_words(int(one.difference[0])), 0.0),
        Evidence(Field.DATE, date_words(int(one.lag[0])), weight["date"]),
    ]
    if one.reference[0] != MISSING:
        words = "same reference" if one.reference[0] == 1 else "references differ"
        entries.append(Evidence(Field.REFERENCE, words, weight["reference"]))
    if one.party[0] != MISSING:
        words = f"counterparty {_likeness(int(one.party[0]))}"
        entries.append(Evidence(Field.COUNTERPARTY, words, weight["party"]))
    entries.append(
        Evidence(
            Field.DESCRIPTION,
            _text_words(int(one.text[0]), bank.descriptions[b], ledger.descriptions[l]),
            weight["text"] + float(by_word + by_chance),
        )
    )
    return tuple(entries)


def amount_words(difference: int) -> str:
    """``difference`` is bank less ledger, in cents."""
    if not difference:
        return "same amount"
    return f"amount differs by {from_cents(difference):+,.2f}"


def date_words(lag: int) -> str:
    """``lag`` is bank day less ledger day."""
    if not lag:
        return "same day"
    days = f"{abs(lag)} day{'s' if abs(lag) > 1 else ''}"
    return f"{days} later at the bank" if lag > 0 else f"{days} earlier at the bank"


def _likeness(level: int) -> str:
    if level >= _NEARLY_ALL:
        return "agrees"
    return "partly agrees" if level >= AGREES_FROM else "differs"


def _text_words(level: int, bank: str, ledger: str) -> str:
    if level == MISSING:
        return "no text to compare"
    return f"text {_likeness(level)}: '{bank.strip()}' / '{ledger.strip()}'"
