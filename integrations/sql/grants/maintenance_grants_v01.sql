-- Purpose: the application archives and cleans step by step.
-- Callers: migration integrations 0016.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('EXECUTE ON FUNCTION ' || function_name, 'dwaybank_app')
FROM unnest(ARRAY['archive_bank_transactions_month(date)', 'cleanup_sync_logs_step(integer)']) AS function_name;
-- reverse:
SELECT 1;
