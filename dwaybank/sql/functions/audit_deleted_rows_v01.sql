-- Purpose: record all rows of one DELETE in audit_events, set-based.
-- Inputs:  the statement's rows (transition table old_rows); trigger arguments as audit_table() makes them: columns
--          whose values are never stored, and columns of which the SHA-256 is stored in their place. The table's key
--          must be a column named id.
-- Callers: AFTER DELETE statement triggers <table>_audit_delete_trigger.
-- Locks:   inserts rows into audit_events; none besides.
-- Rights:  SECURITY DEFINER, so that the application can change audited tables and yet not write the audit.
CREATE FUNCTION audit_deleted_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    context jsonb := audit_context();
    digested text[] := TG_ARGV[1]::text[];
    changed text[];
    secret text[];
BEGIN
    SELECT array_agg(attname::text ORDER BY attname) INTO changed
    FROM pg_attribute
    WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attname <> 'updated_at';
    SELECT COALESCE(array_agg(name), '{}') || ARRAY['updated_at'] INTO secret
    FROM unnest(changed) AS name
    WHERE name LIKE 'encrypted\_%' OR name = ANY (TG_ARGV[0]::text[]);

    INSERT INTO audit_events (
        table_name, row_id, action, actor_id, run, run_id, reason, database_role, changed_columns, old_values,
        new_values
    )
    SELECT
        TG_TABLE_NAME,
        o.id::text,
        'DELETE',
        NULLIF(context ->> 'actor', '')::uuid,
        COALESCE(context ->> 'run', ''),
        left(COALESCE(context ->> 'run_id', ''), 64),
        COALESCE(context ->> 'reason', ''),
        session_user,
        changed,
        o.old_row - secret || (
            SELECT COALESCE(jsonb_object_agg(
                name, 'sha256:' || encode(sha256(convert_to((o.old_row -> name)::text, 'UTF8')), 'hex')
            ), '{}'::jsonb)
            FROM unnest(digested) AS name
            WHERE o.old_row -> name <> 'null'
        ),
        NULL
    FROM (SELECT id, to_jsonb(r) AS old_row FROM old_rows r OFFSET 0) AS o;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION audit_deleted_rows() FROM PUBLIC;
