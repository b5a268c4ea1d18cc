-- Purpose: the months from January 2024 to three months ahead; ensure_partitions and imports make the rest.
-- Callers: migration integrations 0003.
-- Locks:   as create_month_partition().
SELECT create_month_partition(parent, month::date)
FROM unnest(ARRAY['bank_transactions', 'bank_sync_logs']) AS parent,
    generate_series(
        CASE parent WHEN 'bank_transactions' THEN timestamp '2024-01-01' ELSE date_trunc('month', CURRENT_DATE) END,
        date_trunc('month', CURRENT_DATE) + interval '3 months',
        interval '1 month'
    ) AS month;
-- reverse:
SELECT 1;
