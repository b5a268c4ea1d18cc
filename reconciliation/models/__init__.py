"""Tables of reconciliation, one module each."""

from reconciliation.models.balance_sync_history import BalanceSyncHistory
from reconciliation.models.reconciliation_status import TransactionReconciliationStatus
from reconciliation.models.transaction_mappings import TransactionMapping

__all__ = ["BalanceSyncHistory", "TransactionMapping", "TransactionReconciliationStatus"]
