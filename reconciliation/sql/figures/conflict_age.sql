-- Purpose: how long open balance conflicts have waited, by age. By the partial index of open ones.
-- Inputs:  now.
-- Callers: dwaybank.figures.
-- Locks:   none.
SELECT age.code, count(conflict.id)
FROM (
    VALUES
        ('1', 0, 1), ('3', 1, 3), ('7', 3, 7), ('30', 7, 30), ('older', 30, 100000)
) AS age (code, from_days, to_days)
LEFT JOIN balance_conflicts conflict
    ON conflict.conflict_status IN ('open', 'proposed', 'resyncing')
    AND conflict.opened_at <= %(now)s::timestamptz - make_interval(days => age.from_days)
    AND conflict.opened_at > %(now)s::timestamptz - make_interval(days => age.to_days)
GROUP BY age.code, age.from_days
ORDER BY age.from_days;
