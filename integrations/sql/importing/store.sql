-- Purpose: write what classification decided: new and repeated rows, links of the repeated, changes of the changed.
-- Inputs:  connection_id, account_id, bank_id, external_account_id, source.
-- Callers: integrations.importing.staging, last step of an account.
-- Locks:   row locks of new keys and of changed rows; the account is locked before.
INSERT INTO bank_transactions (
    id, connection_id, account_id, bank_id, external_transaction_id, external_account_id,
    raw_data, normalized_data, amount, currency, transaction_type,
    transaction_date, posted_date, value_date,
    raw_description, normalized_description, merchant_name, transaction_code, bank_reference, processing_status
)
SELECT
    id, %(connection_id)s, %(account_id)s, %(bank_id)s, external_transaction_id, %(external_account_id)s,
    raw_data, normalized_data, abs(signed_amount), currency,
    CASE WHEN signed_amount < 0 THEN 'debit' ELSE 'credit' END,
    transaction_date, posted_date, value_date,
    raw_description, normalized_description, merchant_name, transaction_code, bank_reference,
    CASE verdict WHEN 'repeated' THEN 'duplicate' ELSE 'imported' END
FROM staged_transactions
WHERE verdict IN ('new', 'repeated')
ORDER BY transaction_date, position;

INSERT INTO bank_transaction_duplicates (bank_transaction_id, duplicate_of_id, source)
SELECT id, matched_id, %(source)s FROM staged_transactions WHERE verdict = 'repeated';

-- of a file's row the amount is the same as before, or it is another row (classify_identified)
UPDATE bank_transactions b
SET amount = abs(s.signed_amount),
    currency = s.currency,
    transaction_type = CASE WHEN s.signed_amount < 0 THEN 'debit' ELSE 'credit' END,
    transaction_date = s.transaction_date,
    posted_date = s.posted_date,
    value_date = s.value_date,
    raw_description = s.raw_description,
    normalized_description = s.normalized_description,
    merchant_name = s.merchant_name,
    transaction_code = s.transaction_code,
    bank_reference = s.bank_reference,
    raw_data = s.raw_data,
    normalized_data = s.normalized_data
FROM staged_transactions s
WHERE s.verdict = 'changed' AND b.id = s.matched_id AND b.transaction_date = s.matched_date;
