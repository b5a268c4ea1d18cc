-- Purpose: pairs that reviewers confirmed lately, both sides whole: they teach the weights.
-- Inputs:  accounts (uuid[]), most.
-- Callers: reconciliation.mapping.loading.
-- Locks:   none.
SELECT
    bt.id::text,
    bt.transaction_date - DATE '0001-01-01' + 1,
    (CASE bt.transaction_type WHEN 'debit' THEN -bt.amount ELSE bt.amount END * 100)::bigint,
    COALESCE(bt.raw_description, ''),
    COALESCE(bt.bank_reference, ''),
    COALESCE(bt.merchant_name, ''),
    bt.account_id || ':' || bt.currency,
    t.id::text,
    t.transaction_date - DATE '0001-01-01' + 1,
    (CASE t.transaction_type WHEN 'debit' THEN -t.amount ELSE t.amount END * 100)::bigint,
    COALESCE(t.description, ''),
    COALESCE(t.bank_reference, t.external_transaction_id, ''),
    COALESCE(t.transaction_metadata ->> 'counterparty', '')
FROM transaction_mappings m
JOIN bank_transaction_keys k ON k.id = m.bank_transaction_id
JOIN bank_transactions bt ON bt.id = k.id AND bt.transaction_date = k.transaction_date
JOIN transactions t ON t.id = m.transaction_id
WHERE m.reviewed_by IS NOT NULL
    AND bt.account_id = ANY(%(accounts)s::uuid[])
    AND t.status IS DISTINCT FROM 'grouping'
    AND t.import_source IS DISTINCT FROM 'reconciliation'
ORDER BY m.reviewed_at DESC, m.id
LIMIT %(most)s
