-- Purpose: make the partition of bank_sync_logs for the month of a date; no error when it is there.
-- Inputs:  any day of the month.
-- Callers: other services, operators, pg_cron; see create_month_partition() for imports and commands.
-- Locks:   as create_month_partition().
-- Rights:  SECURITY DEFINER, since the application owns no table.
CREATE FUNCTION create_bank_sync_logs_partition(partition_date date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM create_month_partition('bank_sync_logs', partition_date);
END;
$$;
REVOKE ALL ON FUNCTION create_bank_sync_logs_partition(date) FROM PUBLIC;
