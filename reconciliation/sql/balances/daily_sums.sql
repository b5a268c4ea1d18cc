-- Purpose: what an account's bank rows of each day add up to, for the picture of a balance over time.
-- Inputs:  account_id, currency, first_day, last_day.
-- Callers: reconciliation.admin.conflict_pictures.
-- Locks:   none.
SELECT COALESCE(bt.posted_date, bt.transaction_date),
    sum(CASE bt.transaction_type WHEN 'debit' THEN -bt.amount ELSE bt.amount END)
FROM bank_transactions bt
WHERE bt.account_id = %(account_id)s
    AND bt.currency = %(currency)s
    AND bt.processing_status IS DISTINCT FROM 'duplicate'
    AND bt.transaction_date >= %(first_day)s::date - 31
    AND COALESCE(bt.posted_date, bt.transaction_date) BETWEEN %(first_day)s::date AND %(last_day)s::date
GROUP BY 1
