-- Purpose: what the application and reporting may do with mappings and balance comparisons.
-- Callers: migration reconciliation 0003.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE, DELETE ON transaction_mappings', 'dwaybank_app');
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE ON balance_sync_history', 'dwaybank_app');
SELECT grant_if_role_exists('SELECT ON transaction_reconciliation_status', 'dwaybank_app');
SELECT grant_if_role_exists(
    'EXECUTE ON FUNCTION record_balance_sync'
    '(uuid, uuid, numeric, numeric, numeric, varchar, varchar, boolean, jsonb)',
    'dwaybank_app'
);
SELECT grant_if_role_exists('EXECUTE ON FUNCTION get_balance_sync_stats(uuid, integer)', 'dwaybank_app');
SELECT grant_if_role_exists('SELECT ON ' || table_name, 'readonly_role')
FROM unnest(ARRAY['transaction_mappings', 'balance_sync_history', 'transaction_reconciliation_status'])
    AS table_name;
-- reverse:
SELECT 1;
