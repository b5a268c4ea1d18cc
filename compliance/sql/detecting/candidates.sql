-- Purpose: the receipts of cash that can be part of a reportable set at all, so that the 24-hour rule in Python reads few.
--          A day here is the bank's, from its start of a window on; where the clock goes back it holds two windows, so
--          what is chosen is never too little.
-- Inputs:  zone, starts_at: the windows; since: the first moment looked at; threshold in Canadian dollars.
-- Callers: compliance.detecting, once per run.
-- Locks:   none; fills the temporary table reportable_candidates.
CREATE TEMPORARY TABLE reportable_candidates ON COMMIT DROP AS
WITH legs AS (
    SELECT
        p.record_id, p.party_role, p.party_key, r.amount_cad,
        (r.received_at AT TIME ZONE %(zone)s - %(starts_at)s::interval)::date AS day
    FROM large_cash_records r
    JOIN large_cash_parties p ON p.record_id = r.id
    WHERE r.record_status = 'recorded' AND r.exemption = '' AND r.received_at >= %(since)s
        AND p.party_role IN ('conductor', 'on_behalf_of', 'beneficiary')
), together AS (
    SELECT day, party_role, party_key
    FROM legs
    GROUP BY day, party_role, party_key
    HAVING count(*) >= 2 AND sum(amount_cad) >= %(threshold)s
)
SELECT l.record_id AS id
FROM legs l JOIN together t USING (day, party_role, party_key)
UNION
SELECT r.id
FROM large_cash_records r
WHERE r.record_status = 'recorded' AND r.exemption = '' AND r.received_at >= %(since)s
    AND r.amount_cad >= %(threshold)s
