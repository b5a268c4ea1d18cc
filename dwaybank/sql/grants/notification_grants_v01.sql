-- Purpose: what the application and reporting may do with people's inboxes.
-- Callers: migration dwaybank, with the tables.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE, DELETE ON notifications, notification_settings', 'dwaybank_app');
-- reverse:
SELECT 1;
