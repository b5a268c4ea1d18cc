-- Purpose: one month's movements, as both sides and the people between them see them, in a table of this session:
--          every account has as many. Everything about row n follows from n and the seed alone.
--          Accounts of every second customer hand in a statement a month; the others are synced once a week.
-- Inputs:  first_n, last_n (rows of the month, from 0); rows_a_month (of one account); first_day; days (of the month
--          that are there already); seed; now.
-- Callers: tests/benchmarks/filling, each month.
-- Locks:   none.
CREATE TEMPORARY TABLE month_rows ON COMMIT DROP AS
SELECT
    d.*,
    -- the statement or sync that brought it
    md5(CASE WHEN by_file THEN 'b:' ELSE 's:' END || a || %(first_day)s || came_at)::uuid AS origin_id
FROM (
SELECT
    m.*,
    md5('t:' || n)::uuid AS id,
    md5('a:' || a)::uuid AS account_id,
    md5('c:' || (a + 1) / 2)::uuid AS connection_id,
    (ARRAY['rbc', 'td', 'bmo', 'cibc'])[mod((a + 1) / 2, 4) + 1] AS bank_id,
    '01234-' || lpad(a::text, 7, '0') AS external_account_id,
    'F' || lpad(n::text, 12, '0') AS fitid,
    shop || ' #' || 1 + mod(h >> 24, 9999) || ' ' || town AS description,
    CASE WHEN is_credit THEN 'credit' ELSE 'debit' END AS transaction_type,
    CASE WHEN is_credit THEN amount ELSE -amount END AS signed_amount,
    CASE
        WHEN u < 900 THEN 'mapped' WHEN u < 970 THEN 'imported' WHEN u < 980 THEN 'processed'
        WHEN u < 990 THEN 'duplicate' ELSE 'imported'
    END AS status,
    -- when it came in: with the statement of the month, or with the sync of its week
    CASE
        WHEN by_file THEN least(%(first_day)s::timestamptz + interval '1 month', %(now)s) + a * interval '1 second'
        ELSE least(day + 7 - mod(extract(day FROM day)::integer, 7), %(now)s) + a * interval '1 second'
    END AS came_at
FROM (
    SELECT
        n, h, a, mod(h, 1000)::integer AS u, mod(a, 4) < 2 AS by_file,
        %(first_day)s::date + mod(h >> 10, %(days)s)::integer AS day,
        mod(h >> 20, 10) = 0 AS is_credit,
        -- most are small, one in fifty is a rent or a wage
        ((CASE WHEN mod(h >> 30, 50) = 0 THEN 50000 ELSE 100 END + mod(h >> 36, 20000)) / 100.0)::numeric(15, 2)
            AS amount,
        (ARRAY['TIM HORTONS', 'RIVERBEND', 'PRAIRIE', 'CORYDON', 'HARBOUR', 'MAPLE', 'LAKESHORE', 'NORTHERN', 'CENTRAL',
            'SUMMIT', 'CITY', 'GOLDEN'])[mod(h >> 41, 12) + 1] || ' '
            || (ARRAY['FOODS', 'FUELS', 'BOOKS', 'PARKING', 'PHARMACY', 'HARDWARE', 'CAFE', 'TRANSIT', 'CLINIC',
                'GARDEN'])[mod(h >> 45, 10) + 1] AS shop,
        (ARRAY['TORONTO ON', 'WINNIPEG MB', 'MONTREAL QC', 'HALIFAX NS', 'CALGARY AB', 'REGINA SK', 'OTTAWA ON',
            'VANCOUVER BC'])[mod(h >> 49, 8) + 1] AS town
    FROM (
        SELECT
            n, 1 + ((n - %(first_n)s) / %(rows_a_month)s)::integer AS a,
            hashint8extended(n, %(seed)s) & 9223372036854775807 AS h
        FROM generate_series(%(first_n)s::bigint, %(last_n)s::bigint) AS n
    ) AS numbered
) AS m
) AS d;
CREATE INDEX ON month_rows (came_at);
ANALYZE month_rows;
