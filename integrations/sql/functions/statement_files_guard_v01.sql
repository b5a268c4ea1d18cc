-- Purpose: refuse to delete a statement file that a duty still keeps, whoever asks and by whatever way.
-- Inputs:  the row about to be deleted.
-- Callers: BEFORE DELETE row trigger statement_files_retention_guard; also reached by the cascade from users.
-- Locks:   none; see statement_file_kept_by().
CREATE FUNCTION statement_files_guard() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    kept_by text := statement_file_kept_by(OLD.id, CURRENT_TIMESTAMP);
BEGIN
    IF kept_by IS NOT NULL THEN
        RAISE EXCEPTION 'The statement file % is kept: %.', OLD.id, CASE kept_by
            WHEN 'five_years' THEN 'it was handed in less than five years ago'
            WHEN 'connection' THEN 'it fed a connection in use, or one whose time of retention is not over'
            ELSE 'bank transactions that came from it are still there'
        END
            USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_files_retention_guard',
                HINT = 'manage.py purge_expired --rule statement_files tells what may go.';
    END IF;
    RETURN OLD;
END;
$$;
