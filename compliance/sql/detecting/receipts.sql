-- Purpose: the chosen receipts in order of time, each with the keys of its parties by role.
-- Inputs:  the temporary table reportable_candidates.
-- Callers: compliance.detecting, read through a cursor on the server.
-- Locks:   none.
SELECT
    r.id, r.received_at, r.amount_cad,
    COALESCE(array_agg(p.party_key ORDER BY p.party_key) FILTER (WHERE p.party_role = 'conductor'), '{}'),
    COALESCE(array_agg(p.party_key ORDER BY p.party_key) FILTER (WHERE p.party_role = 'on_behalf_of'), '{}'),
    COALESCE(array_agg(p.party_key ORDER BY p.party_key) FILTER (WHERE p.party_role = 'beneficiary'), '{}')
FROM reportable_candidates c
JOIN large_cash_records r USING (id)
LEFT JOIN large_cash_parties p ON p.record_id = r.id
GROUP BY r.id
ORDER BY r.received_at, r.id
