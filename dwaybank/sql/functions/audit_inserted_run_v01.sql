-- Purpose: record all rows of one INSERT in few events, for tables that a run fills thousands of rows at a time and
--          whose rows say themselves what came in: an event of its own for each would double what is stored. One event
--          holds up to a thousand rows: the id of each with the SHA-256 of its record.
-- Inputs:  the statement's rows (transition table new_rows); trigger argument: the columns that make up the record.
--          The table's key must be a column named id.
-- Writes:  audit_events with row_id '' and new_values {"rows": {"<id>": "<SHA-256, hex>", …}}; occurred_at is the
--          created_at of the rows, which is how a row finds its event.
-- Callers: AFTER INSERT statement triggers <table>_audit_insert_trigger that audit_run() makes.
-- Locks:   inserts rows into audit_events; none besides.
-- Rights:  SECURITY DEFINER, so that the application can change audited tables and yet not write the audit.
CREATE FUNCTION audit_inserted_run() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET datestyle = 'ISO, YMD'
SET timezone = 'UTC'
AS $$
DECLARE
    context jsonb := audit_context();
    record_columns text[] := TG_ARGV[0]::text[];
BEGIN
    EXECUTE format(
        'INSERT INTO audit_events (table_name, row_id, action, actor_id, run, run_id, reason, database_role, '
        'changed_columns, new_values) '
        'SELECT $1, '''', ''INSERT'', $2, $3, $4, $5, session_user, $6, '
        'jsonb_build_object(''rows'', jsonb_object_agg(n.id::text, n.digest)) '
        'FROM (SELECT r.id, %s AS digest, (row_number() OVER () - 1) / 1000 AS part FROM new_rows r) AS n '
        'GROUP BY n.part ORDER BY n.part',
        audited_record_digest(record_columns)
    )
    USING
        TG_TABLE_NAME,
        NULLIF(context ->> 'actor', '')::uuid,
        COALESCE(context ->> 'run', ''),
        left(COALESCE(context ->> 'run_id', ''), 64),
        COALESCE(context ->> 'reason', ''),
        record_columns;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION audit_inserted_run() FROM PUBLIC;
