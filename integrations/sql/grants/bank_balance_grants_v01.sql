-- Purpose: what the application and reporting may do with the balances that banks state.
-- Callers: migration integrations.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT ON bank_balances', 'dwaybank_app');
SELECT grant_if_role_exists('SELECT ON bank_balances', 'readonly_role');
-- reverse:
SELECT 1;
