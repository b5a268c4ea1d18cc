"""Which chapter of the guides helps on which page of reconciliation."""

from __future__ import annotations

from typing import Final

from dwaybank.admin.help import register_help

_REVIEWER: Final = ("reconciliation.decide_mapping", "reconciliation-reviewer")
_APPROVER: Final = ("reconciliation.approve_balance_resolution", "approver")
_REVIEWERS: Final = {
    "index": 1,
    "integrations_statement": 2,
    "reconciliation_mappingproposal": 3,
    "reconciliation_mappingdecision": 4,
    "reconciliation_transaction": 4,
    "reconciliation_balance": 5,
}
_APPROVERS: Final = {"index": 1, "reconciliation_balance": 2, "reconciliation_mappingpolicy": 3}

for _page, _chapter in _REVIEWERS.items():
    register_help(_page, *_REVIEWER, _chapter)
for _page, _chapter in _APPROVERS.items():
    register_help(_page, *_APPROVER, _chapter)
