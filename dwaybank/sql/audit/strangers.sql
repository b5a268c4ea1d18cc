-- Purpose: events that the chain should hold and does not know: put in afterwards, under an old id or transaction.
-- Inputs:  next_txid, covered_id of the last seal; row_limit.
-- Callers: dwaybank.audit.verifying.
-- Locks:   none.
SELECT e.id, e.table_name, e.row_id, e.action
FROM (
    SELECT id, table_name, row_id, action, txid, occurred_at FROM audit_events
    UNION ALL
    SELECT id, table_name, row_id, action, txid, occurred_at FROM audit_events_archive
) AS e
WHERE (e.id <= %(covered_id)s OR e.txid < %(next_txid)s)
    AND NOT EXISTS (
        SELECT FROM (SELECT s.month, unnest(s.event_ids) AS id FROM audit_seals s) AS sealed
        WHERE sealed.id = e.id AND sealed.month = date_trunc('month', e.occurred_at AT TIME ZONE 'UTC')::date
    )
ORDER BY e.id
LIMIT %(row_limit)s
