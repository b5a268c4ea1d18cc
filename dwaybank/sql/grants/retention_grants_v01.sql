-- Purpose: what the application may do with holds and plans: never delete one. readonly_role gets nothing.
-- Callers: migration dwaybank 0015.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE ON legal_holds, retention_plans', 'dwaybank_app');
-- reverse:
SELECT 1;
