-- Purpose: what the application may do with people's saved filters.
-- Callers: migration dwaybank, with the table.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE, DELETE ON saved_filters', 'dwaybank_app');
-- reverse:
SELECT 1;
