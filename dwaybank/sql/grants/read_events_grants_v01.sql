-- Purpose: the log of reads is written and read by the application, and changed by nobody; reporting sees none of it.
-- Callers: migration dwaybank 0007.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT ON read_events', 'dwaybank_app');
-- reverse:
SELECT 1;
