"""Reviewers' decisions on bank lines: each one transaction, with mapping, ledger link, reviewer, note and audit.

Whoever decides first wins; the other is told who and when. A page that shows an older state of a line decides nothing.
Every decision can be undone, and the undo is a decision too.
"""

from reconciliation.decisions.claims import claim, release
from reconciliation.decisions.deciding import (
    approve,
    choose,
    create_ledger_transaction,
    group_lines,
    reject_candidate,
    settle_offset,
)
from reconciliation.decisions.locking import DecisionRefused, Seen
from reconciliation.decisions.mapped import correct, dispute, dispute_line, unmap
from reconciliation.decisions.undoing import undo

__all__ = [
    "DecisionRefused",
    "Seen",
    "approve",
    "choose",
    "claim",
    "correct",
    "create_ledger_transaction",
    "dispute",
    "dispute_line",
    "group_lines",
    "reject_candidate",
    "release",
    "settle_offset",
    "undo",
    "unmap",
]
