"""Admin screens of reconciliation: importing this registers them, their cards and their panels."""

from reconciliation.admin import (
    balance_sync_history,
    cards,
    mapping_policies,
    mapping_proposals,
    mapping_records,
    panels,
    reconciliation_status,
    transaction_mappings,
)

__all__ = [
    "balance_sync_history",
    "cards",
    "mapping_policies",
    "mapping_proposals",
    "mapping_records",
    "panels",
    "reconciliation_status",
    "transaction_mappings",
]
