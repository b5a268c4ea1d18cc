-- Purpose: keep what a legal hold covers: the row itself, or every row of a person.
-- Inputs:  the row about to be deleted; its table's key is a column named id. Trigger argument: the column that holds
--          the person, where the table has one.
-- Callers: BEFORE DELETE row triggers <table>_hold_guard.
-- Locks:   none; reads legal_holds.
-- Rights:  SECURITY DEFINER, since a role that may delete need not be able to read holds.
CREATE FUNCTION refuse_delete_under_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    old_row jsonb := to_jsonb(OLD);
BEGIN
    IF EXISTS (
        SELECT FROM legal_holds
        WHERE released_at IS NULL AND table_name = TG_TABLE_NAME AND row_id = old_row ->> 'id'
    ) OR (TG_NARGS > 0 AND EXISTS (
        SELECT FROM legal_holds
        WHERE released_at IS NULL AND user_id = (old_row ->> TG_ARGV[0])::uuid
    )) THEN
        RAISE EXCEPTION 'A legal hold covers this row: it cannot be deleted.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_holds_guard',
            HINT = 'Release the hold first, with a reason.';
    END IF;
    RETURN OLD;
END;
$$;
REVOKE ALL ON FUNCTION refuse_delete_under_hold() FROM PUBLIC;
