"""Tables of reconciliation, one module each."""

from reconciliation.models.balance_conflicts import BalanceConflict
from reconciliation.models.balance_resolutions import BalanceResolution
from reconciliation.models.balance_sync_history import BalanceSyncHistory
from reconciliation.models.learning import CounterpartyAlias, RejectedPair
from reconciliation.models.mapping_decisions import MappingDecision
from reconciliation.models.mapping_policies import MappingPolicy
from reconciliation.models.mapping_proposals import MappingProposal
from reconciliation.models.mapping_runs import MappingRun
from reconciliation.models.reconciliation_status import TransactionReconciliationStatus
from reconciliation.models.transaction_mappings import TransactionMapping
from reconciliation.models.transaction_parts import TransactionPart

__all__ = [
    "BalanceConflict",
    "BalanceResolution",
    "BalanceSyncHistory",
    "CounterpartyAlias",
    "MappingDecision",
    "MappingPolicy",
    "MappingProposal",
    "MappingRun",
    "RejectedPair",
    "TransactionMapping",
    "TransactionPart",
    "TransactionReconciliationStatus",
]
