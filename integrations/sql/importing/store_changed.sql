-- Purpose: write the changes of stored rows. Of a file's row the amount is the same as before, or it is another row
--          (classify_identified).
-- Inputs:  none; changed_transactions is filled.
-- Callers: integrations.importing.staging.
-- Locks:   row locks of the changed rows; the account is locked before.
UPDATE bank_transactions b
SET amount = c.amount,
    currency = c.currency,
    transaction_type = c.transaction_type,
    transaction_date = c.transaction_date,
    posted_date = c.posted_date,
    value_date = c.value_date,
    raw_description = c.raw_description,
    normalized_description = c.normalized_description,
    merchant_name = c.merchant_name,
    transaction_code = c.transaction_code,
    bank_reference = c.bank_reference,
    raw_data = c.raw_data,
    normalized_data = c.normalized_data
FROM changed_transactions c
WHERE b.id = c.id AND b.transaction_date = c.stored_on;
