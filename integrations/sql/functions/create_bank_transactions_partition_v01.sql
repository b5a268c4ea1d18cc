-- Purpose: make the partition of bank_transactions for the month of a date; no error when it is there.
-- Inputs:  any day of the month.
-- Callers: other services, operators, pg_cron; see create_month_partition() for imports and commands.
-- Locks:   as create_month_partition().
-- Rights:  SECURITY DEFINER, since the application owns no table.
CREATE FUNCTION create_bank_transactions_partition(partition_date date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM create_month_partition('bank_transactions', partition_date);
END;
$$;
REVOKE ALL ON FUNCTION create_bank_transactions_partition(date) FROM PUBLIC;
