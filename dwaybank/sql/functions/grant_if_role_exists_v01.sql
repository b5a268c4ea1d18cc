-- Purpose: GRANT to a role that may be missing (a migrating role that may not create roles).
-- Inputs:  the privileges and object as in GRANT … ON …, and the role.
-- Returns: nothing; without the role it does nothing.
-- Callers: the grants/ files of every app. Not for applications: EXECUTE is revoked from PUBLIC.
-- Locks:   as GRANT: a catalog row of the object.
CREATE FUNCTION grant_if_role_exists(p_grant text, p_role text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = p_role) THEN
        EXECUTE format('GRANT %s TO %I', p_grant, p_role);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION grant_if_role_exists(text, text) FROM PUBLIC;
