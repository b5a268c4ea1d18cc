"""Tables of bank integration, one module each."""

from integrations.models.bank_account_syncs import AccountSync
from integrations.models.bank_balances import BankBalance
from integrations.models.bank_connections import BankConnection
from integrations.models.bank_statements import BankStatement
from integrations.models.bank_sync_logs import BankSyncLog
from integrations.models.bank_transaction_duplicates import BankTransactionDuplicate
from integrations.models.bank_transaction_keys import BankTransactionKey
from integrations.models.bank_transaction_versions import BankTransactionVersion
from integrations.models.bank_transactions import ArchivedBankTransaction, BankTransaction
from integrations.models.bank_webhooks import BankWebhook
from integrations.models.connect_attempts import ConnectAttempt
from integrations.models.connection_sync_states import ConnectionSyncState
from integrations.models.integration_errors import IntegrationError
from integrations.models.integration_health import BankIntegrationHealth
from integrations.models.linked_accounts import LinkedAccount
from integrations.models.pending_transactions import PendingTransaction
from integrations.models.statement_files import StatementFile
from integrations.models.statement_profiles import StatementProfile
from integrations.models.sync_requests import SyncRequest
from integrations.models.webhook_deliveries import WebhookDelivery
from integrations.models.withdrawn_transactions import WithdrawnTransaction

__all__ = [
    "AccountSync",
    "ArchivedBankTransaction",
    "BankBalance",
    "BankConnection",
    "BankIntegrationHealth",
    "BankStatement",
    "BankSyncLog",
    "BankTransaction",
    "BankTransactionDuplicate",
    "BankTransactionKey",
    "BankTransactionVersion",
    "BankWebhook",
    "ConnectAttempt",
    "ConnectionSyncState",
    "IntegrationError",
    "LinkedAccount",
    "PendingTransaction",
    "StatementFile",
    "StatementProfile",
    "SyncRequest",
    "WebhookDelivery",
    "WithdrawnTransaction",
]
