-- Purpose: rows without a bank id are known if a row of the same content and occurrence is stored.
-- Inputs:  bank_id, external_account_id.
-- Callers: integrations.importing.staging, after the account is locked.
-- Locks:   none.
UPDATE staged_transactions s
SET verdict = 'duplicate', matched_id = k.id, matched_date = k.transaction_date
FROM bank_transaction_keys k
WHERE s.bank_identity IS NULL
    AND s.verdict = 'new'
    AND k.bank_id = %(bank_id)s
    AND k.external_account_id = %(external_account_id)s
    AND k.external_transaction_id = s.content_identity;
