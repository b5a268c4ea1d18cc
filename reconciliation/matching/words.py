"""Evidence in words a reviewer understands."""

from __future__ import annotations

import numpy as np

from reconciliation.matching.evidence import AGREES_FROM, ELSEWHERE, MISSING, Compared
from reconciliation.matching.prepare import Prepared
from reconciliation.matching.types import Evidence, Field, Side, from_cents
from reconciliation.matching.weights import Weights, field_weights

_NEARLY_ALL = 4
_REFERENCE_WORDS = {1: "same reference", 0: "references differ", ELSEWHERE: "its reference is on another line"}


def explain(
    bank: Side, ledger: Side, prepared: Prepared, compared: Compared, weights: Weights, pair: int
) -> tuple[Evidence, ...]:
    """Evidence of one candidate pair, one entry per field that there is something to say about."""
    one = compared.take(np.array([pair]))
    weight = {name: float(value[0]) for name, value in field_weights(weights, prepared, one).items()}
    level = int(one.text[0])
    by_word = -np.log(one.text_chance[0]) if level >= AGREES_FROM else 0.0
    known = level == MISSING or not np.isnan(one.association[0])
    by_chance = 0.0 if known or by_word else -np.log(weights.text_chance[level])
    of_field = {
        Field.AMOUNT: 0.0,
        Field.DATE: weight["date"],
        Field.REFERENCE: weight["reference"],
        Field.COUNTERPARTY: weight["party"],
        Field.DESCRIPTION: weight["text"] + float(by_word + by_chance),
    }
    return tuple(Evidence(field, words, of_field[field]) for field, words in phrases(bank, ledger, compared, pair))


def phrases(bank: Side, ledger: Side, compared: Compared, pair: int) -> list[tuple[Field, str]]:
    """The words alone, for each field that there is something to say about."""
    found = [
        (Field.AMOUNT, amount_words(int(compared.difference[pair]))),
        (Field.DATE, date_words(int(compared.lag[pair]))),
    ]
    if compared.reference[pair] != MISSING:
        found.append((Field.REFERENCE, _REFERENCE_WORDS[int(compared.reference[pair])]))
    if compared.party[pair] != MISSING:
        found.append((Field.COUNTERPARTY, f"counterparty {_likeness(int(compared.party[pair]))}"))
    texts = bank.descriptions[int(compared.bank[pair])], ledger.descriptions[int(compared.ledger[pair])]
    found.append((Field.DESCRIPTION, _text_words(int(compared.text[pair]), *texts)))
    return found


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
