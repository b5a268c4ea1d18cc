-- Purpose: record all rows of one INSERT in few events, for tables that a run fills thousands of rows at a time and
--          whose rows say themselves what came in: an event of its own for each would double what is stored. One event
--          holds up to a thousand rows: the id of each with the SHA-256 of its record. An INSERT of few rows, a
--          person's, may still have an event with all values for each.
-- Inputs:  the statement's rows (transition table new_rows); trigger arguments: the columns that make up the record;
--          how many rows make a run (left out: one). Fewer are recorded one by one, as audit_inserted_rows() does in a
--          table without secrets. The table's key must be a column named id.
-- Writes:  audit_events with row_id '' and new_values {"rows": {"<id>": "<SHA-256, hex>", …}}; occurred_at is the
--          created_at of the rows, which is how a row finds its event.
-- Callers: AFTER INSERT statement triggers <table>_audit_insert_trigger that audit_run() makes.
-- Locks:   inserts rows into audit_events; none besides.
-- Rights:  SECURITY DEFINER, so that the application can change audited tables and yet not write the audit.
CREATE OR REPLACE FUNCTION audit_inserted_run() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET datestyle = 'ISO, YMD'
SET timezone = 'UTC'
AS $$
DECLARE
    context jsonb := audit_context();
    record_columns text[] := TG_ARGV[0]::text[];
    fewest integer := CASE WHEN TG_NARGS > 1 THEN TG_ARGV[1]::integer ELSE 1 END;
    is_run boolean := fewest <= 1;
    events text;
BEGIN
    IF NOT is_run THEN
        SELECT count(*) = fewest INTO is_run FROM (SELECT FROM new_rows LIMIT fewest) AS first;
    END IF;
    IF is_run THEN
        events := format(
            'SELECT $1, '''', ''INSERT'', $2, $3, $4, $5, session_user, $6, '
            'jsonb_build_object(''rows'', jsonb_object_agg(n.id::text, n.digest)) '
            'FROM (SELECT r.id, %s AS digest, (row_number() OVER () - 1) / 1000 AS part FROM new_rows r) AS n '
            'GROUP BY n.part ORDER BY n.part',
            audited_record_digest(record_columns)
        );
    ELSE
        events := 'SELECT $1, r.id::text, ''INSERT'', $2, $3, $4, $5, session_user, $6, to_jsonb(r) - ''updated_at'' '
            'FROM new_rows r';
        SELECT array_agg(attname::text ORDER BY attname) INTO record_columns
        FROM pg_attribute
        WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attname <> 'updated_at';
    END IF;
    EXECUTE 'INSERT INTO audit_events (table_name, row_id, action, actor_id, run, run_id, reason, database_role, '
        'changed_columns, new_values) ' || events
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
