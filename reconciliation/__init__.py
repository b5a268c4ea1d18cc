"""Bank data meets the ledger: mappings and balances."""
