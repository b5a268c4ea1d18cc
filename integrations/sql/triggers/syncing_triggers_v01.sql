-- Purpose: timestamps and audit of the tables of syncing. Deliveries to webhooks are left out of the audit: they are a
--          record themselves, and a stranger's forged ones would fill it.
-- Callers: fired by every statement on the tables.
-- Locks:   none beyond the row's own.
CREATE TRIGGER sync_requests_updated_at_trigger BEFORE UPDATE ON sync_requests
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER connection_sync_states_updated_at_trigger BEFORE UPDATE ON connection_sync_states
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER pending_transactions_updated_at_trigger BEFORE UPDATE ON pending_transactions
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
SELECT audit_table('sync_requests');
SELECT audit_table('connection_sync_states', '{cursor}');
SELECT audit_table('bank_account_syncs');
SELECT audit_table('pending_transactions', p_digested => '{raw_data}');
SELECT audit_table('withdrawn_transactions');
SELECT audit_table('connect_attempts', '{state_sha256,sealed}');
-- reverse:
SELECT audit_table('connect_attempts', p_events => '{}');
SELECT audit_table('withdrawn_transactions', p_events => '{}');
SELECT audit_table('pending_transactions', p_events => '{}');
SELECT audit_table('bank_account_syncs', p_events => '{}');
SELECT audit_table('connection_sync_states', p_events => '{}');
SELECT audit_table('sync_requests', p_events => '{}');
DROP TRIGGER pending_transactions_updated_at_trigger ON pending_transactions;
DROP TRIGGER connection_sync_states_updated_at_trigger ON connection_sync_states;
DROP TRIGGER sync_requests_updated_at_trigger ON sync_requests;
