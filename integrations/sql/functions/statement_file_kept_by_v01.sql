-- Purpose: what still keeps a statement file at a moment; NULL where nothing does and it may be purged.
-- Inputs:  the file's id; the moment.
-- Gives:   'five_years': handed in less than five years before (SOR/2002-184 s. 148(1));
--          'connection': it fed a connection in use, or one whose data_retention_until is not over or not set;
--          'rows': bank transactions that came from it are still there, live or archived: it is their evidence.
--          Legal holds are asked by refuse_delete_under_hold().
-- Callers: the rule of retention statement_files; trigger statement_files_retention_guard.
-- Locks:   none.
CREATE FUNCTION statement_file_kept_by(p_file_id uuid, p_at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT CASE
        WHEN COALESCE(f.created_at, p_at) > p_at - INTERVAL '5 years' THEN 'five_years'
        WHEN EXISTS (
            SELECT FROM bank_statements s
            JOIN bank_connections c ON c.id = s.connection_id
            WHERE s.file_id = f.id
                AND (c.deleted_at IS NULL OR c.data_retention_until IS NULL OR c.data_retention_until > p_at)
        ) THEN 'connection'
        WHEN EXISTS (
            SELECT FROM bank_statements s
            JOIN bank_transactions t
                ON t.connection_id = s.connection_id
                AND t.normalized_data @> jsonb_build_object('statement', s.id)
            WHERE s.file_id = f.id
        ) OR EXISTS (
            SELECT FROM bank_statements s
            JOIN bank_transactions_archive t
                ON t.connection_id = s.connection_id
                AND t.normalized_data @> jsonb_build_object('statement', s.id)
            WHERE s.file_id = f.id
        ) THEN 'rows'
    END
    FROM statement_files f
    WHERE f.id = p_file_id;
$$;
