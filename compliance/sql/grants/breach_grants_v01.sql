-- Purpose: what the application may do with the record of breaches.
-- Callers: migration compliance 0007.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE, DELETE ON privacy_breaches', 'dwaybank_app');
-- reverse:
SELECT 1;
