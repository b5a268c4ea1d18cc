-- Purpose: may this connection be used now?
-- Inputs:  the connection's id. An unknown or deleted connection gives no row.
-- Returns: validity (active, token not ended, fewer than five failures in a row), status, end of the token,
--          whether it should be refreshed (ends within the hour), last error.
-- Callers: syncs, other services.
-- Locks:   none.
-- Rights:  SECURITY DEFINER, granted to the application role only.
CREATE FUNCTION validate_bank_connection(connection_id uuid)
RETURNS TABLE (
    is_valid boolean,
    status varchar(20),
    expires_at timestamptz,
    needs_refresh boolean,
    last_error text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT
        bc.connection_status = 'active'
            AND (bc.token_expires_at IS NULL OR bc.token_expires_at > CURRENT_TIMESTAMP)
            AND COALESCE(bc.consecutive_failures, 0) < 5,
        bc.connection_status,
        bc.token_expires_at,
        COALESCE(bc.token_expires_at < CURRENT_TIMESTAMP + interval '1 hour', false),
        bc.last_error_message
    FROM bank_connections bc
    WHERE bc.id = validate_bank_connection.connection_id
        AND bc.deleted_at IS NULL;
END;
$$;
REVOKE ALL ON FUNCTION validate_bank_connection(uuid) FROM PUBLIC;
