-- Purpose: stretches of money in, each at most `span` long, in which `people` different people pay to one subject; those
--          that share a movement are one. How many people a stretch has is counted by a sweep: each person comes in with
--          a payment and goes out `span` after the last one.
-- Inputs:  by ('beneficiary' or 'account'), below (cash below this amount only, or NULL for all money in), strangers
--          (whether the holder's own payments are left out), span (seconds), people, label (of the fact).
-- Returns: subject, ids in order of time, facts.
-- Callers: compliance.suspicion.rules (structuring_conductors, third_party_deposits).
-- Locks:   none.
WITH chosen AS (
    SELECT
        by.subject,
        m.conductor,
        m.id,
        m.at,
        row_number() OVER (PARTITION BY by.subject ORDER BY m.at, m.id) AS place
    FROM staged_movements m
    CROSS JOIN LATERAL (SELECT CASE %(by)s WHEN 'account' THEN m.account ELSE m.beneficiary END AS subject) AS by
    WHERE by.subject <> ''
        AND m.flow = 'in'
        AND m.conductor <> ''
        AND (%(below)s::numeric IS NULL OR (m.is_cash AND m.amount < %(below)s))
        AND NOT (%(strangers)s AND m.conductor = m.customer)
), spells AS (
    SELECT
        subject,
        at,
        COALESCE(at - lag(at) OVER person > make_interval(secs => %(span)s), true) AS comes,
        COALESCE(lead(at) OVER person - at > make_interval(secs => %(span)s), true) AS goes
    FROM chosen
    WINDOW person AS (PARTITION BY subject, conductor ORDER BY at, place)
), events AS (
    SELECT subject, at AS moment, 0 AS kind, 1 AS step, NULL::bigint AS place FROM spells WHERE comes
    UNION ALL
    SELECT subject, at, 1, 0, place FROM chosen
    UNION ALL
    SELECT subject, at + make_interval(secs => %(span)s), 2, -1, NULL FROM spells WHERE goes
), present AS (
    SELECT
        subject,
        place,
        sum(step) OVER (PARTITION BY subject ORDER BY moment, kind, place ROWS UNBOUNDED PRECEDING) AS people
    FROM events
), looked_back AS (
    SELECT subject, place, first_value(place) OVER span AS first, last_value(place) OVER span AS last
    FROM chosen
    WINDOW span AS (
        PARTITION BY subject ORDER BY at RANGE BETWEEN make_interval(secs => %(span)s) PRECEDING AND CURRENT ROW
    )
), firing AS (
    SELECT
        l.subject,
        l.place,
        l.first,
        l.last,
        l.first > COALESCE(
            max(l.last) OVER (
                PARTITION BY l.subject ORDER BY l.place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), 0
        ) AS begins
    FROM looked_back l
    JOIN present p ON p.subject = l.subject AND p.place = l.place
    WHERE p.people >= %(people)s
), numbered AS (
    SELECT subject, first, last, count(*) FILTER (WHERE begins) OVER (PARTITION BY subject ORDER BY place) AS stretch
    FROM firing
), stretches AS (
    SELECT subject, stretch, min(first) AS first, max(last) AS last FROM numbered GROUP BY subject, stretch
)
SELECT
    s.subject,
    array_agg(c.id ORDER BY c.place) AS ids,
    jsonb_build_object(%(label)s::text, string_agg(DISTINCT c.conductor, ', ' ORDER BY c.conductor)) AS facts
FROM stretches s
CROSS JOIN LATERAL generate_series(s.first, s.last) AS inside (place)
JOIN chosen c ON c.subject = s.subject AND c.place = inside.place
GROUP BY s.subject, s.stretch
