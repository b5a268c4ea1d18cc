-- Purpose: the events to seal, by month and id, each with the SHA-256 of all it says.
-- Inputs:  first_txid, next_txid, covered_id, restored_after_id as audit_seal_bounds() gave them.
-- Callers: dwaybank.audit.sealing.
-- Locks:   none.
SELECT date_trunc('month', e.occurred_at AT TIME ZONE 'UTC')::date AS month, e.id, {event_hash} AS hash
FROM audit_events e
WHERE CASE
    WHEN %(restored_after_id)s::bigint IS NOT NULL
        THEN e.id <= %(covered_id)s AND (e.id > %(restored_after_id)s OR e.txid >= %(first_txid)s)
    ELSE e.id > %(covered_id)s AND e.txid >= %(first_txid)s AND e.txid < %(next_txid)s
END
ORDER BY 1, 2
