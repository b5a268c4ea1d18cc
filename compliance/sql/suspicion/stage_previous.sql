-- Purpose: when each staged account moved last before the time that is looked at, so that a long silence is known.
-- Inputs:  begins (a day), zone (of days).
-- Callers: compliance.suspicion.movements.
-- Locks:   none.
WITH firsts AS (
    SELECT DISTINCT ON (account) account, id FROM staged_movements WHERE account <> '' ORDER BY account, at, id
), before AS (
    SELECT f.id, GREATEST(ledger.day, bank.day) AS day
    FROM firsts f
    CROSS JOIN LATERAL (
        SELECT max(t.transaction_date) AS day FROM transactions t
        WHERE t.account_id = f.account::uuid AND t.transaction_date < %(begins)s AND is_booked(t.status)
    ) AS ledger
    CROSS JOIN LATERAL (
        SELECT max(b.transaction_date) AS day FROM bank_transactions b
        WHERE b.account_id = f.account::uuid AND b.transaction_date < %(begins)s
    ) AS bank
)
UPDATE staged_movements m
SET previous_at = b.day::timestamp AT TIME ZONE %(zone)s
FROM before b
WHERE m.id = b.id AND b.day IS NOT NULL
