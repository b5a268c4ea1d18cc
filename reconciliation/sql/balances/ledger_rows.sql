-- Purpose: an account's booked ledger transactions. Where one bank line is several of them, the line's whole stands for
--          its parts; where several bank lines are one of them, the lines' parts stand for it: so each row has one
--          partner at most, and the sum stays.
-- Inputs:  account_id, currency, since (NULL: all).
-- Callers: reconciliation.balancing.loading.
-- Locks:   none.
SELECT
    t.id::text,
    COALESCE(g.day, t.transaction_date) - DATE '0001-01-01' + 1,
    (CASE t.transaction_type WHEN 'debit' THEN -t.amount ELSE t.amount END * 100)::bigint,
    lower(COALESCE(t.description, ''))
FROM transactions t
LEFT JOIN LATERAL (
    SELECT max(other.transaction_date) AS day
    FROM transaction_parts p
    JOIN transactions other ON other.id = CASE WHEN p.made = 'parent' THEN p.part_id ELSE p.parent_id END
    WHERE t.status = 'grouping'
        AND (p.parent_id = t.id AND p.made = 'parent' OR p.part_id = t.id AND p.made = 'parts')
) g ON true
WHERE t.account_id = %(account_id)s
    AND t.currency = %(currency)s
    AND (is_booked(t.status) OR g.day IS NOT NULL)
    AND (%(since)s::date IS NULL OR t.transaction_date >= %(since)s::date)
    AND NOT EXISTS (
        SELECT FROM transaction_parts p
        WHERE p.part_id = t.id AND p.made = 'parent' OR p.parent_id = t.id AND p.made = 'parts'
    )
