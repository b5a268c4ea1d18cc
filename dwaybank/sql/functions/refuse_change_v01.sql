-- Purpose: refuse to change, delete or truncate rows of an append-only table, under the trigger's own name.
-- Inputs:  none. Rows that wait in the DEFAULT partition of audit_events may leave it while their month is made:
--          create_month_partition() holds its advisory lock then.
-- Callers: triggers of audit_events and of the tables that prove it whole.
-- Locks:   none.
CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_events_default' AND EXISTS (
        SELECT FROM pg_locks
        WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND granted AND objsubid = 2
            AND classid::bigint = hashtext('create_month_partition')::bigint & 4294967295
            AND objid::bigint = hashtext('audit_events')::bigint & 4294967295
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Audit events are never changed or deleted.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
            HINT = 'What was wrong is put right by a new change, which is recorded too.';
END;
$$;
