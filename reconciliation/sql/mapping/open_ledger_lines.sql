-- Purpose: ledger transactions that no bank line stands for yet, of the accounts that have open bank lines.
-- Inputs:  accounts (uuid[]), first_day (NULL: all).
-- Callers: reconciliation.mapping.loading.
-- Locks:   none.
SELECT
    t.id::text,
    t.transaction_date - DATE '0001-01-01' + 1,
    (CASE t.transaction_type WHEN 'debit' THEN -t.amount ELSE t.amount END * 100)::bigint,
    COALESCE(t.description, ''),
    COALESCE(t.bank_reference, t.external_transaction_id, ''),
    COALESCE(t.transaction_metadata ->> 'counterparty', ''),
    t.account_id || ':' || t.currency
FROM transactions t
WHERE t.account_id = ANY(%(accounts)s::uuid[])
    AND (%(first_day)s::date IS NULL OR t.transaction_date >= %(first_day)s::date)
    AND COALESCE(t.status, 'posted') NOT IN ('grouping', 'cancelled', 'failed', 'reversed')
    AND NOT EXISTS (SELECT FROM transaction_mappings m WHERE m.transaction_id = t.id)
    AND NOT EXISTS (SELECT FROM transaction_parts p WHERE p.part_id = t.id OR p.parent_id = t.id)
