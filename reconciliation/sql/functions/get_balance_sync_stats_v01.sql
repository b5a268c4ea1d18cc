-- Purpose: statistics of an account's balance comparisons over the last days.
-- Inputs:  the account, and how many days back (30).
-- Returns: one row; counts are 0 and amounts NULL when there was no comparison.
-- Callers: the admin, other services.
-- Locks:   none.
-- Rights:  SECURITY DEFINER, granted to the application role only.
CREATE FUNCTION get_balance_sync_stats(p_account_id uuid, p_days integer DEFAULT 30)
RETURNS TABLE (
    total_syncs integer,
    conflicts_detected integer,
    conflicts_resolved integer,
    manual_reviews integer,
    avg_discrepancy numeric(15, 2),
    max_discrepancy numeric(15, 2),
    last_sync timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT
        count(*)::integer,
        (count(*) FILTER (WHERE bsh.conflict_detected))::integer,
        (count(*) FILTER (WHERE bsh.sync_status = 'conflict_resolved'))::integer,
        (count(*) FILTER (WHERE bsh.requires_manual_review))::integer,
        round(avg(bsh.discrepancy_amount), 2),
        max(bsh.discrepancy_amount),
        max(bsh.sync_timestamp)
    FROM balance_sync_history bsh
    WHERE bsh.account_id = p_account_id
        AND bsh.sync_timestamp >= CURRENT_TIMESTAMP - make_interval(days => p_days);
END;
$$;
REVOKE ALL ON FUNCTION get_balance_sync_stats(uuid, integer) FROM PUBLIC;
