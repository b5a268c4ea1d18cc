-- Purpose: reporting may read in which language a person is spoken to.
-- Callers: migration dwaybank 0016.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT (language) ON users', 'readonly_role');
-- reverse:
SELECT 1;
