-- Purpose: audit of the ledger, of who has which role and permission, and of maintenance.
-- Callers: migration dwaybank 0011.
-- Locks:   SHARE ROW EXCLUSIVE on each table, briefly.
SELECT audit_table('transactions');
SELECT audit_table('system_logs');
SELECT audit_table('notifications');
SELECT audit_table('notification_settings');
SELECT audit_table('users_groups');
SELECT audit_table('users_user_permissions');
SELECT audit_table('auth_group');
SELECT audit_table('auth_group_permissions');
-- reverse:
SELECT audit_table('transactions', p_events => '{}');
SELECT audit_table('system_logs', p_events => '{}');
SELECT audit_table('notifications', p_events => '{}');
SELECT audit_table('notification_settings', p_events => '{}');
SELECT audit_table('users_groups', p_events => '{}');
SELECT audit_table('users_user_permissions', p_events => '{}');
SELECT audit_table('auth_group', p_events => '{}');
SELECT audit_table('auth_group_permissions', p_events => '{}');
