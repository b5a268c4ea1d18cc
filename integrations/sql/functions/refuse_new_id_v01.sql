-- Purpose: refuse to give a bank transaction another id: its key, mappings and versions hang on it.
-- Callers: row trigger bank_transactions_id_trigger, only on statements that set id.
-- Locks:   none.
CREATE FUNCTION refuse_new_id() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM OLD.id THEN
        RAISE EXCEPTION 'The id of a bank transaction never changes.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bank_transactions_id_immutable';
    END IF;
    RETURN NEW;
END;
$$;
