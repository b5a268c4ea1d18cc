"""Plaid: an aggregator with cursors."""

from integrations.banks.plaid.connector import PlaidConnector
from integrations.banks.plaid.settings import PlaidSettings

__all__ = ["PlaidConnector", "PlaidSettings"]
