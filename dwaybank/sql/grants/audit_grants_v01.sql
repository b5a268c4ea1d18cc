-- Purpose: the application reads the audit and adds to its chain, through functions only; nobody writes it.
-- Callers: migration dwaybank 0012.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT ON ' || table_name, 'dwaybank_app')
FROM unnest(ARRAY['audit_events', 'audit_events_archive', 'audit_seals']) AS table_name;
SELECT grant_if_role_exists('EXECUTE ON FUNCTION ' || function_name, 'dwaybank_app')
FROM unnest(ARRAY[
    'audit_seal_bounds()',
    'add_audit_seal(bigint, date, integer, bigint, bigint, text, bigint, bigint[], bytea, bytea, bytea, text, bytea, '
    'timestamptz)',
    'archive_old_audit_events()'
]) AS function_name;
-- reverse:
SELECT 1;
