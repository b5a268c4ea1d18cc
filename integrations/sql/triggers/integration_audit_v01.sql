-- Purpose: audit of bank data that comes thousands of rows at a time. The bank's own record is stored once, in its
--          table; the audit keeps its SHA-256, which is enough to show that it is still the same.
-- Callers: migration integrations 0009.
-- Locks:   SHARE ROW EXCLUSIVE on each table, briefly.
SELECT audit_table('bank_transactions', p_digested => '{raw_data,normalized_data}');
SELECT audit_table('bank_transactions_archive', p_digested => '{raw_data,normalized_data}');
SELECT audit_table('bank_transaction_versions', p_digested => '{raw_data,normalized_data}');
SELECT audit_table('bank_transaction_duplicates');
SELECT audit_table('bank_statements');
SELECT audit_table('bank_sync_logs');
-- its row trigger records updates and deletions; bodies of requests may hold what must not be told
SELECT audit_table('integration_errors', '{stack_trace,request_data,response_data}', p_events => '{INSERT}');
-- reverse:
SELECT audit_table('integration_errors', p_events => '{}');
SELECT audit_table('bank_sync_logs', p_events => '{}');
SELECT audit_table('bank_statements', p_events => '{}');
SELECT audit_table('bank_transaction_duplicates', p_events => '{}');
SELECT audit_table('bank_transaction_versions', p_events => '{}');
SELECT audit_table('bank_transactions_archive', p_events => '{}');
SELECT audit_table('bank_transactions', p_events => '{}');
