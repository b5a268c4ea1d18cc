"""Evidence in words a reviewer understands."""

from __future__ import annotations

import numpy as np

from reconciliation.matching.evidence import AGREES_FROM, ELSEWHERE, MISSING, Compared
from reconciliation.matching.prepare import Prepared
from reconciliation.matching.types import Evidence, Field, Floats, Side, from_cents
from reconciliation.matching.weights import Weights, field_weights

_NEARLY_ALL = 4
_REFERENCE_WORDS = {1: "same reference", 0: "references differ", ELSEWHERE: "its reference is on another line"}
_MARK_WORDS = {1: "same number in both texts", 0: "other numbers in the texts"}


def field_voices(prepared: Prepared, compared: Compared, weights: Weights) -> dict[Field, Floats]:
    """What each field says about each pair, in nats; all pairs at once, since one alone costs nearly as much."""
    weight = field_weights(weights, prepared, compared)
    agrees = compared.text >= AGREES_FROM
    known = (compared.text == MISSING) | ~np.isnan(compared.association)
    by_word = np.where(agrees, -np.log(compared.text_chance), 0.0)
    by_chance = np.where(known | (by_word != 0), 0.0, -np.log(weights.text_chance[compared.text]))
    return {
        Field.AMOUNT: np.zeros(len(compared)),
        Field.DATE: weight["date"],
        Field.REFERENCE: weight["reference"] + weight["mark"],
        Field.COUNTERPARTY: weight["party"],
        Field.DESCRIPTION: weight["text"] + by_word + by_chance,
    }


def explain(
    bank: Side, ledger: Side, compared: Compared, voices: dict[Field, Floats], pair: int
) -> tuple[Evidence, ...]:
    """Evidence of one candidate pair, one entry per field that there is something to say about."""
    return tuple(
        Evidence(field, words, float(voices[field][pair])) for field, words in phrases(bank, ledger, compared, pair)
    )


def phrases(bank: Side, ledger: Side, compared: Compared, pair: int) -> list[tuple[Field, str]]:
    """The words alone, for each field that there is something to say about."""
    found = [
        (Field.AMOUNT, amount_words(int(compared.difference[pair]))),
        (Field.DATE, date_words(int(compared.lag[pair]))),
    ]
    if compared.reference[pair] != MISSING:
        found.append((Field.REFERENCE, _REFERENCE_WORDS[int(compared.reference[pair])]))
    elif compared.mark[pair] != MISSING:
        found.append((Field.REFERENCE, _MARK_WORDS[int(compared.mark[pair])]))
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
