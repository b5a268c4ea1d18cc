-- Purpose: record all rows of one UPDATE in audit_events, set-based; rows in which nothing but updated_at changed are
--          left out. A row that got another id is recorded as deleted and inserted.
-- Inputs:  the statement's rows before and after (transition tables old_rows, new_rows); trigger arguments as
--          audit_table() makes them: columns whose values are never stored, and columns of which the SHA-256 is
--          stored in their place. The table's key must be a column named id.
-- Callers: AFTER UPDATE statement triggers <table>_audit_update_trigger.
-- Locks:   inserts rows into audit_events; none besides.
-- Rights:  SECURITY DEFINER, so that the application can change audited tables and yet not write the audit.
CREATE FUNCTION audit_updated_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    context jsonb := audit_context();
    secret text[] := TG_ARGV[0]::text[];
    digested text[] := TG_ARGV[1]::text[];
BEGIN
    INSERT INTO audit_events (
        table_name, row_id, action, actor_id, run, run_id, reason, database_role, changed_columns, old_values,
        new_values
    )
    SELECT
        TG_TABLE_NAME,
        p.row_id,
        CASE WHEN p.new_row IS NULL THEN 'DELETE' WHEN p.old_row IS NULL THEN 'INSERT' ELSE 'UPDATE' END,
        NULLIF(context ->> 'actor', '')::uuid,
        COALESCE(context ->> 'run', ''),
        left(COALESCE(context ->> 'run_id', ''), 64),
        COALESCE(context ->> 'reason', ''),
        session_user,
        d.changed,
        CASE WHEN p.old_row IS NOT NULL THEN COALESCE(d.old_values, '{}'::jsonb) END,
        CASE WHEN p.new_row IS NOT NULL THEN COALESCE(d.new_values, '{}'::jsonb) END
    FROM (
        SELECT COALESCE(n.id, o.id)::text AS row_id,
            CASE WHEN o.id IS NOT NULL THEN to_jsonb(o) END AS old_row,
            CASE WHEN n.id IS NOT NULL THEN to_jsonb(n) END AS new_row
        FROM old_rows o
        FULL JOIN new_rows n ON n.id = o.id
        OFFSET 0
    ) AS p
    CROSS JOIN LATERAL (
        SELECT
            array_agg(c.name ORDER BY c.name) AS changed,
            jsonb_object_agg(c.name, c.old_value) FILTER (WHERE c.shown) AS old_values,
            jsonb_object_agg(c.name, c.new_value) FILTER (WHERE c.shown) AS new_values
        FROM (
            SELECT e.name,
                e.name NOT LIKE 'encrypted\_%' AND e.name <> ALL (secret) AS shown,
                CASE WHEN e.name = ANY (digested) AND p.old_row -> e.name <> 'null' THEN to_jsonb(
                    'sha256:' || encode(sha256(convert_to((p.old_row -> e.name)::text, 'UTF8')), 'hex')
                ) ELSE p.old_row -> e.name END AS old_value,
                CASE WHEN e.name = ANY (digested) AND p.new_row -> e.name <> 'null' THEN to_jsonb(
                    'sha256:' || encode(sha256(convert_to((p.new_row -> e.name)::text, 'UTF8')), 'hex')
                ) ELSE p.new_row -> e.name END AS new_value
            FROM jsonb_object_keys(COALESCE(p.new_row, p.old_row)) AS e (name)
            WHERE e.name <> 'updated_at' AND p.old_row -> e.name IS DISTINCT FROM p.new_row -> e.name
        ) AS c
    ) AS d
    WHERE d.changed IS NOT NULL;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION audit_updated_rows() FROM PUBLIC;
