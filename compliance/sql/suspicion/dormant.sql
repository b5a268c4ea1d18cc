-- Purpose: what an account moves in the days after a long silence.
-- Inputs:  silence (seconds), span (seconds), least.
-- Returns: subject, ids in order of time, facts.
-- Callers: compliance.suspicion.rules (dormant_wakes).
-- Locks:   none.
WITH paired AS (
    SELECT
        account,
        id,
        at,
        row_number() OVER (PARTITION BY account ORDER BY at, id) AS place,
        at - COALESCE(lag(at) OVER (PARTITION BY account ORDER BY at, id), previous_at) AS asleep,
        sum(amount) OVER soon AS moved
    FROM staged_movements
    WHERE account <> ''
    WINDOW soon AS (
        PARTITION BY account ORDER BY at RANGE BETWEEN CURRENT ROW AND make_interval(secs => %(span)s) FOLLOWING
    )
), woken AS (
    SELECT account, place, at, asleep
    FROM paired
    WHERE asleep >= make_interval(secs => %(silence)s) AND moved >= %(least)s
)
SELECT
    w.account AS subject,
    array_agg(p.id ORDER BY p.place) AS ids,
    jsonb_build_object('days_asleep', floor(extract(epoch FROM w.asleep) / 86400)::bigint::text) AS facts
FROM woken w
JOIN paired p ON p.account = w.account AND p.place >= w.place AND p.at <= w.at + make_interval(secs => %(span)s)
GROUP BY w.account, w.place, w.asleep
