-- Purpose: rows of a table audited by run whose record is not what the audit says came in, though no audited change or
--          deletion, of one row or of a run, says so: somebody changed or removed them past the triggers.
-- Inputs:  the table; the tables that its rows may stand in now (itself, its archive); the runs to look at, by time.
-- Returns: id of the row, id of the event that recorded it, and 'changed' or 'gone'.
-- Callers: manage.py verify_audit --rows. Reads every row of these tables that is of the time.
-- Locks:   none.
CREATE OR REPLACE FUNCTION audited_rows_that_differ(
    p_table text, p_now_in text[], p_from timestamptz DEFAULT '-infinity', p_to timestamptz DEFAULT 'infinity'
) RETURNS TABLE (row_id text, event_id bigint, what text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp
SET datestyle = 'ISO, YMD'
SET timezone = 'UTC'
AS $$
DECLARE
    record_columns varchar[];
BEGIN
    FOR record_columns IN
        SELECT DISTINCT e.changed_columns FROM audit_events e
        WHERE e.table_name = p_table AND e.row_id = '' AND e.action = 'INSERT' AND e.occurred_at >= p_from AND e.occurred_at < p_to
    LOOP
        RETURN QUERY EXECUTE (
            SELECT format(
                'WITH recorded AS ('
                '    SELECT e.id AS event_id, x.key AS row_id, x.value AS digest '
                '    FROM audit_events e CROSS JOIN LATERAL jsonb_each_text(e.new_values -> ''rows'') AS x '
                '    WHERE e.table_name = $1 AND e.row_id = '''' AND e.action = ''INSERT'' '
                '        AND e.changed_columns = $2 '
                '        AND e.occurred_at >= $3 AND e.occurred_at < $4'
                '), stored AS (%s) '
                'SELECT o.row_id, o.event_id, CASE WHEN s.row_id IS NULL THEN ''gone'' ELSE ''changed'' END '
                'FROM recorded o LEFT JOIN stored s ON s.row_id = o.row_id '
                'WHERE s.digest IS DISTINCT FROM o.digest AND NOT EXISTS ('
                '    SELECT FROM audit_events c '
                '    WHERE c.table_name = ANY ($5) AND c.row_id = o.row_id '
                '        AND (c.action = ''DELETE'' OR c.action = ''UPDATE'' AND c.changed_columns && $2) '
                '    UNION ALL '
                '    SELECT FROM audit_events c '
                '    WHERE c.table_name = ANY ($5) AND c.row_id = '''' AND c.action = ''UPDATE'' '
                '        AND c.changed_columns && $2 AND c.new_values -> ''rows'' ? o.row_id'
                ') ORDER BY o.row_id',
                string_agg(
                    format(
                        'SELECT r.id::text AS row_id, %s AS digest FROM %I r '
                        'WHERE r.created_at >= $3 AND r.created_at < $4',
                        audited_record_digest(record_columns::text[]), name
                    ),
                    ' UNION ALL '
                )
            )
            FROM unnest(p_now_in) AS name
        ) USING p_table, record_columns, p_from, p_to, p_now_in;
    END LOOP;
END;
$$;
