-- Purpose: what the application and reporting may do with syncs of live connections, pending rows and deliveries.
--          Reporting sees no cursor, no bytes of a webhook, and nothing of connections on their way.
-- Callers: migration integrations 0012.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists(privileges || ' ON ' || table_name, 'dwaybank_app')
FROM (VALUES
    ('SELECT, INSERT, UPDATE', 'sync_requests'),
    ('SELECT, INSERT, UPDATE', 'connection_sync_states'),
    ('SELECT, INSERT', 'bank_account_syncs'),
    ('SELECT, INSERT, UPDATE, DELETE', 'pending_transactions'),
    ('SELECT, INSERT, UPDATE', 'withdrawn_transactions'),
    ('SELECT, INSERT, UPDATE, DELETE', 'webhook_deliveries'),
    ('SELECT, INSERT, UPDATE, DELETE', 'connect_attempts')
) AS wanted (privileges, table_name);

SELECT grant_if_role_exists('SELECT ON ' || table_name, 'readonly_role')
FROM unnest(ARRAY['sync_requests', 'bank_account_syncs', 'pending_transactions', 'withdrawn_transactions']) AS table_name;
SELECT grant_if_role_exists(
    'SELECT (' || string_agg(quote_ident(attname), ', ') || ') ON ' || attrelid::regclass, 'readonly_role'
)
FROM pg_attribute
WHERE attrelid IN ('connection_sync_states'::regclass, 'webhook_deliveries'::regclass)
    AND attnum > 0
    AND NOT attisdropped
    AND attname NOT IN ('cursor', 'body', 'proof')
GROUP BY attrelid;
-- reverse:
SELECT 1;
