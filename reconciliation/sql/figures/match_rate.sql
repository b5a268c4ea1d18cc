-- Purpose: of the bank lines of each day that belong to a ledger, the share that is mapped. A day in one partition.
-- Inputs:  first, last (days).
-- Callers: dwaybank.figures.
-- Locks:   none.
SELECT
    day::date,
    round(
        100.0 * count(*) FILTER (WHERE line.processing_status = 'mapped')
        / NULLIF(count(line.id) FILTER (WHERE line.processing_status <> 'duplicate'), 0), 1
    )
FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') day
LEFT JOIN bank_transactions line ON line.transaction_date = day::date
GROUP BY 1
ORDER BY 1;
