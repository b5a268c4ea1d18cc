-- Purpose: refuse to delete bank transactions whose connection is under a retention duty; else delete their
--          keys, and with these mappings, versions and links.
-- Inputs:  the statement's deleted rows (transition table old_rows).
-- Callers: statement triggers bank_transactions_delete_trigger and bank_transactions_archive_delete_trigger;
--          also reached by the cascade from accounts, users and connections.
-- Locks:   row locks of the deleted keys.
-- Rights:  SECURITY DEFINER, since nothing else may write the keys.
CREATE FUNCTION bank_transactions_follow_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    kept record;
BEGIN
    SELECT count(*) AS row_count, max(c.data_retention_until) AS retained_until INTO kept
    FROM old_rows o
    JOIN bank_connections c ON c.id = o.connection_id
    WHERE c.data_retention_until > CURRENT_TIMESTAMP;

    IF kept.row_count > 0 THEN
        RAISE EXCEPTION '% bank transactions are under a retention duty until % and cannot be deleted.',
            kept.row_count, kept.retained_until::date
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_transactions_retention_guard',
                HINT = 'They can be purged after data_retention_until of their connection.';
    END IF;

    DELETE FROM bank_transaction_keys k USING old_rows o WHERE k.id = o.id;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION bank_transactions_follow_delete() FROM PUBLIC;
