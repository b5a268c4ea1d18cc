-- Purpose: an account's booked bank rows, each once, by the day the bank booked them.
-- Inputs:  account_id, currency, since (NULL: all).
-- Callers: reconciliation.balancing.loading.
-- Locks:   none.
SELECT
    bt.id::text,
    COALESCE(bt.posted_date, bt.transaction_date) - DATE '0001-01-01' + 1,
    (CASE bt.transaction_type WHEN 'debit' THEN -bt.amount ELSE bt.amount END * 100)::bigint,
    lower(COALESCE(bt.merchant_name, bt.raw_description, ''))
FROM bank_transactions bt
WHERE bt.account_id = %(account_id)s
    AND bt.currency = %(currency)s
    AND bt.processing_status IS DISTINCT FROM 'duplicate'
    AND (%(since)s::date IS NULL OR bt.transaction_date >= %(since)s::date)
