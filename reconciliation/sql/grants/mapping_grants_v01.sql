-- Purpose: what the application and reporting may do with proposals, decisions and what they teach.
-- Callers: migration reconciliation 0005.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE ON mapping_proposals', 'dwaybank_app');
SELECT grant_if_role_exists('SELECT, INSERT ON mapping_decisions, mapping_runs', 'dwaybank_app');
SELECT grant_if_role_exists(
    'SELECT, INSERT, UPDATE, DELETE ON transaction_parts, counterparty_aliases, rejected_pairs, mapping_policies',
    'dwaybank_app'
);
SELECT grant_if_role_exists('SELECT ON ' || table_name, 'readonly_role')
FROM unnest(ARRAY[
    'mapping_runs', 'mapping_proposals', 'mapping_decisions', 'transaction_parts', 'counterparty_aliases',
    'rejected_pairs', 'mapping_policies'
]) AS table_name;
-- reverse:
SELECT 1;
