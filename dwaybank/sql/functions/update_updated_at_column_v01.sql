-- Purpose: keep updated_at, whoever writes the row.
-- Inputs:  the row about to be stored.
-- Callers: BEFORE UPDATE row triggers <table>_updated_at_trigger of every table that has the column.
-- Locks:   none.
CREATE FUNCTION update_updated_at_column() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.updated_at := CURRENT_TIMESTAMP;
    RETURN NEW;
END;
$$;
