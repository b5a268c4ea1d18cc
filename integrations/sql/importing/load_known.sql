-- Purpose: the stored rows, live and archived, that carry an id one of the staged rows may have. A bank id that
--          was used again is stored as ID~AMOUNT; for the same amount again as ID~AMOUNT~DATE; and on the same
--          day again with the beginning of its content identity.
-- Inputs:  bank_id, external_account_id.
-- Callers: integrations.importing.staging, before classify_identified.
-- Locks:   none.
DROP TABLE IF EXISTS known_rows;
CREATE TEMPORARY TABLE known_rows ON COMMIT DROP AS
-- keys first: looked for by key afterwards, the few rows that are known are read, not every row of the account
WITH known_keys AS MATERIALIZED (
    SELECT wanted.bank_identity, k.id, k.external_transaction_id, k.transaction_date
    FROM (
        SELECT DISTINCT bank_identity, wanted_id
        FROM staged_transactions,
            unnest(
                -- asked once: most accounts have no id that was used again (idx_bank_transaction_keys_reused)
                CASE WHEN (
                    SELECT EXISTS (
                        SELECT FROM bank_transaction_keys
                        WHERE bank_id = %(bank_id)s AND external_account_id = %(external_account_id)s
                            AND external_transaction_id LIKE '%%~%%'
                    )
                ) THEN ARRAY[
                    bank_identity,
                    bank_identity || '~' || signed_amount,
                    bank_identity || '~' || signed_amount || '~' || transaction_date,
                    bank_identity || '~' || signed_amount || '~' || transaction_date || '~'
                        || substr(content_identity, 9, 16)
                ] ELSE ARRAY[bank_identity] END
            ) AS wanted_id
        WHERE bank_identity IS NOT NULL AND verdict = 'new'
    ) wanted
    JOIN bank_transaction_keys k
        ON k.bank_id = %(bank_id)s
        AND k.external_account_id = %(external_account_id)s
        AND k.external_transaction_id = wanted.wanted_id
)
SELECT
    k.bank_identity, k.id, k.external_transaction_id, stored.signed_amount, stored.transaction_date,
    stored.posted_date, stored.raw_description, stored.archived, false AS taken
FROM known_keys k
CROSS JOIN LATERAL (
    SELECT
        CASE b.transaction_type WHEN 'debit' THEN -b.amount ELSE b.amount END AS signed_amount,
        b.transaction_date, b.posted_date, b.raw_description, false AS archived
    FROM bank_transactions b
    WHERE b.id = k.id AND b.transaction_date = k.transaction_date
    UNION ALL
    SELECT
        CASE b.transaction_type WHEN 'debit' THEN -b.amount ELSE b.amount END,
        b.transaction_date, b.posted_date, b.raw_description, true
    FROM bank_transactions_archive b
    WHERE b.id = k.id AND b.transaction_date = k.transaction_date
) stored;
CREATE INDEX ON known_rows (bank_identity);
ANALYZE known_rows;
