-- Purpose: health of a connection from 0 (not working) to 100 (good), the one place of this rule.
-- Inputs:  status, failures in a row, last good sync, and when the connection was made: one that has never
--          synced counts from there.
-- Callers: get_user_bank_connections(), bank_connection_needs_attention(), view bank_integration_health.
-- Locks:   none.
CREATE FUNCTION bank_connection_health_score(
    p_connection_status text, p_consecutive_failures integer, p_last_successful_sync timestamptz, p_created_at timestamptz
) RETURNS integer
LANGUAGE sql STABLE
AS $$
    SELECT CASE
        WHEN p_connection_status IS DISTINCT FROM 'active' THEN 0
        WHEN p_consecutive_failures >= 5 THEN 10
        WHEN p_consecutive_failures >= 3 THEN 30
        WHEN COALESCE(p_last_successful_sync, p_created_at) < CURRENT_TIMESTAMP - interval '7 days' THEN 50
        WHEN COALESCE(p_last_successful_sync, p_created_at) < CURRENT_TIMESTAMP - interval '1 day' THEN 70
        ELSE 100
    END;
$$;
