-- Purpose: which bank row and which ledger transaction of an account are one movement already.
-- Inputs:  account_id.
-- Callers: reconciliation.balancing.loading.
-- Locks:   none.
SELECT m.bank_transaction_id::text, m.transaction_id::text
FROM transaction_mappings m
JOIN transactions t ON t.id = m.transaction_id
WHERE t.account_id = %(account_id)s
