-- Purpose: money in of which most leaves within `span`. Money out is laid end to end for each account; each payment in
--          uses up the next free part of what leaves after it, so that no dollar out explains two payments in.
-- Inputs:  share, span (seconds), least_in.
-- Returns: subject, ids (the payment in, then those out), facts.
-- Callers: compliance.suspicion.rules (pass_through).
-- Locks:   none.
WITH laid_out AS (
    SELECT
        account,
        id,
        at,
        amount,
        flow,
        row_number() OVER in_order AS place,
        COALESCE(sum(amount) FILTER (WHERE flow = 'out') OVER in_order, 0) AS out_by_now,
        COALESCE(sum(amount) FILTER (WHERE flow = 'out') OVER soon, 0) AS out_soon
    FROM staged_movements
    WHERE account <> ''
    WINDOW
        in_order AS (PARTITION BY account ORDER BY at, id ROWS UNBOUNDED PRECEDING),
        soon AS (
            PARTITION BY account ORDER BY at
            RANGE BETWEEN UNBOUNDED PRECEDING AND make_interval(secs => %(span)s) FOLLOWING
        )
), spending AS (
    SELECT
        account, id, place, amount, out_by_now,
        pg_temp.place_spent(amount, out_by_now, out_soon) OVER (PARTITION BY account ORDER BY place) AS spent
    FROM laid_out
    WHERE flow = 'in' AND amount >= %(least_in)s
), explained AS (
    SELECT
        account, id, amount, spent,
        GREATEST(out_by_now, COALESCE(lag(spent) OVER (PARTITION BY account ORDER BY place), 0)) AS begins
    FROM spending
), firing AS (
    SELECT account, id, amount, begins, spent
    FROM explained
    WHERE spent > begins AND spent - begins >= amount * %(share)s
)
SELECT
    f.account AS subject,
    ARRAY[f.id] || array_agg(o.id ORDER BY o.place) AS ids,
    jsonb_build_object('share_out', round((f.spent - f.begins) / f.amount, 2)::text, 'in', f.id) AS facts
FROM firing f
JOIN laid_out o ON o.account = f.account AND o.flow = 'out'
    AND o.out_by_now > f.begins AND o.out_by_now - o.amount < f.spent
GROUP BY f.account, f.id, f.amount, f.begins, f.spent
