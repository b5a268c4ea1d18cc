-- Purpose: an alert whose movements all stand in a newer one of the same rule and subject says nothing any more: it gives
--          way, and the newer one takes its place in the case.
-- Inputs:  run_id.
-- Returns: the case that each such newer alert came into.
-- Callers: compliance.suspicion.detecting.
-- Locks:   rows of suspicion_alerts that give way.
WITH newer AS (
    SELECT id, indicator, subject, alert_status FROM suspicion_alerts WHERE run_id = %(run_id)s
), pairs AS (
    SELECT DISTINCT ON (o.id) o.id AS old_id, n.id AS new_id
    FROM newer n
    JOIN suspicion_alerts o ON o.indicator = n.indicator AND o.subject = n.subject
        AND o.alert_status IN ('open', 'shadow') AND o.alert_status = n.alert_status AND o.id <> n.id
    WHERE NOT EXISTS (
        SELECT FROM suspicion_alert_rows r
        WHERE r.alert_id = o.id AND NOT EXISTS (
            SELECT FROM suspicion_alert_rows x
            WHERE x.alert_id = n.id AND x.source = r.source AND x.row_id = r.row_id
        )
    )
    ORDER BY o.id, n.id
), gave_way AS (
    UPDATE suspicion_alerts o
    SET alert_status = 'superseded', superseded_by = p.new_id
    FROM pairs p
    WHERE o.id = p.old_id
    RETURNING o.case_id, p.new_id
)
UPDATE suspicion_alerts n
SET case_id = g.case_id
FROM (SELECT DISTINCT ON (new_id) new_id, case_id FROM gave_way WHERE case_id IS NOT NULL ORDER BY new_id) g
WHERE n.id = g.new_id
RETURNING n.case_id
