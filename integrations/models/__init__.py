"""Tables of bank integration, one module each."""

from integrations.models.bank_balances import BankBalance
from integrations.models.bank_connections import BankConnection
from integrations.models.bank_statements import BankStatement
from integrations.models.bank_sync_logs import BankSyncLog
from integrations.models.bank_transaction_duplicates import BankTransactionDuplicate
from integrations.models.bank_transaction_keys import BankTransactionKey
from integrations.models.bank_transaction_versions import BankTransactionVersion
from integrations.models.bank_transactions import ArchivedBankTransaction, BankTransaction
from integrations.models.bank_webhooks import BankWebhook
from integrations.models.integration_errors import IntegrationError
from integrations.models.integration_health import BankIntegrationHealth
from integrations.models.linked_accounts import LinkedAccount
from integrations.models.statement_files import StatementFile
from integrations.models.statement_profiles import StatementProfile

__all__ = [
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
    "IntegrationError",
    "LinkedAccount",
    "StatementFile",
    "StatementProfile",
]
