-- Purpose: record one insert, update or delete in audit_events, without secrets.
-- Inputs:  trigger arguments: columns whose values are never stored, beside those named encrypted_… . The
--          table's key must be a column named id or key.
-- Callers: AFTER row triggers <table>_audit_trigger, for tables whose rows change one at a time. AFTER, so that what is
--          recorded is what was stored.
-- Locks:   inserts one row into audit_events; none besides.
-- Rights:  SECURITY DEFINER, so that the application can change audited tables and yet not write the audit.
CREATE OR REPLACE FUNCTION audit_table_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    context jsonb := audit_context();
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) ELSE '{}'::jsonb END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) ELSE '{}'::jsonb END;
    row_key text := COALESCE(new_row ->> 'id', old_row ->> 'id', new_row ->> 'key', old_row ->> 'key');
    changed text[];
    shown text[];
BEGIN
    SELECT COALESCE(array_agg(name ORDER BY name), '{}') INTO changed
    FROM jsonb_object_keys(old_row || new_row) AS name
    WHERE name <> 'updated_at' AND old_row -> name IS DISTINCT FROM new_row -> name;

    IF TG_OP = 'UPDATE' AND changed = '{}' THEN
        RETURN NULL;
    END IF;

    SELECT COALESCE(array_agg(name), '{}') INTO shown
    FROM unnest(changed) AS name
    WHERE name NOT LIKE 'encrypted\_%' AND name <> ALL (COALESCE(TG_ARGV, '{}'));

    INSERT INTO audit_events (
        table_name, row_id, action, actor_id, run, run_id, reason, database_role, changed_columns, old_values,
        new_values
    )
    SELECT
        TG_TABLE_NAME,
        row_key,
        TG_OP,
        NULLIF(context ->> 'actor', '')::uuid,
        COALESCE(context ->> 'run', ''),
        left(COALESCE(context ->> 'run_id', ''), 64),
        COALESCE(context ->> 'reason', ''),
        session_user,
        changed,
        CASE WHEN TG_OP <> 'INSERT' THEN
            (SELECT COALESCE(jsonb_object_agg(name, old_row -> name), '{}'::jsonb) FROM unnest(shown) AS name)
        END,
        CASE WHEN TG_OP <> 'DELETE' THEN
            (SELECT COALESCE(jsonb_object_agg(name, new_row -> name), '{}'::jsonb) FROM unnest(shown) AS name)
        END;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION audit_table_changes() FROM PUBLIC;
