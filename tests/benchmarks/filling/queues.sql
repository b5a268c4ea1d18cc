-- Purpose: what waits beside mappings: comparisons of balances with their conflicts, and errors of the integration.
-- Inputs:  accounts, rows, first_day, now.
-- Callers: tests/benchmarks/filling, after the months.
-- Locks:   none.
INSERT INTO balance_sync_history (
    account_id, connection_id, dway_balance_before, bank_balance, dway_balance_after, sync_type, sync_status,
    conflict_detected, requires_manual_review, sync_timestamp, created_at
)
SELECT
    md5('a:' || a)::uuid, md5('c:' || (a + 1) / 2)::uuid, 1000, 1000, 1000, 'scheduled', 'synchronized', false, false,
    day, day
FROM generate_series(1, %(accounts)s) AS a,
    generate_series(%(first_day)s::timestamptz, %(now)s, interval '1 month') AS day;

-- one account in twenty has a conflict that waits, one in ten had one that closed by itself
INSERT INTO balance_conflicts (
    id, account_id, connection_id, conflict_status, currency, bank_day, bank_balance, dway_balance, cause,
    is_certain, explanation, opened_at, compared_at, closed_at, closed_reason
)
SELECT
    md5('k:' || a)::uuid, md5('a:' || a)::uuid, md5('c:' || (a + 1) / 2)::uuid,
    CASE WHEN mod(a, 20) = 1 THEN 'open' ELSE 'healed' END, 'CAD', %(now)s::date - mod(a, 60), 1000 - mod(a, 300), 1000,
    'missing', true, '{"answers": [], "timing": [], "curve": []}', %(now)s - mod(a, 60) * interval '1 day', %(now)s,
    CASE WHEN mod(a, 20) <> 1 THEN %(now)s END, CASE WHEN mod(a, 20) = 1 THEN '' ELSE 'Both agree again.' END
FROM generate_series(1, %(accounts)s) AS a
WHERE mod(a, 20) IN (1, 7, 15) AND mod(a, 300) <> 0;

INSERT INTO balance_sync_history (
    account_id, connection_id, dway_balance_before, bank_balance, dway_balance_after, sync_type, sync_status,
    conflict_detected, conflict_resolution_id, requires_manual_review, sync_timestamp
)
SELECT account_id, connection_id, dway_balance, bank_balance, dway_balance, 'scheduled', 'manual_review', true, id, true, opened_at
FROM balance_conflicts WHERE conflict_status = 'open';

-- an error for every two thousand rows; one in ten is not done with
INSERT INTO integration_errors (
    id, connection_id, user_id, error_type, error_severity, error_code, error_message, operation_type, bank_id,
    resolution_status, resolution_method, resolved_at, occurred_at
)
SELECT
    md5('e:' || e)::uuid, c.id, c.user_id,
    (ARRAY['network', 'validation', 'authentication', 'rate_limit'])[mod(e, 4) + 1],
    (ARRAY['low', 'medium', 'high'])[mod(e, 3) + 1], 'code-' || mod(e, 12), 'The bank did not answer.', 'transactions',
    c.bank_id, CASE mod(e, 10) WHEN 0 THEN 'new' ELSE 'resolved' END, CASE WHEN mod(e, 10) > 0 THEN 'automatic_retry' END,
    CASE WHEN mod(e, 10) > 0 THEN %(now)s - mod(e, 900) * interval '1 day' END,
    %(now)s - mod(e, 900) * interval '1 day' - interval '1 hour'
FROM generate_series(1, %(rows)s / 2000) AS e
JOIN bank_connections c ON c.id = md5('c:' || 1 + mod(e * 7919, (%(accounts)s + 1) / 2))::uuid;
