-- Purpose: one step of removing sync logs older than one year: drop a month that is wholly past it, or, where there is
--          none, delete some rows.
-- Inputs:  how many rows to delete at most.
-- Returns: the number of logs removed; NULL where nothing was left to do.
-- Callers: cleanup_old_sync_logs(), the command cleanup_sync_logs.
-- Locks:   one cleaner at a time (advisory; lock_not_available where another cleans). A month: SHARE on it while it is
--          counted, then ACCESS EXCLUSIVE on bank_sync_logs to the end of the transaction. Rows: their row locks.
-- Rights:  SECURITY DEFINER, since the application owns no table.
CREATE FUNCTION cleanup_sync_logs_step(p_rows integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cutoff timestamptz := CURRENT_TIMESTAMP - interval '1 year';
    month_name text;
    row_count integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('cleanup_sync_logs'), 0) THEN
        RAISE EXCEPTION 'Another session removes sync logs.' USING ERRCODE = 'lock_not_available';
    END IF;
    SELECT c.relname INTO month_name
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'bank_sync_logs'::regclass AND c.relname ~ '_y\d+m\d\d$'
        -- the partition's first day of the next month, UTC
        AND (to_date(substring(c.relname FROM '_y(\d+m\d\d)$'), 'YYYY"m"MM') + interval '1 month')
            AT TIME ZONE 'UTC' <= cutoff
    ORDER BY c.relname
    LIMIT 1;
    IF month_name IS NOT NULL THEN
        -- nothing arrives between counting and dropping
        EXECUTE format('LOCK TABLE %I IN SHARE MODE', month_name);
        EXECUTE format('SELECT count(*) FROM %I', month_name) INTO row_count;
        EXECUTE format('ALTER TABLE bank_sync_logs DETACH PARTITION %I', month_name);
        EXECUTE format('DROP TABLE %I', month_name);
        RETURN row_count;
    END IF;

    DELETE FROM bank_sync_logs l
    USING (SELECT id, started_at FROM bank_sync_logs WHERE started_at < cutoff LIMIT p_rows) AS old
    WHERE l.id = old.id AND l.started_at = old.started_at;
    GET DIAGNOSTICS row_count = ROW_COUNT;
    RETURN NULLIF(row_count, 0);
END;
$$;
REVOKE ALL ON FUNCTION cleanup_sync_logs_step(integer) FROM PUBLIC;
