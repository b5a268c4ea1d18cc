-- Purpose: who acts in this transaction, as the application told it.
-- Inputs:  two session settings, each a JSON object {actor, run, run_id, reason}: dwaybank.run says which request or
--          command is running, dwaybank.context what one transaction adds to that (who decides, and why).
-- Returns: both in one, the transaction's word first; {} in raw SQL that says nothing.
-- Callers: the audit's trigger functions.
-- Locks:   none.
CREATE OR REPLACE FUNCTION audit_context() RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT COALESCE(NULLIF(current_setting('dwaybank.run', true), '')::jsonb, '{}'::jsonb)
        || COALESCE(jsonb_strip_nulls(NULLIF(current_setting('dwaybank.context', true), '')::jsonb), '{}'::jsonb);
$$;
