-- Purpose: remove sync logs older than one year in one transaction: drop months that are wholly past it, delete the rest.
-- Inputs:  none.
-- Returns: the number of logs removed, also written to system_logs.
-- Callers: pg_cron, other services. The command cleanup_sync_logs goes step by step instead.
-- Locks:   those of cleanup_sync_logs_step(), from the first month to the end of the transaction.
-- Rights:  SECURITY DEFINER, since the application owns no table.
CREATE OR REPLACE FUNCTION cleanup_old_sync_logs() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    removed integer;
    deleted_count integer := 0;
BEGIN
    LOOP
        removed := cleanup_sync_logs_step(100000);
        EXIT WHEN removed IS NULL;
        deleted_count := deleted_count + removed;
    END LOOP;

    INSERT INTO system_logs (level, message, metadata)
    VALUES ('INFO', 'Cleaned up old sync logs', jsonb_build_object('deleted_count', deleted_count));
    RETURN deleted_count;
END;
$$;
REVOKE ALL ON FUNCTION cleanup_old_sync_logs() FROM PUBLIC;
