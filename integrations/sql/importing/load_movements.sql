-- Purpose: stored movements of this account that came from other sources and that this source has not repeated yet,
--          around the dates of the staged rows that are new.
-- Inputs:  account_id, source, first_day, last_day.
-- Callers: integrations.importing.staging, before pair_movements.
-- Locks:   none.
DROP TABLE IF EXISTS other_movements;
CREATE TEMPORARY TABLE other_movements ON COMMIT DROP AS
SELECT
    b.id, b.transaction_date, b.posted_date,
    CASE b.transaction_type WHEN 'debit' THEN -b.amount ELSE b.amount END AS signed_amount,
    b.currency,
    ARRAY(SELECT jsonb_array_elements_text(b.normalized_data -> 'words')) AS words
FROM bank_transactions b
WHERE b.account_id = %(account_id)s
    AND b.transaction_date BETWEEN %(first_day)s::date - 3 AND %(last_day)s::date + 3
    AND b.processing_status IS DISTINCT FROM 'duplicate'
    AND b.normalized_data ->> 'source' IS DISTINCT FROM %(source)s
    AND NOT EXISTS (
        SELECT FROM bank_transaction_duplicates d
        WHERE d.duplicate_of_id = b.id AND d.source = %(source)s
    );
CREATE INDEX ON other_movements (signed_amount, transaction_date);
ANALYZE other_movements;
