-- Purpose: bank lines that wait for a mapping.
-- Inputs:  account_id (NULL: all), since (NULL: all).
-- Callers: reconciliation.mapping.loading.
-- Locks:   none.
SELECT
    bt.id::text,
    bt.transaction_date - DATE '0001-01-01' + 1,
    (CASE bt.transaction_type WHEN 'debit' THEN -bt.amount ELSE bt.amount END * 100)::bigint,
    COALESCE(bt.raw_description, ''),
    COALESCE(bt.bank_reference, ''),
    COALESCE(bt.merchant_name, ''),
    bt.account_id || ':' || bt.currency
FROM bank_transactions bt
WHERE bt.processing_status = 'imported'
    AND bt.mapped_transaction_id IS NULL
    AND (%(account_id)s::uuid IS NULL OR bt.account_id = %(account_id)s::uuid)
    AND (%(since)s::date IS NULL OR bt.transaction_date >= %(since)s::date)
    AND NOT EXISTS (
        SELECT FROM mapping_proposals p WHERE p.bank_transaction_id = bt.id AND p.proposal_status = 'disputed'
    )
