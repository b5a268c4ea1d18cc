-- Purpose: put alerts that wait into the one undecided case of their customer (or, where no customer is known, of their
--          subject), and open that case where there is none.
-- Inputs:  now, run_id.
-- Returns: id of each case, whether it was opened now, how many alerts it got.
-- Callers: compliance.suspicion.detecting.
-- Locks:   inserts cases; the rows of the alerts. Runs at once meet at the unique index of undecided cases.
WITH waiting AS (
    SELECT id, COALESCE(user_id::text, subject) AS subject_key, user_id
    FROM suspicion_alerts WHERE alert_status = 'open' AND case_id IS NULL
), opened AS (
    INSERT INTO suspicion_cases (subject_key, user_id, opened_at)
    SELECT DISTINCT subject_key, user_id, %(now)s::timestamptz FROM waiting
    ON CONFLICT (subject_key) WHERE case_status IN ('open', 'in_progress') DO NOTHING
    RETURNING id, subject_key
), cases AS (
    SELECT id, subject_key, true AS is_new FROM opened
    UNION ALL
    SELECT c.id, c.subject_key, false FROM suspicion_cases c
    WHERE c.case_status IN ('open', 'in_progress') AND c.subject_key IN (SELECT subject_key FROM waiting)
), placed AS (
    UPDATE suspicion_alerts a SET case_id = c.id
    FROM waiting w JOIN cases c ON c.subject_key = w.subject_key
    WHERE a.id = w.id
    RETURNING a.id, c.id AS case_id, c.is_new
)
SELECT case_id, bool_or(is_new), count(*) FROM placed GROUP BY case_id ORDER BY case_id
