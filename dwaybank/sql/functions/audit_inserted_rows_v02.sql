-- Purpose: record all rows of one INSERT in audit_events, set-based: for tables that are filled thousands of rows at a
--          time. What is recorded is what audit_table_changes() records of an insert.
-- Inputs:  the statement's rows (transition table new_rows); trigger arguments as audit_table() makes them: columns
--          whose values are never stored, and columns of which the SHA-256 is stored in their place. Older triggers
--          name only columns of the first kind, one an argument. The table's key must be a column named id.
-- Callers: AFTER INSERT statement triggers <table>_audit_insert_trigger.
-- Locks:   inserts rows into audit_events; none besides.
-- Rights:  SECURITY DEFINER, so that the application can change audited tables and yet not write the audit.
CREATE OR REPLACE FUNCTION audit_inserted_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    context jsonb := audit_context();
    lists boolean := TG_NARGS > 0 AND TG_ARGV[0] LIKE '{%';
    named text[] := CASE WHEN lists THEN TG_ARGV[0]::text[] ELSE COALESCE(TG_ARGV, '{}') END;
    digested text[] := CASE WHEN lists THEN TG_ARGV[1]::text[] ELSE '{}' END;
    changed text[];
    secret text[];
BEGIN
    SELECT array_agg(attname::text ORDER BY attname) INTO changed
    FROM pg_attribute
    WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attname <> 'updated_at';
    SELECT COALESCE(array_agg(name), '{}') || ARRAY['updated_at'] INTO secret
    FROM unnest(changed) AS name
    WHERE name LIKE 'encrypted\_%' OR name = ANY (named);

    INSERT INTO audit_events (
        table_name, row_id, action, actor_id, run, run_id, reason, database_role, changed_columns, old_values,
        new_values
    )
    SELECT
        TG_TABLE_NAME,
        n.id::text,
        'INSERT',
        NULLIF(context ->> 'actor', '')::uuid,
        COALESCE(context ->> 'run', ''),
        left(COALESCE(context ->> 'run_id', ''), 64),
        COALESCE(context ->> 'reason', ''),
        session_user,
        changed,
        NULL,
        CASE WHEN digested = '{}' THEN n.new_row - secret
        ELSE n.new_row - secret || (
            SELECT COALESCE(jsonb_object_agg(
                name, 'sha256:' || encode(sha256(convert_to((n.new_row -> name)::text, 'UTF8')), 'hex')
            ), '{}'::jsonb)
            FROM unnest(digested) AS name
            WHERE n.new_row -> name <> 'null'
        ) END
    FROM (SELECT id, to_jsonb(r) AS new_row FROM new_rows r OFFSET 0) AS n;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION audit_inserted_rows() FROM PUBLIC;
