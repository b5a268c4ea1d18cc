-- Purpose: count the version of an indicator's settings up with every change of them, and never by hand.
-- Inputs:  the row before and after.
-- Callers: BEFORE UPDATE row trigger indicator_settings_version_trigger.
-- Locks:   none beyond the row's own.
CREATE FUNCTION indicator_settings_new_version() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.version := OLD.version;
    IF (NEW.mode, NEW.parameters) IS DISTINCT FROM (OLD.mode, OLD.parameters) THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION indicator_settings_new_version() FROM PUBLIC;
