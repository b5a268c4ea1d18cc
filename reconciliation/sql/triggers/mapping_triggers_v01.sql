-- Purpose: the link from bank transaction to ledger, sums of groups, versions, timestamps and audit around mappings.
-- Callers: fired by every statement on the tables.
-- Locks:   see the functions.
CREATE TRIGGER transaction_mappings_insert_trigger AFTER INSERT ON transaction_mappings
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION transaction_mappings_follow();
CREATE TRIGGER transaction_mappings_update_trigger AFTER UPDATE ON transaction_mappings
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION transaction_mappings_follow();
CREATE TRIGGER transaction_mappings_delete_trigger AFTER DELETE ON transaction_mappings
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION transaction_mappings_follow();
CREATE CONSTRAINT TRIGGER transaction_parts_sum_trigger AFTER INSERT OR UPDATE OR DELETE ON transaction_parts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_transaction_parts();
CREATE TRIGGER mapping_proposals_version_trigger BEFORE UPDATE ON mapping_proposals
    FOR EACH ROW EXECUTE FUNCTION mapping_proposals_new_version();
CREATE TRIGGER mapping_proposals_updated_at_trigger BEFORE UPDATE ON mapping_proposals
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER mapping_policies_updated_at_trigger BEFORE UPDATE ON mapping_policies
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER mapping_policies_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON mapping_policies
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
CREATE TRIGGER mapping_decisions_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON mapping_decisions
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes('before', 'after');
CREATE TRIGGER transaction_parts_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON transaction_parts
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
CREATE TRIGGER counterparty_aliases_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON counterparty_aliases
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
-- reverse:
DROP TRIGGER counterparty_aliases_audit_trigger ON counterparty_aliases;
DROP TRIGGER transaction_parts_audit_trigger ON transaction_parts;
DROP TRIGGER mapping_decisions_audit_trigger ON mapping_decisions;
DROP TRIGGER mapping_policies_audit_trigger ON mapping_policies;
DROP TRIGGER mapping_policies_updated_at_trigger ON mapping_policies;
DROP TRIGGER mapping_proposals_updated_at_trigger ON mapping_proposals;
DROP TRIGGER mapping_proposals_version_trigger ON mapping_proposals;
DROP TRIGGER transaction_parts_sum_trigger ON transaction_parts;
DROP TRIGGER transaction_mappings_delete_trigger ON transaction_mappings;
DROP TRIGGER transaction_mappings_update_trigger ON transaction_mappings;
DROP TRIGGER transaction_mappings_insert_trigger ON transaction_mappings;
