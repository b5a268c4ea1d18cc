-- Purpose: close the log of a sync, once, and carry its outcome to the connection.
-- Inputs:  the log; its final status (completed, partial, failed, timeout); final results: counts under the
--          log's column names and error_details go to those columns, error_message to the connection, and the
--          whole object into sync_metadata.
-- Returns: nothing. An unknown log raises no_data_found; a status that is not final raises
--          invalid_parameter_value; a log already closed is left as it is and counts nothing twice.
-- Callers: imports and syncs, the reaper of stale logs, other services.
-- Locks:   the log's row, then the connection's row.
-- Rights:  SECURITY DEFINER, granted to the application role only.
CREATE FUNCTION complete_sync_attempt(
    p_sync_log_id uuid,
    p_sync_status varchar(20),
    p_final_results jsonb DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    log bank_sync_logs%ROWTYPE;
    results jsonb := COALESCE(p_final_results, '{}'::jsonb);
BEGIN
    IF p_sync_status IS NULL OR p_sync_status NOT IN ('completed', 'partial', 'failed', 'timeout') THEN
        RAISE EXCEPTION 'A sync cannot end as %.', COALESCE(quote_literal(p_sync_status), 'NULL')
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Use completed, partial, failed or timeout.';
    END IF;

    SELECT * INTO log FROM bank_sync_logs WHERE id = p_sync_log_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Sync log % does not exist.', COALESCE(p_sync_log_id::text, 'NULL')
            USING ERRCODE = 'no_data_found', HINT = 'Open one with record_sync_attempt() first.';
    END IF;
    IF log.completed_at IS NOT NULL THEN
        RETURN;
    END IF;

    UPDATE bank_sync_logs
    SET sync_status = p_sync_status,
        -- the clock, not the transaction's start: a log opened in this transaction took time too
        completed_at = GREATEST(clock_timestamp(), started_at),
        accounts_processed = COALESCE((results ->> 'accounts_processed')::integer, accounts_processed),
        accounts_imported = COALESCE((results ->> 'accounts_imported')::integer, accounts_imported),
        accounts_updated = COALESCE((results ->> 'accounts_updated')::integer, accounts_updated),
        transactions_processed = COALESCE((results ->> 'transactions_processed')::integer, transactions_processed),
        transactions_imported = COALESCE((results ->> 'transactions_imported')::integer, transactions_imported),
        transactions_duplicates = COALESCE((results ->> 'transactions_duplicates')::integer, transactions_duplicates),
        errors_count = COALESCE((results ->> 'errors_count')::integer, errors_count),
        warnings_count = COALESCE((results ->> 'warnings_count')::integer, warnings_count),
        error_details = COALESCE(NULLIF(results -> 'error_details', 'null'::jsonb), error_details),
        sync_metadata = CASE
            WHEN p_final_results IS NULL THEN sync_metadata
            ELSE COALESCE(sync_metadata, '{}'::jsonb) || p_final_results
        END
    WHERE id = log.id AND started_at = log.started_at;

    IF p_sync_status = 'completed' THEN
        UPDATE bank_connections
        SET last_successful_sync = CURRENT_TIMESTAMP,
            consecutive_failures = 0,
            last_error_message = NULL,
            last_error_at = NULL
        WHERE id = log.connection_id;
    ELSIF p_sync_status IN ('failed', 'timeout') THEN
        UPDATE bank_connections
        SET consecutive_failures = COALESCE(consecutive_failures, 0) + 1,
            last_error_message = COALESCE(
                results ->> 'error_message', 'The sync ended as ' || p_sync_status || ' without a message.'
            ),
            last_error_at = CURRENT_TIMESTAMP
        WHERE id = log.connection_id;
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION complete_sync_attempt(uuid, varchar, jsonb) FROM PUBLIC;
