-- Purpose: what the application and reporting may do with balance conflicts and their resolutions.
-- Callers: migration reconciliation, balance rules.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE ON balance_conflicts, balance_resolutions', 'dwaybank_app');
SELECT grant_if_role_exists('SELECT ON balance_conflicts, balance_resolutions', 'readonly_role');
-- reverse:
SELECT 1;
