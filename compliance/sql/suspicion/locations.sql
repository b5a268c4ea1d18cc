-- Purpose: cash of one customer on one day at several locations, each below the limit, together at or above it.
-- Inputs:  limit, locations, zone (of the day).
-- Returns: subject, ids in order of time, facts.
-- Callers: compliance.suspicion.rules (structuring_locations).
-- Locks:   none.
SELECT
    m.customer AS subject,
    array_agg(m.id ORDER BY m.at, m.id) AS ids,
    jsonb_build_object('locations', string_agg(DISTINCT m.location, ', ' ORDER BY m.location)) AS facts
FROM staged_movements m
WHERE m.is_cash AND m.flow = 'in' AND m.customer <> '' AND m.location <> '' AND m.amount < %(limit)s
GROUP BY m.customer, (m.at AT TIME ZONE %(zone)s)::date
HAVING count(DISTINCT m.location) >= %(locations)s AND sum(m.amount) >= %(limit)s
