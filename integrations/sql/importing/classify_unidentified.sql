-- Purpose: rows without a bank id: known if a row of the same content and occurrence is stored, else new.
-- Inputs:  bank_id, external_account_id.
-- Callers: integrations.importing.staging, after the account is locked.
-- Locks:   none.
UPDATE staged_transactions s
SET verdict = CASE WHEN k.id IS NULL THEN 'new' ELSE 'duplicate' END,
    external_transaction_id = s.content_identity,
    matched_id = k.id,
    matched_date = k.transaction_date
FROM staged_transactions own
LEFT JOIN bank_transaction_keys k
    ON k.bank_id = %(bank_id)s
    AND k.external_account_id = %(external_account_id)s
    AND k.external_transaction_id = own.content_identity
WHERE own.position = s.position AND s.bank_identity IS NULL;
