-- Purpose: what the application and reporting may do with described CSV layouts. A version never changes: it can
--          only go out of use.
-- Callers: migration integrations 0008.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE (is_current) ON statement_profiles', 'dwaybank_app');
SELECT grant_if_role_exists('SELECT ON statement_profiles', 'readonly_role');
-- reverse:
SELECT 1;
