-- Purpose: an alert whose movements all stand in a newer one of the same rule and subject says nothing any more: it gives
--          way, and the newer one takes its place in the case.
-- Inputs:  run_id.
-- Returns: the case that each such newer alert came into.
-- Callers: compliance.suspicion.detecting.
-- Locks:   rows of suspicion_alerts that give way.
WITH newer AS MATERIALIZED (
    SELECT id, indicator, subject, alert_status FROM suspicion_alerts WHERE run_id = %(run_id)s
), shared AS MATERIALIZED (
    -- the older one begins with a movement of the newer; looked for first, since a subject may have many alerts
    SELECT DISTINCT r.alert_id AS old_id, x.alert_id AS new_id
    FROM newer n
    JOIN suspicion_alert_rows x ON x.alert_id = n.id
    JOIN suspicion_alert_rows r ON r.row_id = x.row_id AND r.source = x.source AND r.position = 1
        AND r.alert_id <> x.alert_id
), met AS (
    SELECT s.old_id, s.new_id
    FROM shared s
    JOIN newer n ON n.id = s.new_id
    JOIN suspicion_alerts o ON o.id = s.old_id AND o.indicator = n.indicator AND o.subject = n.subject
        AND o.alert_status = n.alert_status AND o.alert_status IN ('open', 'shadow')
), pairs AS (
    SELECT DISTINCT ON (old_id) old_id, new_id
    FROM met
    WHERE NOT EXISTS (
        SELECT FROM suspicion_alert_rows r
        WHERE r.alert_id = met.old_id AND NOT EXISTS (
            SELECT FROM suspicion_alert_rows x
            WHERE x.alert_id = met.new_id AND x.source = r.source AND x.row_id = r.row_id
        )
    )
    ORDER BY old_id, new_id
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
