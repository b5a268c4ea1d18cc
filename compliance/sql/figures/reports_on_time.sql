-- Purpose: reports by the month in which they were due: filed in time, filed late, not filed though due.
-- Inputs:  last (day), zone.
-- Callers: dwaybank.figures.
-- Locks:   none. By the index on due_date.
SELECT
    month::date,
    count(report.id) FILTER (WHERE (report.submitted_at AT TIME ZONE %(zone)s)::date <= report.due_date),
    count(report.id) FILTER (WHERE (report.submitted_at AT TIME ZONE %(zone)s)::date > report.due_date),
    count(report.id) FILTER (WHERE report.submitted_at IS NULL AND report.due_date < %(last)s::date)
FROM generate_series(
    date_trunc('month', %(last)s::timestamp) - interval '5 months', date_trunc('month', %(last)s::timestamp), '1 month'
) month
LEFT JOIN compliance_reports report
    ON report.due_date >= month::date AND report.due_date < (month + interval '1 month')::date
    AND report.not_required_at IS NULL
GROUP BY 1
ORDER BY 1;
