-- Purpose: keep bank_connections.linked_accounts_count, the number of different accounts linked.
-- Callers: row trigger linked_accounts_count_trigger.
-- Locks:   the connection's row.
-- Rights:  SECURITY DEFINER, so that linking needs no right on connections.
CREATE FUNCTION count_linked_accounts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE bank_connections bc
    SET linked_accounts_count = (
        SELECT count(DISTINCT la.account_id) FROM linked_accounts la WHERE la.connection_id = bc.id
    )
    WHERE bc.id IN (
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.connection_id END,
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.connection_id END
    );
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION count_linked_accounts() FROM PUBLIC;
