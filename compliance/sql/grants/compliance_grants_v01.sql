-- Purpose: what the application may do with reports. readonly_role gets nothing: the register names suspicions
--          (no tipping off).
-- Callers: migration compliance 0002.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE, DELETE ON compliance_reports', 'dwaybank_app');
-- reverse:
SELECT 1;
