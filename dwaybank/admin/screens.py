"""Importing this registers the ground floor's screens."""

from dwaybank.admin import accounts, audit_events, roles, system_config, system_logs, transactions, users

__all__ = ["accounts", "audit_events", "roles", "system_config", "system_logs", "transactions", "users"]
