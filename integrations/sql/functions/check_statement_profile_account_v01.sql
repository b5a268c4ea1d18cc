-- Purpose: the account of a described CSV layout belongs to the customer the description is kept for.
-- Inputs:  the row.
-- Callers: trigger statement_profiles_account_trigger.
-- Locks:   none besides the row's own.
CREATE FUNCTION check_statement_profile_account() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.account_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM accounts WHERE id = NEW.account_id AND user_id = NEW.owner_id)
    THEN
        RAISE EXCEPTION 'The account of a statement profile belongs to another customer.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_profiles_account_check',
            HINT = 'Choose an account of the customer.';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION check_statement_profile_account() FROM PUBLIC;
