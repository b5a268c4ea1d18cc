"""Admin screens of reconciliation: importing this registers them, their cards and their panels."""

from reconciliation.admin import (
    balance_conflicts,
    balance_resolutions,
    balance_sync_history,
    cards,
    figures,
    guides,
    learning,
    mapping_decisions,
    mapping_policies,
    mapping_proposals,
    mapping_runs,
    panels,
    reconciliation_status,
    transaction_mappings,
    transaction_parts,
)

__all__ = [
    "balance_conflicts",
    "balance_resolutions",
    "balance_sync_history",
    "cards",
    "figures",
    "guides",
    "learning",
    "mapping_decisions",
    "mapping_policies",
    "mapping_proposals",
    "mapping_runs",
    "panels",
    "reconciliation_status",
    "transaction_mappings",
    "transaction_parts",
]
