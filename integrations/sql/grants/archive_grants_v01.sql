-- Purpose: bank data past its time goes from the archive too. The delete trigger refuses rows whose connection is
--          under a retention duty, and the audit keeps what went.
-- Callers: migration integrations 0014.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('DELETE ON bank_transactions_archive', 'dwaybank_app');
-- reverse:
DO $$
BEGIN
    IF to_regrole('dwaybank_app') IS NOT NULL THEN
        REVOKE DELETE ON bank_transactions_archive FROM dwaybank_app;
    END IF;
END;
$$;
