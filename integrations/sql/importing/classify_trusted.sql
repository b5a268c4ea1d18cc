-- Purpose: rows with an id from a source that never uses one for two movements (a bank's API), against the stored rows
--          with that id (known_rows). The last line of an id counts; another amount, date or text is a new version.
-- Inputs:  none; known_rows and staged_transactions are filled, the rows in question have no verdict.
-- Callers: integrations.importing.staging.
-- Locks:   none.
UPDATE staged_transactions s
SET verdict = 'duplicate'
FROM (
    SELECT position, row_number() OVER (PARTITION BY bank_identity ORDER BY position DESC) AS from_the_end
    FROM staged_transactions
    WHERE verdict IS NULL
) lines
WHERE lines.position = s.position AND lines.from_the_end > 1;

UPDATE staged_transactions s
SET verdict = CASE
        WHEN k.archived THEN 'duplicate'
        WHEN (k.signed_amount, k.transaction_date, k.posted_date, k.raw_description)
            IS NOT DISTINCT FROM (s.signed_amount, s.transaction_date, s.posted_date, s.raw_description)
            THEN 'duplicate'
        ELSE 'changed'
    END,
    matched_id = k.id,
    matched_date = k.transaction_date,
    remark = CASE
        WHEN k.archived AND (k.signed_amount, k.transaction_date, k.posted_date, k.raw_description)
            IS DISTINCT FROM (s.signed_amount, s.transaction_date, s.posted_date, s.raw_description)
            THEN 'the bank changed a row that is archived: the archived row stays as it is'
    END
FROM known_rows k
WHERE s.verdict IS NULL AND k.external_transaction_id = s.bank_identity AND k.bank_identity = s.bank_identity;

UPDATE staged_transactions
SET verdict = 'new'
WHERE verdict IS NULL;
