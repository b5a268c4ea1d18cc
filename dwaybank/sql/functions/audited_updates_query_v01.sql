-- Purpose: the SELECT that makes the audit's events of a run of updates: an event for up to a thousand rows, with what
--          all rows have in common said once. One place for what such an event looks like:
--          {"all": {column: value}, "rows": {id: {column: value}}}, "rows" being left out where nothing of a row is left
--          to say before the change.
-- Inputs:  the columns that differ; of these the ones with one value in all rows, before and after. The SELECT reads the
--          transition tables old_rows and new_rows, and takes $1 table, $2 actor, $3 run, $4 id of the run, $5 reason,
--          $6 columns.
-- Callers: audit_updated_rows(), which alone can see the transition tables.
-- Locks:   none.
CREATE FUNCTION audited_updates_query(p_columns text[], p_same_before text[], p_same_after text[]) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT format(
        'SELECT $1, '''', ''UPDATE'', $2, $3, $4, $5, session_user, $6, '
        'jsonb_build_object(''all'', (SELECT jsonb_build_object(%s) FROM old_rows o LIMIT 1)%s), '
        'jsonb_build_object(''all'', (SELECT jsonb_build_object(%s) FROM new_rows n LIMIT 1), '
        '''rows'', jsonb_object_agg(c.id, c.after)) '
        'FROM (SELECT n.id::text AS id, jsonb_build_object(%s) AS before, jsonb_build_object(%s) AS after, '
        '(row_number() OVER () - 1) / 1000 AS part '
        'FROM old_rows o JOIN new_rows n ON n.id = o.id '
        'WHERE jsonb_build_object(%s) IS DISTINCT FROM jsonb_build_object(%s)) AS c '
        'GROUP BY c.part ORDER BY c.part',
        string_agg(format('%1$L, o.%1$I', name), ', ') FILTER (WHERE name = ANY (p_same_before)),
        CASE WHEN NOT p_columns <@ p_same_before THEN ', ''rows'', jsonb_object_agg(c.id, c.before)' END,
        string_agg(format('%1$L, n.%1$I', name), ', ') FILTER (WHERE name = ANY (p_same_after)),
        string_agg(format('%1$L, o.%1$I', name), ', ') FILTER (WHERE name <> ALL (p_same_before)),
        string_agg(format('%1$L, n.%1$I', name), ', ') FILTER (WHERE name <> ALL (p_same_after)),
        string_agg(format('%1$L, o.%1$I', name), ', '),
        string_agg(format('%1$L, n.%1$I', name), ', ')
    )
    FROM unnest(p_columns) AS c (name)
$$;
REVOKE ALL ON FUNCTION audited_updates_query(text[], text[], text[]) FROM PUBLIC;
