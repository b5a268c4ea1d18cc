-- Purpose: remove sync logs older than one year: drop months that are wholly past it, delete the rest.
-- Inputs:  none.
-- Returns: the number of logs removed, also written to system_logs.
-- Callers: the command cleanup_sync_logs, pg_cron.
-- Locks:   ACCESS EXCLUSIVE on bank_sync_logs while a month is dropped; row locks for the rest.
-- Rights:  SECURITY DEFINER, since the application owns no table.
CREATE FUNCTION cleanup_old_sync_logs() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cutoff timestamptz := CURRENT_TIMESTAMP - interval '1 year';
    month record;
    row_count integer;
    deleted_count integer := 0;
BEGIN
    FOR month IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'bank_sync_logs'::regclass AND c.relname ~ '_y\d+m\d\d$'
            -- the partition's first day of the next month, UTC
            AND (to_date(substring(c.relname FROM '_y(\d+m\d\d)$'), 'YYYY"m"MM') + interval '1 month')
                AT TIME ZONE 'UTC' <= cutoff
        ORDER BY c.relname
    LOOP
        -- locked first, so that nothing arrives between counting and dropping
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', month.relname);
        EXECUTE format('SELECT count(*) FROM %I', month.relname) INTO row_count;
        EXECUTE format('DROP TABLE %I', month.relname);
        deleted_count := deleted_count + row_count;
    END LOOP;

    DELETE FROM bank_sync_logs WHERE started_at < cutoff;
    GET DIAGNOSTICS row_count = ROW_COUNT;
    deleted_count := deleted_count + row_count;

    INSERT INTO system_logs (level, message, metadata)
    VALUES ('INFO', 'Cleaned up old sync logs', jsonb_build_object('deleted_count', deleted_count));
    RETURN deleted_count;
END;
$$;
REVOKE ALL ON FUNCTION cleanup_old_sync_logs() FROM PUBLIC;
