-- Purpose: what the application and reporting may do on the ground floor. Nobody gets TRUNCATE.
-- Callers: migration dwaybank 0004.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('USAGE ON SCHEMA public', role_name)
FROM unnest(ARRAY['dwaybank_app', 'readonly_role']) AS role_name;

SELECT grant_if_role_exists('SELECT, INSERT, UPDATE, DELETE ON ' || table_name, 'dwaybank_app')
FROM unnest(ARRAY['users', 'users_groups', 'users_user_permissions', 'accounts', 'transactions', 'system_config'])
    AS table_name;
SELECT grant_if_role_exists('SELECT, INSERT ON system_logs', 'dwaybank_app');
SELECT grant_if_role_exists('SELECT ON audit_events', 'dwaybank_app');
SELECT grant_if_role_exists('EXECUTE ON FUNCTION system_config_numeric(text, numeric)', 'dwaybank_app');

SELECT grant_if_role_exists('SELECT ON ' || table_name, 'readonly_role')
FROM unnest(ARRAY['accounts', 'transactions', 'system_config', 'system_logs']) AS table_name;
SELECT grant_if_role_exists(
    'SELECT (id, email, full_name, is_active, is_staff, is_superuser, last_login, created_at, updated_at) ON users',
    'readonly_role'
);
-- reverse:
SELECT 1;
