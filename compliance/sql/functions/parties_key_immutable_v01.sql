-- Purpose: the key of a snapshot never changes: receipts were joined by it.
-- Inputs:  the row before and after.
-- Callers: BEFORE UPDATE OF party_key row trigger parties_key_trigger.
-- Locks:   none.
CREATE FUNCTION parties_key_immutable() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.party_key <> OLD.party_key THEN
        RAISE EXCEPTION 'The key of a party never changes: receipts were joined by it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'parties_key_immutable',
            HINT = 'Add a new snapshot under the right key, and name it on the records.';
    END IF;
    RETURN NEW;
END;
$$;
