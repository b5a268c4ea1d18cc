"""Explaining why two balances differ. Pure: no database, no Django, no clock.

``explain(bank, ledger, anchors, ledger_now)`` takes the booked rows of both sides, the balances that the bank states
and the ledger's balance, and gives an ``Explanation``: what is only timing, since which day the sides part, and the
smallest sets of rows that account for the gap. A set is certain only where there is no other. ``coverage()`` says
which days of an account statements and syncs cover.
"""

from reconciliation.balances.coverage import Covered, Period, Stretch, coverage, stretches
from reconciliation.balances.explaining import explain
from reconciliation.balances.types import (
    Anchor,
    Answer,
    Atom,
    Cause,
    Explanation,
    Parameters,
    Ref,
    Rows,
    SideName,
    Timing,
)

__all__ = [
    "Anchor",
    "Answer",
    "Atom",
    "Cause",
    "Covered",
    "Explanation",
    "Parameters",
    "Period",
    "Ref",
    "Rows",
    "SideName",
    "Stretch",
    "Timing",
    "coverage",
    "explain",
    "stretches",
]
