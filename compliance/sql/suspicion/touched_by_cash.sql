-- Purpose: the customers and beneficiaries of whom receipts of cash came in or changed.
-- Inputs:  new_since (a time; with NULL nobody, since then everybody is looked at).
-- Callers: compliance.suspicion.movements.
-- Locks:   none.
INSERT INTO staged_customers (customer)
SELECT a.user_id::text FROM large_cash_records c JOIN accounts a ON a.id = c.account_id
WHERE c.updated_at >= %(new_since)s
UNION
SELECT COALESCE(p.user_id::text, r.party_key)
FROM large_cash_records c
JOIN large_cash_parties r ON r.record_id = c.id AND r.party_role = 'beneficiary'
JOIN parties p ON p.id = r.party_id
WHERE c.updated_at >= %(new_since)s
ON CONFLICT DO NOTHING
