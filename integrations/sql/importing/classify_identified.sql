-- Purpose: rows with a bank id, against the stored rows with that id (known_rows). In this order:
--          1. a second line with the same id and content in this file       → duplicate
--          2. the same content as a stored row, or as an earlier version    → duplicate
--          3. the same id and amount, another date or text, one to one      → changed (archived: left as it is)
--          4. anything else is new: under its id, or, where the id is taken by another movement, beside it.
-- Inputs:  none; known_rows and staged_transactions are filled, the rows in question have no verdict.
-- Callers: integrations.importing.staging.
-- Locks:   none.
UPDATE staged_transactions s
SET verdict = 'duplicate', remark = 'the same line stands twice in this file'
FROM (
    SELECT position, row_number() OVER (
        PARTITION BY bank_identity, signed_amount, transaction_date, posted_date, raw_description ORDER BY position
    ) AS copy_number
    FROM staged_transactions
    WHERE verdict IS NULL
) copies
WHERE copies.position = s.position AND copies.copy_number > 1;

UPDATE staged_transactions s
SET verdict = 'duplicate', matched_id = same.id, matched_date = same.transaction_date
FROM (
    SELECT DISTINCT ON (own.position) own.position, k.id, k.transaction_date
    FROM staged_transactions own
    JOIN known_rows k USING (bank_identity, signed_amount)
    WHERE own.verdict IS NULL
        AND (
            (k.transaction_date, k.posted_date, k.raw_description)
                IS NOT DISTINCT FROM (own.transaction_date, own.posted_date, own.raw_description)
            OR EXISTS (
                SELECT FROM bank_transaction_versions v
                WHERE v.bank_transaction_id = k.id
                    AND (v.transaction_date, v.posted_date, v.raw_description)
                        IS NOT DISTINCT FROM (own.transaction_date, own.posted_date, own.raw_description)
            )
        )
    ORDER BY own.position, (k.transaction_date = own.transaction_date) DESC, k.external_transaction_id
) same
WHERE same.position = s.position;

UPDATE known_rows k SET taken = true
FROM staged_transactions s WHERE s.matched_id = k.id;

WITH free_rows AS (
    SELECT id, bank_identity, signed_amount, transaction_date, archived, row_number() OVER (
        PARTITION BY bank_identity, signed_amount ORDER BY transaction_date, external_transaction_id
    ) AS place
    FROM known_rows
    WHERE NOT taken
),
open_rows AS (
    SELECT position, bank_identity, signed_amount, row_number() OVER (
        PARTITION BY bank_identity, signed_amount ORDER BY transaction_date, position
    ) AS place
    FROM staged_transactions
    WHERE verdict IS NULL
)
UPDATE staged_transactions s
SET verdict = CASE WHEN f.archived THEN 'duplicate' ELSE 'changed' END,
    matched_id = f.id,
    matched_date = f.transaction_date,
    remark = CASE WHEN f.archived THEN 'the bank changed a row that is archived: the archived row stays as it is' END
FROM open_rows o
JOIN free_rows f USING (bank_identity, signed_amount, place)
WHERE o.position = s.position;

-- what is left is new; the first line of an id that nobody has keeps the id as it is
WITH ranked AS (
    SELECT
        s.position,
        row_number() OVER (PARTITION BY s.bank_identity ORDER BY s.position) AS of_id,
        row_number() OVER (PARTITION BY s.bank_identity, s.signed_amount ORDER BY s.position) AS of_amount,
        row_number() OVER (
            PARTITION BY s.bank_identity, s.signed_amount, s.transaction_date ORDER BY s.position
        ) AS of_date,
        k.has_id,
        k.has_amount,
        k.has_date
    FROM staged_transactions s
    CROSS JOIN LATERAL (
        SELECT
            COALESCE(bool_or(external_transaction_id = s.bank_identity), false) AS has_id,
            COALESCE(bool_or(external_transaction_id = s.bank_identity || '~' || s.signed_amount), false)
                AS has_amount,
            COALESCE(bool_or(
                external_transaction_id = s.bank_identity || '~' || s.signed_amount || '~' || s.transaction_date
            ), false) AS has_date
        FROM known_rows
        WHERE bank_identity = s.bank_identity
    ) k
    WHERE s.verdict IS NULL
)
UPDATE staged_transactions s
SET verdict = 'new',
    external_transaction_id = s.bank_identity || CASE
        WHEN r.of_id = 1 AND NOT r.has_id THEN ''
        WHEN r.of_amount = 1 AND NOT r.has_amount THEN '~' || s.signed_amount
        WHEN r.of_date = 1 AND NOT r.has_date THEN '~' || s.signed_amount || '~' || s.transaction_date
        ELSE '~' || s.signed_amount || '~' || s.transaction_date || '~' || substr(s.content_identity, 9, 16)
    END,
    remark = CASE WHEN r.of_id > 1 OR r.has_id THEN 'the bank used this id before for another movement' END
FROM ranked r
WHERE r.position = s.position;
