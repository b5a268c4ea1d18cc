-- Purpose: the quick way for a file that was imported before: rows that stand in the live table exactly as the file
--          writes them, under their own id, are duplicates. What is not found so is looked up by the statements after.
-- Inputs:  account_id, bank_id, external_account_id; first_day and last_day of the staged rows; repeated, the bank ids
--          that stand on several lines of the file.
-- Callers: integrations.importing.staging, where some rows are known to be known.
-- Locks:   none.
UPDATE staged_transactions s
SET verdict = 'duplicate', matched_id = b.id, matched_date = b.transaction_date
FROM bank_transactions b
WHERE b.account_id = %(account_id)s
    AND b.transaction_date BETWEEN %(first_day)s AND %(last_day)s
    AND b.bank_id = %(bank_id)s
    AND b.external_account_id = %(external_account_id)s
    AND b.external_transaction_id = COALESCE(s.bank_identity, s.content_identity)
    AND b.transaction_date = s.transaction_date
    AND b.posted_date IS NOT DISTINCT FROM s.posted_date
    AND CASE b.transaction_type WHEN 'debit' THEN -b.amount ELSE b.amount END = s.signed_amount
    AND b.raw_description = s.raw_description
    AND (s.bank_identity IS NULL OR s.bank_identity <> ALL (%(repeated)s::text[]));
