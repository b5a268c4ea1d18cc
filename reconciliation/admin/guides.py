"""Which chapter of the guides helps on which page of reconciliation."""

from __future__ import annotations

from dwaybank.admin.help import register_help

register_help(
    "reconciliation.decide_mapping",
    "reconciliation-reviewer",
    {
        "index": 1,
        "integrations_statement": 2,
        "reconciliation_mappingproposal": 3,
        "reconciliation_mappingdecision": 4,
        "reconciliation_transaction": 4,
        "reconciliation_balance": 5,
    },
)

register_help(
    "reconciliation.approve_balance_resolution",
    "approver",
    {
        "index": 1,
        "reconciliation_balance": 2,
        "reconciliation_mappingpolicy": 3,
    },
)
