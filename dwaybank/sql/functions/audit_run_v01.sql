-- Purpose: have the inserts of a table recorded by run (audit_inserted_run) in place of row by row. What audit_table()
--          made for updates and deletions stays.
-- Inputs:  the table, whose key is a column named id and which has created_at; the columns that make up the record.
-- Returns: nothing.
-- Callers: the triggers/ files of every app. Not for applications: EXECUTE is revoked from PUBLIC.
-- Locks:   SHARE ROW EXCLUSIVE on the table, as CREATE TRIGGER; ACCESS EXCLUSIVE briefly for DROP TRIGGER.
CREATE FUNCTION audit_run(p_table text, p_record text[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    trigger_name text := format('%s_audit_insert_trigger', p_table);
BEGIN
    EXECUTE format('DROP TRIGGER IF EXISTS %I ON %I', trigger_name, p_table);
    EXECUTE format(
        'CREATE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION audit_inserted_run(%L)',
        trigger_name, p_table, p_record
    );
END;
$$;
REVOKE ALL ON FUNCTION audit_run(text, text[]) FROM PUBLIC;
