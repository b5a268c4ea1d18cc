-- Purpose: how many events no seal holds yet, and when the oldest of them was written.
-- Inputs:  none.
-- Callers: dwaybank.audit.verifying, the check and the metric of the sealer's delay.
-- Locks:   none.
WITH last AS (SELECT next_txid, covered_id FROM audit_seals ORDER BY id DESC LIMIT 1)
SELECT count(*), min(e.occurred_at)
FROM audit_events e
WHERE e.txid >= COALESCE((SELECT next_txid FROM last), 0) AND e.id > COALESCE((SELECT covered_id FROM last), 0)
