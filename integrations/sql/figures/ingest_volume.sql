-- Purpose: movements that came in each day, by file or by sync: new ones, and those known already.
-- Inputs:  first, last (days), zone.
-- Callers: dwaybank.figures.
-- Locks:   none.
SELECT
    day::date,
    COALESCE(sum(log.transactions_imported), 0),
    COALESCE(sum(log.transactions_duplicates), 0)
FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') day
LEFT JOIN bank_sync_logs log
    ON log.started_at >= day AT TIME ZONE %(zone)s AND log.started_at < (day + interval '1 day') AT TIME ZONE %(zone)s
GROUP BY 1
ORDER BY 1;
