-- Purpose: one number of system_config, for rules that live in the database.
-- Inputs:  the key, and the value that holds where the row is missing.
-- Returns: the number. A text that is no number raises invalid_text_representation naming the key.
-- Callers: record_balance_sync().
-- Locks:   none.
-- Rights:  SECURITY DEFINER, so that functions work for callers who cannot read the table.
CREATE FUNCTION system_config_numeric(p_key text, p_default numeric) RETURNS numeric
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    text_value text := (SELECT value FROM system_config WHERE key = p_key);
BEGIN
    RETURN COALESCE(text_value::numeric, p_default);
EXCEPTION
    WHEN invalid_text_representation THEN
        RAISE EXCEPTION 'The setting % is %, which is no number.', p_key, quote_literal(text_value)
            USING ERRCODE = 'invalid_text_representation', HINT = 'Correct it in the admin under Settings.';
END;
$$;
REVOKE ALL ON FUNCTION system_config_numeric(text, numeric) FROM PUBLIC;
