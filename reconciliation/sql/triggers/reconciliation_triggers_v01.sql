-- Purpose: timestamps and audit of mappings and balance comparisons.
-- Callers: fired by every statement on the tables.
-- Locks:   none beyond the row's own.
CREATE TRIGGER transaction_mappings_updated_at_trigger BEFORE UPDATE ON transaction_mappings
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
-- a matching run maps thousands of lines at once: their audit is written once per statement
CREATE TRIGGER transaction_mappings_audit_trigger AFTER UPDATE OR DELETE ON transaction_mappings
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
CREATE TRIGGER transaction_mappings_audit_insert_trigger AFTER INSERT ON transaction_mappings
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_inserted_rows();
CREATE TRIGGER balance_sync_history_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON balance_sync_history
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
-- reverse:
DROP TRIGGER balance_sync_history_audit_trigger ON balance_sync_history;
DROP TRIGGER transaction_mappings_audit_insert_trigger ON transaction_mappings;
DROP TRIGGER transaction_mappings_audit_trigger ON transaction_mappings;
DROP TRIGGER transaction_mappings_updated_at_trigger ON transaction_mappings;
