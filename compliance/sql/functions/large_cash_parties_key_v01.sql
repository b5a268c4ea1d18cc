-- Purpose: keep the party's key beside its role on a receipt, so that the 24-hour rule reads one table.
-- Inputs:  the row about to be stored.
-- Callers: BEFORE INSERT OR UPDATE row trigger large_cash_parties_key_trigger.
-- Locks:   none; reads parties.
CREATE FUNCTION large_cash_parties_key() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.party_key := (SELECT p.party_key FROM parties p WHERE p.id = NEW.party_id);
    RETURN NEW;
END;
$$;
