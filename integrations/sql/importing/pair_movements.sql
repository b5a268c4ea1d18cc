-- Purpose: find new rows that repeat a movement stored from another source, one to one. Same amount, currency and
--          day (booked or posted), closest text first: equal words, then the same first word, then any; at last
--          days that lie near each other, where only one row (or equal rows of one day) on each side comes in question.
-- Inputs:  none; other_movements, staged_transactions and staged_words are filled.
-- Callers: integrations.importing.staging.
-- Locks:   none.
UPDATE staged_transactions s SET words = w.words FROM staged_words w WHERE w.position = s.position;

DO $$
DECLARE
    level integer;
BEGIN
    FOR level IN 1..3 LOOP
        WITH staged AS (
            SELECT s.position, s.signed_amount, s.currency, s.transaction_date AS day,
                CASE level WHEN 1 THEN s.words WHEN 2 THEN s.words[1:1] ELSE '{}' END AS text_key,
                row_number() OVER (
                    PARTITION BY s.signed_amount, s.currency, s.transaction_date,
                        CASE level WHEN 1 THEN s.words WHEN 2 THEN s.words[1:1] ELSE '{}' END
                    ORDER BY s.position
                ) AS place
            FROM staged_transactions s
            WHERE s.verdict = 'new'
        ),
        other AS (
            SELECT o.id, o.transaction_date, o.signed_amount, o.currency, o.transaction_date AS day,
                CASE level WHEN 1 THEN o.words WHEN 2 THEN o.words[1:1] ELSE '{}' END AS text_key,
                row_number() OVER (
                    PARTITION BY o.signed_amount, o.currency, o.transaction_date,
                        CASE level WHEN 1 THEN o.words WHEN 2 THEN o.words[1:1] ELSE '{}' END
                    ORDER BY o.id
                ) AS place
            FROM other_movements o
            WHERE NOT EXISTS (SELECT FROM staged_transactions s WHERE s.matched_id = o.id AND s.verdict = 'repeated')
        )
        UPDATE staged_transactions s
        SET verdict = 'repeated', matched_id = other.id, matched_date = other.transaction_date
        FROM staged
        JOIN other USING (signed_amount, currency, day, text_key, place)
        WHERE staged.position = s.position;
    END LOOP;

    -- A card's purchase day in one source, its posting day in the other. Only where the file covers the other's day
    -- and does not show it there: else it may be another coffee of another day. Equal rows of a day go together.
    WITH covered AS (
        SELECT min(transaction_date) AS first, max(GREATEST(transaction_date, posted_date)) AS last
        FROM staged_transactions
    ),
    staged AS (
        SELECT position, signed_amount, currency, transaction_date, posted_date, words,
            dense_rank() OVER (ORDER BY signed_amount, currency, transaction_date, posted_date, words) AS group_id,
            count(*) OVER same AS group_size,
            row_number() OVER (same ORDER BY position) AS place
        FROM staged_transactions
        WHERE verdict = 'new'
        WINDOW same AS (PARTITION BY signed_amount, currency, transaction_date, posted_date, words)
    ),
    other AS (
        SELECT id, signed_amount, currency, transaction_date, posted_date, words,
            dense_rank() OVER (ORDER BY signed_amount, currency, transaction_date, posted_date, words) AS group_id,
            count(*) OVER same AS group_size,
            row_number() OVER (same ORDER BY id) AS place
        FROM other_movements o
        WHERE NOT EXISTS (SELECT FROM staged_transactions s WHERE s.matched_id = o.id AND s.verdict = 'repeated')
        WINDOW same AS (PARTITION BY signed_amount, currency, transaction_date, posted_date, words)
    ),
    near AS (
        SELECT s.group_id AS staged_group, o.group_id AS other_group,
            count(*) OVER (PARTITION BY s.group_id) AS candidates,
            count(*) OVER (PARTITION BY o.group_id) AS claimants
        FROM staged s
        CROSS JOIN covered c
        JOIN other o
            ON o.transaction_date BETWEEN c.first AND c.last
            AND o.signed_amount = s.signed_amount
            AND o.currency = s.currency
            AND o.group_size = s.group_size
            AND (
                o.posted_date = s.transaction_date
                OR s.posted_date = o.transaction_date
                OR (o.words = s.words AND cardinality(s.words) > 0
                    AND o.transaction_date BETWEEN s.transaction_date - 3 AND s.transaction_date + 3)
            )
        WHERE s.place = 1 AND o.place = 1
    )
    UPDATE staged_transactions t
    SET verdict = 'repeated', matched_id = o.id, matched_date = o.transaction_date
    FROM near n
    JOIN staged s ON s.group_id = n.staged_group
    JOIN other o ON o.group_id = n.other_group AND o.place = s.place
    WHERE t.position = s.position AND n.candidates = 1 AND n.claimants = 1;
END;
$$;
