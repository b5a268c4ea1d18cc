-- Purpose: stage the receipts of cash, in the place of the movements of ledger and bank that they tell of.
-- Inputs:  begins (a day), zone (of days), new_since (a time, or NULL: everything is new, of everybody).
-- Callers: compliance.suspicion.movements.
-- Locks:   none.
WITH receipts AS (
    SELECT
        c.id, c.received_at, c.amount_cad, c.location_id, c.account_id, c.bank_transaction_id, c.transaction_id,
        c.updated_at, a.user_id::text AS holder,
        (
            SELECT min(COALESCE(p.user_id::text, r.party_key))
            FROM large_cash_parties r JOIN parties p ON p.id = r.party_id
            WHERE r.record_id = c.id AND r.party_role = 'conductor'
        ) AS conductor,
        (
            SELECT min(COALESCE(p.user_id::text, r.party_key))
            FROM large_cash_parties r JOIN parties p ON p.id = r.party_id
            WHERE r.record_id = c.id AND r.party_role = 'beneficiary'
        ) AS beneficiary
    FROM large_cash_records c
    LEFT JOIN accounts a ON a.id = c.account_id
    WHERE c.record_status = 'recorded' AND c.received_at >= %(begins)s::timestamp AT TIME ZONE %(zone)s
), seen AS (
    SELECT r.*, COALESCE(r.holder, r.beneficiary, '') AS customer
    FROM receipts r
    WHERE %(new_since)s::timestamptz IS NULL
        OR COALESCE(r.holder, r.beneficiary) IN (SELECT customer FROM staged_customers)
        OR r.beneficiary IN (SELECT customer FROM staged_customers)
), told AS (
    DELETE FROM staged_movements m USING seen s
    WHERE (m.source = 'bank' AND m.row_id = s.bank_transaction_id)
        OR (m.source = 'ledger' AND m.row_id = s.transaction_id)
)
INSERT INTO staged_movements (
    id, source, row_id, customer, account, at, amount, flow, is_cash, location, conductor, beneficiary, is_new
)
SELECT
    'cash:' || s.id, 'cash', s.id, s.customer, COALESCE(s.account_id::text, ''), s.received_at, s.amount_cad, 'in', true,
    s.location_id, COALESCE(s.conductor, ''), COALESCE(s.beneficiary, ''),
    %(new_since)s::timestamptz IS NULL OR s.updated_at >= %(new_since)s
FROM seen s
