-- Purpose: how far each month of an account is mapped, newest first.
-- Inputs:  account_id, most (months).
-- Callers: reconciliation.admin.months.
-- Locks:   none; reads the account's rows by idx_bank_transactions_account_id.
SELECT
    date_trunc('month', bt.transaction_date)::date AS month,
    count(*) AS bank_lines,
    count(*) FILTER (WHERE bt.processing_status = 'mapped') AS mapped,
    count(*) FILTER (WHERE bt.processing_status = 'processed') AS settled,
    count(*) FILTER (WHERE bt.processing_status NOT IN ('mapped', 'processed')) AS waiting,
    sum(CASE bt.transaction_type WHEN 'debit' THEN -bt.amount ELSE bt.amount END) AS bank_sum,
    COALESCE(sum(CASE bt.transaction_type WHEN 'debit' THEN -bt.amount ELSE bt.amount END)
        FILTER (WHERE bt.processing_status NOT IN ('mapped', 'processed')), 0) AS waiting_sum
FROM bank_transactions bt
WHERE bt.account_id = %(account_id)s AND bt.processing_status IS DISTINCT FROM 'duplicate'
GROUP BY 1
ORDER BY 1 DESC
LIMIT %(most)s
