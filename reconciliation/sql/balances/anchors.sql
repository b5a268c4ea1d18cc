-- Purpose: the balances that the bank stated for an account: of statements at both ends, and of syncs by the bank's day.
-- Inputs:  account_id, currency.
-- Callers: reconciliation.balancing.loading.
-- Locks:   none.
SELECT a.day, (a.amount * 100)::bigint, a.is_final, a.connection_id, a.source, a.source_id
FROM (
    SELECT s.period_start - 1 AS day, s.opening_balance AS amount, true AS is_final, s.connection_id,
        'statement' AS source, s.id AS source_id, s.created_at AS at
    FROM bank_statements s
    WHERE s.account_id = %(account_id)s AND s.currency = %(currency)s
    UNION ALL
    SELECT s.period_end, s.closing_balance, true, s.connection_id, 'statement', s.id, s.created_at
    FROM bank_statements s
    WHERE s.account_id = %(account_id)s AND s.currency = %(currency)s
    UNION ALL
    SELECT b.bank_day, b.amount, false, b.connection_id, 'sync', b.id, b.as_of
    FROM bank_balances b
    WHERE b.account_id = %(account_id)s AND b.currency = %(currency)s AND b.kind = 'posted'
) a
WHERE a.day IS NOT NULL AND a.amount IS NOT NULL
ORDER BY a.day, a.is_final, a.at
