-- Purpose: the stored events of one seal as they are now, each with the SHA-256 of all it says.
-- Inputs:  ids; month, next_month: where they must lie.
-- Callers: dwaybank.audit.verifying.
-- Locks:   none.
SELECT e.id, {event_hash} AS hash, e.table_name, e.row_id, e.action
FROM (
    SELECT * FROM audit_events
    UNION ALL
    SELECT * FROM audit_events_archive
) AS e
WHERE e.id = ANY (%(ids)s) AND e.occurred_at >= %(month)s AND e.occurred_at < %(next_month)s
