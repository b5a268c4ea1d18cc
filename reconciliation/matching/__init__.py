"""Matching bank lines with ledger lines. Pure: no database, no Django, no clock.

``match(bank, ledger)`` takes two ``Side``s and gives a ``Result``::

    result = match(Side.of(bank_lines), Side.of(ledger_lines), Parameters(accept_probability=0.99))
    for found in result.matches(): ...          # accepted and proposed, batches included
    result.candidates(bank_row)                 # the best candidates of a line, why each was not chosen
    result.bank_outcomes, result.ledger_outcomes, result.counts(), result.offset_pairs()
    result.weights                              # what was learned; give it to the next run to fix it
    result.run_hash                             # the same for the same lines and parameters, in any order

``Memory`` brings in what reviewers decided: aliases, rejected pairs, decisions. ``score`` compares with answers.
Nothing here is slower than n log n in the number of lines, and memory grows linearly with it; objects per line are
made only when asked for. ``docs/matching.md`` explains the outcomes and the numbers.
"""

from reconciliation.matching.engine import STEPS, VERSION, match, run_hash
from reconciliation.matching.result import Result
from reconciliation.matching.scoring import Score, Scores, score
from reconciliation.matching.types import (
    Candidate,
    Decision,
    Evidence,
    Field,
    Line,
    Match,
    Memory,
    Offset,
    Outcome,
    Parameters,
    Reason,
    Side,
    from_cents,
    to_cents,
)
from reconciliation.matching.weights import Weights

__all__ = [
    "STEPS",
    "VERSION",
    "Candidate",
    "Decision",
    "Evidence",
    "Field",
    "Line",
    "Match",
    "Memory",
    "Offset",
    "Outcome",
    "Parameters",
    "Reason",
    "Result",
    "Score",
    "Scores",
    "Side",
    "Weights",
    "from_cents",
    "match",
    "run_hash",
    "score",
    "to_cents",
]
