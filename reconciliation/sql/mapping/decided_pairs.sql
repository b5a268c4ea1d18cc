-- Purpose: pairs that are mapped one to one, both sides whole, with who decided: history to replay.
-- Inputs:  account_id (NULL: all), since (NULL: all), most.
-- Callers: reconciliation.mapping.replaying.
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
    COALESCE(t.transaction_metadata ->> 'counterparty', ''),
    m.mapping_type
FROM transaction_mappings m
JOIN bank_transaction_keys k ON k.id = m.bank_transaction_id
JOIN bank_transactions bt ON bt.id = k.id AND bt.transaction_date = k.transaction_date
JOIN transactions t ON t.id = m.transaction_id
WHERE (%(account_id)s::uuid IS NULL OR bt.account_id = %(account_id)s::uuid)
    AND (%(since)s::date IS NULL OR bt.transaction_date >= %(since)s::date)
    AND t.status IS DISTINCT FROM 'grouping'
    AND t.import_source IS DISTINCT FROM 'reconciliation'
ORDER BY bt.transaction_date DESC, m.id
LIMIT %(most)s
