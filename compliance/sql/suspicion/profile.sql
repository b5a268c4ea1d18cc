-- Purpose: months in which a customer has more money in than `times` what the profile lets expect.
-- Inputs:  times, low_income_monthly, zone (of the month).
-- Returns: subject, ids in order of time, facts.
-- Callers: compliance.suspicion.rules (profile_mismatch).
-- Locks:   none.
SELECT
    m.customer AS subject,
    array_agg(m.id ORDER BY m.at, m.id) AS ids,
    jsonb_build_object(
        'month', to_char(m.at AT TIME ZONE %(zone)s, 'YYYY-MM'),
        'expected', e.expected::text,
        'low_income', p.low_income::text
    ) AS facts
FROM staged_movements m
JOIN staged_profiles p ON p.customer = m.customer
CROSS JOIN LATERAL (
    SELECT COALESCE(p.expected, CASE WHEN p.low_income THEN %(low_income_monthly)s::numeric END) AS expected
) AS e
WHERE m.flow = 'in' AND e.expected IS NOT NULL
GROUP BY m.customer, to_char(m.at AT TIME ZONE %(zone)s, 'YYYY-MM'), e.expected, p.low_income
HAVING sum(m.amount) > e.expected * %(times)s
