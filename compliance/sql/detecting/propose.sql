-- Purpose: propose a cash record for every bank transaction that looks like cash coming in and has none yet: details missing,
--          for a person to complete or to dismiss. A transaction mapped to a ledger row that a cash record names has one.
-- Inputs:  since (a day), cash_pattern (a regular expression that says a description is of cash), zone (the bank's).
-- Callers: compliance.proposing.
-- Locks:   none beyond the inserted rows; the unique bank transaction lets two runs at once write each record once.
INSERT INTO large_cash_records (
    reference, record_status, record_source, received_at, zone, amount, amount_cad, currency, exchange_rate, rate_source,
    account_id, bank_transaction_id, transaction_id, disposition_code, created_by
)
SELECT
    'BANK-' || b.id, 'proposed', 'proposed', b.transaction_date::timestamp AT TIME ZONE %(zone)s, %(zone)s, b.amount,
    b.amount, 'CAD', NULL, '', b.account_id, b.id, b.mapped_transaction_id, 1, %(actor)s::uuid
FROM bank_transactions b
WHERE b.transaction_date >= %(since)s AND b.transaction_type = 'credit' AND b.amount > 0
    AND COALESCE(b.currency, 'CAD') = 'CAD' AND COALESCE(b.processing_status, 'imported') NOT IN ('duplicate', 'error')
    AND concat_ws(' ', b.raw_description, b.category) ~* %(cash_pattern)s
    AND NOT EXISTS (SELECT FROM large_cash_records c WHERE c.bank_transaction_id = b.id)
    AND NOT EXISTS (
        SELECT FROM large_cash_records c WHERE c.transaction_id = b.mapped_transaction_id AND c.transaction_id IS NOT NULL
    )
ON CONFLICT DO NOTHING
