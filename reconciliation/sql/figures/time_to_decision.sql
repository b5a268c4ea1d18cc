-- Purpose: median hours from a question to its decision, by the day of the decision: mapping proposals by people, balance
--          conflicts approved. By the indexes on decided_at.
-- Inputs:  first, last (days), zone.
-- Callers: dwaybank.figures.
-- Locks:   none.
WITH days AS (
    SELECT
        day::date AS day,
        day AT TIME ZONE %(zone)s AS begins,
        (day + interval '1 day') AT TIME ZONE %(zone)s AS ends
    FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') day
)
SELECT
    days.day,
    (
        SELECT round((percentile_cont(0.5) WITHIN GROUP (
            ORDER BY extract(EPOCH FROM decision.decided_at - asked.created_at)
        ) / 3600)::numeric, 1)
        FROM mapping_decisions decision
        CROSS JOIN LATERAL (
            SELECT proposal.created_at
            FROM mapping_proposals proposal
            WHERE proposal.bank_transaction_id = decision.bank_transaction_id
                AND proposal.created_at <= decision.decided_at
            ORDER BY proposal.created_at DESC
            LIMIT 1
        ) asked
        WHERE decision.decided_at >= days.begins AND decision.decided_at < days.ends AND decision.decision <> 'undo'
    ),
    (
        SELECT round((percentile_cont(0.5) WITHIN GROUP (
            ORDER BY extract(EPOCH FROM resolution.decided_at - conflict.opened_at)
        ) / 3600)::numeric, 1)
        FROM balance_resolutions resolution
        INNER JOIN balance_conflicts conflict ON conflict.id = resolution.conflict_id
        WHERE resolution.decided_at >= days.begins AND resolution.decided_at < days.ends
            AND resolution.resolution_status = 'approved'
    )
FROM days
ORDER BY days.day;
