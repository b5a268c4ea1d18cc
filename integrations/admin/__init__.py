"""Admin screens of bank integration: importing this registers them, their cards and their panels."""

from integrations.admin import (
    bank_balances,
    bank_connections,
    bank_statements,
    bank_sync_logs,
    bank_transaction_duplicates,
    bank_transaction_versions,
    bank_transactions,
    bank_webhooks,
    cards,
    integration_errors,
    integration_health,
    linked_accounts,
    panels,
    statement_files,
    statement_profiles,
)

__all__ = [
    "bank_balances",
    "bank_connections",
    "bank_statements",
    "bank_sync_logs",
    "bank_transaction_duplicates",
    "bank_transaction_versions",
    "bank_transactions",
    "bank_webhooks",
    "cards",
    "integration_errors",
    "integration_health",
    "linked_accounts",
    "panels",
    "statement_files",
    "statement_profiles",
]
