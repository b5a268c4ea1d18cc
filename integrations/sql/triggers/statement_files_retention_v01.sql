-- Purpose: a raw statement file goes only past its time, when nothing hangs on it, and under no legal hold.
-- Callers: fired by every deletion of a file.
-- Locks:   see the functions.
CREATE TRIGGER statement_files_retention_guard BEFORE DELETE ON statement_files
    FOR EACH ROW EXECUTE FUNCTION statement_files_guard();
CREATE TRIGGER statement_files_hold_guard BEFORE DELETE ON statement_files
    FOR EACH ROW EXECUTE FUNCTION refuse_delete_under_hold('owner_id');
-- reverse:
DROP TRIGGER statement_files_hold_guard ON statement_files;
DROP TRIGGER statement_files_retention_guard ON statement_files;
