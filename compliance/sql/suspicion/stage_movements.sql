-- Purpose: stage what the indicators look at: movements of the ledger, and bank transactions that are mapped to none of
--          them; from `begins` on, of the customers of whom something is new.
-- Inputs:  begins (a day), zone (of days), new_since (a time, or NULL: everything is new, of everybody), cash_pattern
--          (a regular expression that says a description is of cash).
-- Callers: compliance.suspicion.movements.
-- Locks:   none.
WITH touched AS (
    SELECT CASE WHEN customer ~ '^[0-9a-f-]{36}$' THEN customer::uuid END AS user_id FROM staged_customers
    UNION
    SELECT a.user_id FROM transactions t JOIN accounts a ON a.id = t.account_id WHERE t.created_at >= %(new_since)s
    UNION
    SELECT a.user_id FROM bank_transactions b JOIN accounts a ON a.id = b.account_id WHERE b.created_at >= %(new_since)s
), of_whom AS (
    SELECT a.id, a.user_id FROM accounts a
    WHERE %(new_since)s::timestamptz IS NULL OR a.user_id IN (SELECT user_id FROM touched)
)
INSERT INTO staged_movements (
    id, source, row_id, customer, account, at, amount, flow, is_cash, location, conductor, beneficiary, is_new
)
SELECT
    'ledger:' || t.id, 'ledger', t.id, o.user_id::text, t.account_id::text,
    t.transaction_date::timestamp AT TIME ZONE %(zone)s, t.amount,
    CASE t.transaction_type WHEN 'credit' THEN 'in' ELSE 'out' END,
    COALESCE(t.description, '') ~* %(cash_pattern)s, '', '', '',
    %(new_since)s::timestamptz IS NULL OR t.created_at >= %(new_since)s
FROM transactions t
JOIN of_whom o ON o.id = t.account_id
WHERE t.transaction_date >= %(begins)s AND is_booked(t.status) AND t.amount > 0 AND COALESCE(t.currency, 'CAD') = 'CAD'
UNION ALL
SELECT
    'bank:' || b.id, 'bank', b.id, o.user_id::text, b.account_id::text,
    b.transaction_date::timestamp AT TIME ZONE %(zone)s, b.amount,
    CASE b.transaction_type WHEN 'credit' THEN 'in' ELSE 'out' END,
    concat_ws(' ', b.raw_description, b.category) ~* %(cash_pattern)s, '', '', '',
    %(new_since)s::timestamptz IS NULL OR b.created_at >= %(new_since)s
FROM bank_transactions b
JOIN of_whom o ON o.id = b.account_id
WHERE b.transaction_date >= %(begins)s AND b.mapped_transaction_id IS NULL AND b.amount > 0
    AND COALESCE(b.processing_status, 'imported') NOT IN ('duplicate', 'error') AND COALESCE(b.currency, 'CAD') = 'CAD'
