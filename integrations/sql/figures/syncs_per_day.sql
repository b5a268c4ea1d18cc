-- Purpose: how syncs of each day ended. By the index on started_at, a day in one partition of bank_sync_logs.
-- Inputs:  first, last (days), zone.
-- Callers: dwaybank.figures.
-- Locks:   none.
SELECT
    day::date,
    count(log.id) FILTER (WHERE log.sync_status = 'completed'),
    count(log.id) FILTER (WHERE log.sync_status = 'partial'),
    count(log.id) FILTER (WHERE log.sync_status IN ('failed', 'timeout'))
FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') day
LEFT JOIN bank_sync_logs log
    ON log.started_at >= day AT TIME ZONE %(zone)s AND log.started_at < (day + interval '1 day') AT TIME ZONE %(zone)s
GROUP BY 1
ORDER BY 1;
