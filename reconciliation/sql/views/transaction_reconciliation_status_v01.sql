-- Purpose: per external account, how far its bank transactions are mapped and what the two sides sum to.
--          Amounts are magnitudes, so both sums are signed by direction: credit +, debit -. Rows that a second
--          source repeated (processing_status 'duplicate') count nowhere.
-- Callers: the admin, reporting (readonly_role), other services. One account at a time is the cheap way: the
--          lateral part then reads that account's rows only.
-- Locks:   none.
CREATE VIEW transaction_reconciliation_status AS
SELECT
    a.id AS account_id,
    a.user_id,
    a.account_name,
    a.external_bank_name,
    s.total_bank_transactions,
    s.mapped_transactions,
    s.total_bank_transactions - s.mapped_transactions AS unmapped_transactions,
    s.total_bank_amount,
    s.total_mapped_amount,
    s.total_bank_amount - s.total_mapped_amount AS reconciliation_difference,
    s.automatic_mappings,
    s.manual_mappings,
    s.discrepancies,
    s.earliest_transaction,
    s.latest_transaction,
    s.last_import
FROM accounts a
CROSS JOIN LATERAL (
    SELECT
        count(*) AS total_bank_transactions,
        count(tm.id) AS mapped_transactions,
        COALESCE(sum(CASE bt.transaction_type WHEN 'debit' THEN -bt.amount ELSE bt.amount END), 0)
            AS total_bank_amount,
        COALESCE(sum(CASE t.transaction_type WHEN 'debit' THEN -t.amount ELSE t.amount END), 0)
            AS total_mapped_amount,
        count(*) FILTER (WHERE tm.mapping_type = 'automatic') AS automatic_mappings,
        count(*) FILTER (WHERE tm.mapping_type = 'manual') AS manual_mappings,
        count(*) FILTER (WHERE tm.reconciliation_status = 'discrepancy') AS discrepancies,
        min(bt.transaction_date) AS earliest_transaction,
        max(bt.transaction_date) AS latest_transaction,
        max(bt.imported_at) AS last_import
    FROM bank_transactions bt
    LEFT JOIN transaction_mappings tm ON tm.bank_transaction_id = bt.id
    LEFT JOIN transactions t ON t.id = tm.transaction_id
    WHERE bt.account_id = a.id
        AND bt.processing_status IS DISTINCT FROM 'duplicate'
) s
WHERE a.is_external
    AND a.deleted_at IS NULL;
