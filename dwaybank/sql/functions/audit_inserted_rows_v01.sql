-- Purpose: record all rows of one INSERT in audit_events, set-based: for tables that are filled thousands of rows at a
--          time. What is recorded is what audit_table_changes() records of an insert.
-- Inputs:  the statement's rows (transition table new_rows); trigger arguments: columns whose values are never stored.
--          The table's key must be a column named id.
-- Callers: AFTER INSERT statement triggers <table>_audit_insert_trigger.
-- Locks:   inserts rows into audit_events; none besides.
-- Rights:  SECURITY DEFINER, so that the application can change audited tables and yet not write the audit.
CREATE FUNCTION audit_inserted_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    context jsonb := audit_context();
    changed text[];
    secret text[];
BEGIN
    SELECT array_agg(attname::text ORDER BY attname) INTO changed
    FROM pg_attribute
    WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attname <> 'updated_at';
    SELECT COALESCE(array_agg(name), '{}') || ARRAY['updated_at'] INTO secret
    FROM unnest(changed) AS name
    WHERE name LIKE 'encrypted\_%' OR name = ANY (COALESCE(TG_ARGV, '{}'));

    INSERT INTO audit_events (
        table_name, row_id, action, actor_id, run, reason, database_role, changed_columns, old_values, new_values
    )
    SELECT
        TG_TABLE_NAME,
        n.id::text,
        'INSERT',
        NULLIF(context ->> 'actor', '')::uuid,
        COALESCE(context ->> 'run', ''),
        COALESCE(context ->> 'reason', ''),
        session_user,
        changed,
        NULL,
        to_jsonb(n) - secret
    FROM new_rows n;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION audit_inserted_rows() FROM PUBLIC;
