-- Purpose: raw statement files past their time can be purged: their guards refuse every other deletion, and the audit
--          keeps the SHA-256, name and owner of what went.
-- Callers: migration integrations 0015.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('DELETE ON statement_files', 'dwaybank_app');
-- reverse:
DO $$
BEGIN
    IF to_regrole('dwaybank_app') IS NOT NULL THEN
        REVOKE DELETE ON statement_files FROM dwaybank_app;
    END IF;
END;
$$;
