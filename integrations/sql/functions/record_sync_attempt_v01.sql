-- Purpose: open the log of a sync and note the attempt on its connection.
-- Inputs:  the connection, what is synced and why, counts known so far, free metadata.
-- Returns: the log's id. An unknown or deleted connection raises no_data_found.
-- Callers: imports and syncs, other services.
-- Locks:   the connection's row.
-- Rights:  SECURITY DEFINER, granted to the application role only.
CREATE FUNCTION record_sync_attempt(
    p_connection_id uuid,
    p_sync_type varchar(50),
    p_sync_operation varchar(50),
    p_accounts_processed integer DEFAULT 0,
    p_accounts_imported integer DEFAULT 0,
    p_transactions_processed integer DEFAULT 0,
    p_transactions_imported integer DEFAULT 0,
    p_errors_count integer DEFAULT 0,
    p_error_details jsonb DEFAULT NULL,
    p_sync_metadata jsonb DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    sync_log_id uuid;
    connection_user_id uuid;
BEGIN
    UPDATE bank_connections
    SET last_sync_attempt = CURRENT_TIMESTAMP
    WHERE id = p_connection_id AND deleted_at IS NULL
    RETURNING user_id INTO connection_user_id;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'Bank connection % does not exist or was deleted: no sync can be recorded for it.',
            COALESCE(p_connection_id::text, 'NULL')
            USING ERRCODE = 'no_data_found', HINT = 'Connect the bank again, or name another connection.';
    END IF;

    INSERT INTO bank_sync_logs (
        connection_id, user_id, sync_type, sync_operation, sync_status,
        accounts_processed, accounts_imported, accounts_updated,
        transactions_processed, transactions_imported,
        errors_count, error_details, sync_metadata, started_at
    ) VALUES (
        p_connection_id, connection_user_id, p_sync_type, p_sync_operation, 'started',
        p_accounts_processed, p_accounts_imported, p_accounts_imported,
        p_transactions_processed, p_transactions_imported,
        p_errors_count, p_error_details, p_sync_metadata, CURRENT_TIMESTAMP
    ) RETURNING id INTO sync_log_id;

    RETURN sync_log_id;
END;
$$;
REVOKE ALL ON FUNCTION record_sync_attempt(
    uuid, varchar, varchar, integer, integer, integer, integer, integer, jsonb, jsonb
) FROM PUBLIC;
