-- Purpose: the application puts jobs into the queue and works them off; reporting sees none of it.
-- Callers: migration dwaybank 0008.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE, DELETE ON ' || table_name, 'dwaybank_app')
FROM unnest(ARRAY[
    'procrastinate_jobs', 'procrastinate_events', 'procrastinate_periodic_defers', 'procrastinate_workers'
]) AS table_name;

SELECT grant_if_role_exists('USAGE ON SEQUENCE ' || sequence_name, 'dwaybank_app')
FROM unnest(ARRAY[
    'procrastinate_jobs_id_seq', 'procrastinate_events_id_seq', 'procrastinate_periodic_defers_id_seq'
]) AS sequence_name;
-- reverse:
-- the tables stay: their library has no way back
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'dwaybank_app') THEN
        REVOKE ALL ON procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers
            FROM dwaybank_app;
        REVOKE ALL ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq,
            procrastinate_periodic_defers_id_seq FROM dwaybank_app;
    END IF;
END;
$$;
