-- Purpose: who acts in this transaction, as the application told it.
-- Inputs:  the session setting dwaybank.context, a JSON object {actor, run, reason}; absent in raw SQL.
-- Returns: that object, or {} when it is not set.
-- Callers: audit_table_changes().
-- Locks:   none.
CREATE FUNCTION audit_context() RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT COALESCE(NULLIF(current_setting('dwaybank.context', true), '')::jsonb, '{}'::jsonb);
$$;
