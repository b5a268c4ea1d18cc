-- Purpose: a customer's connections with their health, newest first, deleted ones left out.
-- Inputs:  the user's id.
-- Returns: one row per connection; needs_attention when it is not active, fails repeatedly, its token ends
--          within seven days, or no sync succeeded for two days (since it was made, if none ever did).
-- Callers: other services, the admin.
-- Locks:   none.
-- Rights:  SECURITY DEFINER, granted to the application role only: it shows any user's connections.
CREATE FUNCTION get_user_bank_connections(p_user_id uuid)
RETURNS TABLE (
    connection_id uuid,
    bank_id varchar(20),
    bank_name varchar(100),
    connection_status varchar(20),
    linked_accounts_count integer,
    last_successful_sync timestamptz,
    health_score integer,
    needs_attention boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT
        bc.id,
        bc.bank_id,
        bc.bank_name,
        bc.connection_status,
        bc.linked_accounts_count,
        bc.last_successful_sync,
        bank_connection_health_score(
            bc.connection_status, bc.consecutive_failures, bc.last_successful_sync, bc.created_at
        ),
        bc.connection_status <> 'active'
            OR COALESCE(bc.consecutive_failures, 0) >= 3
            OR COALESCE(bc.token_expires_at < CURRENT_TIMESTAMP + interval '7 days', false)
            OR COALESCE(
                COALESCE(bc.last_successful_sync, bc.created_at) < CURRENT_TIMESTAMP - interval '2 days', false
            )
    FROM bank_connections bc
    WHERE bc.user_id = p_user_id
        AND bc.deleted_at IS NULL
    ORDER BY bc.created_at DESC, bc.id;
END;
$$;
REVOKE ALL ON FUNCTION get_user_bank_connections(uuid) FROM PUBLIC;
