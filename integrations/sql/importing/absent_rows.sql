-- Purpose: stored rows of these days from this source that are not among the staged ones: the bank lists them no more.
-- Inputs:  account_id, source, first_day, last_day; staged_transactions is classified and stored.
-- Callers: integrations.importing.staging.
-- Locks:   none.
SELECT b.id
FROM bank_transactions b
WHERE b.account_id = %(account_id)s
    AND b.normalized_data ->> 'source' = %(source)s
    -- banks take a window by either date: only a row with both inside is missed
    AND b.transaction_date BETWEEN %(first_day)s AND %(last_day)s
    AND COALESCE(b.posted_date, b.transaction_date) BETWEEN %(first_day)s AND %(last_day)s
    AND NOT EXISTS (
        SELECT FROM staged_transactions s
        WHERE b.id = CASE WHEN s.verdict IN ('new', 'repeated') THEN s.id ELSE s.matched_id END
    )
ORDER BY b.id;
