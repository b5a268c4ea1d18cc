-- Purpose: what the application does with the frameworks' own tables: sessions, second factors, counters, the log of
--          the admin. Roles and their permissions are read; only 'manage.py sync_roles', by the owner, writes them.
-- Callers: migration dwaybank 0013.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists(privileges || ' ON ' || table_name, 'dwaybank_app')
FROM (VALUES
    ('SELECT, INSERT, UPDATE, DELETE', 'django_session'),
    ('SELECT, INSERT, UPDATE, DELETE', 'django_cache_entries'),
    ('SELECT, INSERT, UPDATE, DELETE', 'mfa_authenticator'),
    ('SELECT', 'account_emailaddress'),
    ('SELECT, INSERT', 'django_admin_log'),
    ('SELECT', 'django_content_type'),
    ('SELECT', 'django_migrations'),
    ('SELECT', 'auth_permission'),
    ('SELECT', 'auth_group'),
    ('SELECT', 'auth_group_permissions')
) AS wanted (privileges, table_name);
-- reverse:
SELECT 1;
