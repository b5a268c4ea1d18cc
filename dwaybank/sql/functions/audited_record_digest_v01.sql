-- Purpose: the SQL expression of the SHA-256 (hex) of a row r's record: one place for whoever writes digests and whoever
--          compares them. Times and dates count as they are written in UTC and ISO: the callers set both.
-- Inputs:  the columns of the record, in order.
-- Callers: audit_inserted_run(), audited_rows_that_differ().
-- Locks:   none.
CREATE FUNCTION audited_record_digest(p_columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT format(
        'encode(sha256(convert_to(ROW(%s)::text, ''UTF8'')), ''hex'')',
        string_agg(format('r.%I', name), ', ' ORDER BY place)
    )
    FROM unnest(p_columns) WITH ORDINALITY AS c (name, place)
$$;
