-- Purpose: stretches of one customer's movements, each at most `span` long, with `count` movements and `total` or more;
--          those that share a movement are one.
-- Inputs:  only_cash_in, at_least (amounts from), below (amounts below, or NULL), multiple (amounts divisible by), span
--          (seconds), count, total, facts (jsonb), counted (whether the facts say how many).
-- Returns: subject, ids in order of time, facts.
-- Callers: compliance.suspicion.rules (structuring_band, structuring_record_limits, structuring_just_below, round_sums).
-- Locks:   none.
WITH chosen AS (
    SELECT m.customer, m.id, m.at, m.amount, row_number() OVER (PARTITION BY m.customer ORDER BY m.at, m.id) AS place
    FROM staged_movements m
    WHERE m.customer <> ''
        AND (NOT %(only_cash_in)s OR (m.is_cash AND m.flow = 'in'))
        AND m.amount >= %(at_least)s
        AND (%(below)s::numeric IS NULL OR m.amount < %(below)s)
        AND m.amount %% %(multiple)s = 0
), looked_back AS (
    SELECT
        customer,
        place,
        count(*) OVER span AS held,
        sum(amount) OVER span AS total,
        first_value(place) OVER span AS first,
        last_value(place) OVER span AS last
    FROM chosen
    WINDOW span AS (
        PARTITION BY customer ORDER BY at RANGE BETWEEN make_interval(secs => %(span)s) PRECEDING AND CURRENT ROW
    )
), firing AS (
    SELECT
        customer,
        place,
        first,
        last,
        first > COALESCE(
            max(last) OVER (
                PARTITION BY customer ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), 0
        ) AS begins
    FROM looked_back
    WHERE held >= %(count)s AND total >= %(total)s
), numbered AS (
    SELECT customer, first, last, count(*) FILTER (WHERE begins) OVER (PARTITION BY customer ORDER BY place) AS stretch
    FROM firing
), stretches AS (
    SELECT customer, stretch, min(first) AS first, max(last) AS last FROM numbered GROUP BY customer, stretch
)
SELECT
    s.customer AS subject,
    array_agg(c.id ORDER BY c.place) AS ids,
    %(facts)s::jsonb || CASE WHEN %(counted)s THEN jsonb_build_object('count', count(*)::text) ELSE '{}' END AS facts
FROM stretches s
CROSS JOIN LATERAL generate_series(s.first, s.last) AS inside (place)
JOIN chosen c ON c.customer = s.customer AND c.place = inside.place
GROUP BY s.customer, s.stretch
