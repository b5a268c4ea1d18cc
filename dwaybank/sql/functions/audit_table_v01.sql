-- Purpose: have every insert, update and delete of a table recorded in audit_events, once per statement. One line in
--          a triggers/ file says it all.
-- Inputs:  the table, whose key is a column named id; columns whose values are never stored (those named encrypted_…
--          are left out anyway); columns of which the SHA-256 is stored in place of a large value; the events, all
--          three unless a row trigger has the others, none to take the triggers away.
-- Returns: nothing.
-- Callers: the triggers/ files of every app. Not for applications: EXECUTE is revoked from PUBLIC.
-- Locks:   SHARE ROW EXCLUSIVE on the table, as CREATE TRIGGER.
CREATE FUNCTION audit_table(
    p_table text, p_secret text[] DEFAULT '{}', p_digested text[] DEFAULT '{}',
    p_events text[] DEFAULT '{INSERT,UPDATE,DELETE}'
) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    event record;
BEGIN
    FOR event IN
        SELECT * FROM (VALUES
            ('INSERT', 'insert', 'NEW TABLE AS new_rows', 'audit_inserted_rows'),
            ('UPDATE', 'update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows', 'audit_updated_rows'),
            ('DELETE', 'delete', 'OLD TABLE AS old_rows', 'audit_deleted_rows')
        ) AS e (name, word, transition, function)
    LOOP
        IF EXISTS (
            SELECT FROM pg_trigger
            WHERE tgrelid = p_table::regclass AND tgname = format('%s_audit_%s_trigger', p_table, event.word)
        ) THEN
            EXECUTE format('DROP TRIGGER %I ON %I', format('%s_audit_%s_trigger', p_table, event.word), p_table);
        END IF;
        IF event.name = ANY (p_events) THEN
            EXECUTE format(
                'CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION %I(%L, %L)',
                format('%s_audit_%s_trigger', p_table, event.word), event.name, p_table, event.transition,
                event.function, p_secret, p_digested
            );
        END IF;
    END LOOP;
END;
$$;
REVOKE ALL ON FUNCTION audit_table(text, text[], text[], text[]) FROM PUBLIC;
