-- Purpose: what the application and reporting may do with bank data. Nobody is granted a partition, so every
--          write meets the triggers of its parent; nobody gets TRUNCATE; readonly_role gets no secret column.
-- Callers: migration integrations 0007.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists(privileges || ' ON ' || table_name, 'dwaybank_app')
FROM (VALUES
    ('SELECT, INSERT, UPDATE', 'bank_connections'),
    ('SELECT, INSERT, UPDATE, DELETE', 'linked_accounts'),
    ('SELECT, INSERT, UPDATE, DELETE', 'bank_webhooks'),
    ('SELECT, INSERT, UPDATE', 'integration_errors'),
    ('SELECT, INSERT, UPDATE', 'bank_sync_logs'),
    ('SELECT, INSERT, UPDATE, DELETE', 'bank_transactions'),
    ('SELECT', 'bank_transactions_archive'),
    ('SELECT', 'bank_transaction_keys'),
    ('SELECT', 'bank_transaction_versions'),
    ('SELECT, INSERT', 'bank_transaction_duplicates'),
    ('SELECT, INSERT, UPDATE', 'statement_files'),
    ('SELECT, INSERT', 'bank_statements'),
    ('SELECT', 'bank_integration_health')
) AS wanted (privileges, table_name);

SELECT grant_if_role_exists('EXECUTE ON FUNCTION ' || function_name, 'dwaybank_app')
FROM unnest(ARRAY[
    'validate_bank_connection(uuid)',
    'get_user_bank_connections(uuid)',
    'record_sync_attempt(uuid, varchar, varchar, integer, integer, integer, integer, integer, jsonb, jsonb)',
    'complete_sync_attempt(uuid, varchar, jsonb)',
    'create_month_partition(text, date)',
    'create_bank_transactions_partition(date)',
    'create_bank_sync_logs_partition(date)',
    'cleanup_old_sync_logs()',
    'archive_old_bank_transactions()'
]) AS function_name;

SELECT grant_if_role_exists('SELECT ON ' || table_name, 'readonly_role')
FROM unnest(ARRAY[
    'bank_integration_health', 'linked_accounts', 'bank_sync_logs', 'bank_transactions',
    'bank_transactions_archive', 'bank_transaction_keys', 'bank_transaction_versions',
    'bank_transaction_duplicates', 'bank_statements'
]) AS table_name;
-- tables that also hold secrets, request bodies or files: by column
SELECT grant_if_role_exists(
    'SELECT (' || string_agg(quote_ident(attname), ', ') || ') ON ' || attrelid::regclass, 'readonly_role'
)
FROM pg_attribute
WHERE attrelid IN (
        'bank_connections'::regclass, 'bank_webhooks'::regclass, 'integration_errors'::regclass,
        'statement_files'::regclass
    )
    AND attnum > 0
    AND NOT attisdropped
    AND attname NOT LIKE 'encrypted\_%'
    AND attname NOT IN (
        'webhook_secret', 'verification_token', 'stack_trace', 'request_data', 'response_data', 'content'
    )
GROUP BY attrelid;
-- reverse:
SELECT 1;
