-- Purpose: record all rows of one UPDATE in audit_events, set-based; rows in which nothing but updated_at changed are
--          left out. A row that got another id is recorded as deleted and inserted. Only columns that differ in some
--          row of the statement are looked at row by row: a table may be wide, and an update rarely is.
--          Where the trigger says how many rows make a run, so many at once share events of up to a thousand rows, with
--          all their values (audited_updates_query); unless a row got another id, or a column is one of those whose
--          values are not stored as they are.
-- Inputs:  the statement's rows before and after (transition tables old_rows, new_rows); trigger arguments as
--          audit_table() makes them: columns whose values are never stored, and columns of which the SHA-256 is
--          stored in their place; how many rows make a run (left out: none do). The table's key must be a column named
--          id.
-- Callers: AFTER UPDATE statement triggers <table>_audit_update_trigger.
-- Locks:   inserts rows into audit_events; none besides.
-- Rights:  SECURITY DEFINER, so that the application can change audited tables and yet not write the audit.
CREATE OR REPLACE FUNCTION audit_updated_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    context jsonb := audit_context();
    secret text[] := TG_ARGV[0]::text[];
    digested text[] := TG_ARGV[1]::text[];
    fewest integer := CASE WHEN TG_NARGS > 2 THEN TG_ARGV[2]::integer END;
    compared text;
    differing text[];
    is_run boolean;
    same_before text[];
    same_after text[];
    taken text;
BEGIN
    -- a row that has only one side differs in every column; json, xml and geometric types have no equality
    SELECT string_agg(
        format(
            CASE WHEN a.atttypid IN ('json'::regtype, 'xml'::regtype) OR t.typcategory = 'G'
                THEN 'CASE WHEN bool_or(o.id IS NULL OR n.id IS NULL '
                    'OR to_jsonb(o.%1$I) IS DISTINCT FROM to_jsonb(n.%1$I)) THEN %1$L END'
                ELSE 'CASE WHEN bool_or(o.id IS NULL OR n.id IS NULL OR o.%1$I IS DISTINCT FROM n.%1$I) THEN %1$L END'
            END, a.attname
        ),
        ', ' ORDER BY a.attname
    ) INTO compared
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = TG_RELID AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'updated_at';
    EXECUTE format(
        'SELECT array_remove(ARRAY[%s], NULL), count(*) >= $1 AND bool_and(o.id IS NOT NULL AND n.id IS NOT NULL) '
        'FROM old_rows o FULL JOIN new_rows n ON n.id = o.id', compared
    ) INTO differing, is_run USING fewest;
    IF differing = '{}' THEN
        RETURN NULL;
    END IF;

    IF is_run AND NOT differing && (secret || digested)
        AND NOT EXISTS (SELECT FROM unnest(differing) AS e (name) WHERE e.name LIKE 'encrypted\_%')
    THEN
        SELECT format(
            'SELECT array_remove(ARRAY[%s], NULL), array_remove(ARRAY[%s], NULL) '
            'FROM old_rows o JOIN new_rows n ON n.id = o.id',
            string_agg(format(same.asked, e.name, 'o'), ', '), string_agg(format(same.asked, e.name, 'n'), ', ')
        ) INTO taken
        FROM unnest(differing) AS e (name)
        CROSS JOIN (VALUES (
            'CASE WHEN min(%2$s.%1$I::text) IS NOT DISTINCT FROM max(%2$s.%1$I::text) '
            'AND count(%2$s.%1$I) IN (0, count(*)) THEN %1$L END'
        )) AS same (asked);
        EXECUTE taken INTO same_before, same_after;
        EXECUTE 'INSERT INTO audit_events (table_name, row_id, action, actor_id, run, run_id, reason, database_role, '
            'changed_columns, old_values, new_values) ' || audited_updates_query(differing, same_before, same_after)
        USING
            TG_TABLE_NAME,
            NULLIF(context ->> 'actor', '')::uuid,
            COALESCE(context ->> 'run', ''),
            left(COALESCE(context ->> 'run_id', ''), 64),
            COALESCE(context ->> 'reason', ''),
            differing;
        RETURN NULL;
    END IF;

    SELECT string_agg(
        format(
            CASE WHEN e.name = ANY (digested) THEN
                '(%1$L::text, %2$L::boolean, '
                'CASE WHEN o.id IS NOT NULL THEN COALESCE(to_jsonb(''sha256:'' || encode(sha256(convert_to('
                'to_jsonb(o.%3$I)::text, ''UTF8'')), ''hex'')), ''null'') END, '
                'CASE WHEN n.id IS NOT NULL THEN COALESCE(to_jsonb(''sha256:'' || encode(sha256(convert_to('
                'to_jsonb(n.%3$I)::text, ''UTF8'')), ''hex'')), ''null'') END)'
            ELSE
                '(%1$L::text, %2$L::boolean, '
                'CASE WHEN o.id IS NOT NULL THEN COALESCE(to_jsonb(o.%3$I), ''null'') END, '
                'CASE WHEN n.id IS NOT NULL THEN COALESCE(to_jsonb(n.%3$I), ''null'') END)'
            END,
            e.name, e.name NOT LIKE 'encrypted\_%' AND e.name <> ALL (secret), e.name
        ),
        ', '
    ) INTO taken
    FROM unnest(differing) AS e (name);
    EXECUTE format(
        'INSERT INTO audit_events (
            table_name, row_id, action, actor_id, run, run_id, reason, database_role, changed_columns, old_values,
            new_values
        )
        SELECT
            $1,
            COALESCE(n.id, o.id)::text,
            CASE WHEN n.id IS NULL THEN ''DELETE'' WHEN o.id IS NULL THEN ''INSERT'' ELSE ''UPDATE'' END,
            $2, $3, $4, $5,
            session_user,
            d.changed,
            CASE WHEN o.id IS NOT NULL THEN COALESCE(d.old_values, ''{}'') END,
            CASE WHEN n.id IS NOT NULL THEN COALESCE(d.new_values, ''{}'') END
        FROM old_rows o
        FULL JOIN new_rows n ON n.id = o.id
        CROSS JOIN LATERAL (
            SELECT
                array_agg(c.name) AS changed,
                jsonb_object_agg(c.name, c.old_value) FILTER (WHERE c.shown) AS old_values,
                jsonb_object_agg(c.name, c.new_value) FILTER (WHERE c.shown) AS new_values
            FROM (VALUES %s) AS c (name, shown, old_value, new_value)
            WHERE c.old_value IS DISTINCT FROM c.new_value
        ) AS d
        WHERE d.changed IS NOT NULL', taken
    ) USING
        TG_TABLE_NAME,
        NULLIF(context ->> 'actor', '')::uuid,
        COALESCE(context ->> 'run', ''),
        left(COALESCE(context ->> 'run_id', ''), 64),
        COALESCE(context ->> 'reason', '');
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION audit_updated_rows() FROM PUBLIC;
