-- Purpose: record one comparison of DwayBank's balance with the bank's.
-- Inputs:  account, connection (may be NULL), DwayBank's balance before, the bank's, DwayBank's after, why the
--          comparison ran, how a difference was settled, whether the caller wants a person, free metadata.
-- Returns: the id of the row in balance_sync_history. A difference above 0.01 is a conflict; above
--          system_config.balance_discrepancy_threshold it needs a person, whatever the caller passed.
-- Callers: balance comparison after syncs and statements, other services.
-- Locks:   none beyond the new row.
-- Rights:  SECURITY DEFINER, granted to the application role only.
CREATE FUNCTION record_balance_sync(
    p_account_id uuid,
    p_connection_id uuid,
    p_dway_balance_before numeric(15, 2),
    p_bank_balance numeric(15, 2),
    p_dway_balance_after numeric(15, 2),
    p_sync_type varchar(50),
    p_resolution_method varchar(50) DEFAULT NULL,
    p_requires_review boolean DEFAULT false,
    p_sync_metadata jsonb DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    sync_history_id uuid;
    difference numeric := abs(p_dway_balance_before - p_bank_balance);
    is_conflict boolean := difference > 0.01;
    needs_person boolean := COALESCE(p_requires_review, false)
        OR (is_conflict AND difference > system_config_numeric('balance_discrepancy_threshold', 1.00));
BEGIN
    INSERT INTO balance_sync_history (
        account_id, connection_id, dway_balance_before, bank_balance, dway_balance_after,
        sync_type, sync_status, resolution_method, conflict_detected, requires_manual_review,
        sync_metadata, sync_timestamp
    ) VALUES (
        p_account_id, p_connection_id, p_dway_balance_before, p_bank_balance, p_dway_balance_after,
        p_sync_type,
        CASE
            WHEN is_conflict AND needs_person THEN 'manual_review'
            WHEN is_conflict THEN 'conflict_resolved'
            ELSE 'synchronized'
        END,
        p_resolution_method, is_conflict, needs_person,
        p_sync_metadata, CURRENT_TIMESTAMP
    ) RETURNING id INTO sync_history_id;

    RETURN sync_history_id;
END;
$$;
REVOKE ALL ON FUNCTION record_balance_sync(
    uuid, uuid, numeric, numeric, numeric, varchar, varchar, boolean, jsonb
) FROM PUBLIC;
