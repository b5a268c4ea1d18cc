-- Purpose: a month of month_rows as bank_transactions holds them, in the order in which they came.
-- Inputs:  month_rows; the target stands in the caller's INSERT INTO … before this.
-- Callers: tests/benchmarks/filling, each month.
-- Locks:   none.
SELECT
    id, connection_id, account_id, bank_id, fitid, external_account_id,
    jsonb_build_object(
        'TRNTYPE', upper(transaction_type), 'DTPOSTED', to_char(day, 'YYYYMMDD') || '120000[-5:EST]',
        'TRNAMT', signed_amount::text, 'FITID', fitid, 'NAME', shop, 'MEMO', description
    ),
    jsonb_build_object(
        'source', CASE WHEN by_file THEN 'ofx' ELSE 'fdx-' || bank_id END,
        CASE WHEN by_file THEN 'statement' ELSE 'sync' END,
        origin_id,
        'line', 10 + mod(n, 500), 'amount', signed_amount::text, 'currency', 'CAD', 'date', day, 'posted', day,
        'description', description, 'merchant', shop,
        'words', to_jsonb(string_to_array(replace(lower(description), '#', ''), ' '))
    ),
    amount, 'CAD', transaction_type, day, day, description, description, shop, status,
    CASE status WHEN 'mapped' THEN md5('l:' || n)::uuid END, came_at,
    CASE status WHEN 'mapped' THEN came_at + interval '1 minute' END, came_at, came_at
FROM month_rows
ORDER BY came_at, n
