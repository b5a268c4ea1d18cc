-- Purpose: timestamps, audit and counts of the unpartitioned tables of bank integration.
-- Callers: fired by every statement on the tables.
-- Locks:   see count_linked_accounts(); else none beyond the row's own.
CREATE TRIGGER bank_connections_updated_at_trigger BEFORE UPDATE ON bank_connections
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER linked_accounts_updated_at_trigger BEFORE UPDATE ON linked_accounts
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER bank_webhooks_updated_at_trigger BEFORE UPDATE ON bank_webhooks
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER integration_errors_updated_at_trigger BEFORE UPDATE ON integration_errors
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER statement_files_updated_at_trigger BEFORE UPDATE ON statement_files
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

CREATE TRIGGER bank_connections_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON bank_connections
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
CREATE TRIGGER linked_accounts_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON linked_accounts
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
CREATE TRIGGER bank_webhooks_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON bank_webhooks
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes('webhook_secret', 'verification_token');
CREATE TRIGGER integration_errors_audit_trigger AFTER UPDATE OR DELETE ON integration_errors
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
CREATE TRIGGER statement_files_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON statement_files
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes('content', 'problems');

CREATE TRIGGER linked_accounts_count_trigger AFTER INSERT OR DELETE OR UPDATE OF connection_id, account_id
    ON linked_accounts
    FOR EACH ROW EXECUTE FUNCTION count_linked_accounts();
-- reverse:
DROP TRIGGER linked_accounts_count_trigger ON linked_accounts;
DROP TRIGGER statement_files_audit_trigger ON statement_files;
DROP TRIGGER integration_errors_audit_trigger ON integration_errors;
DROP TRIGGER bank_webhooks_audit_trigger ON bank_webhooks;
DROP TRIGGER linked_accounts_audit_trigger ON linked_accounts;
DROP TRIGGER bank_connections_audit_trigger ON bank_connections;
DROP TRIGGER statement_files_updated_at_trigger ON statement_files;
DROP TRIGGER integration_errors_updated_at_trigger ON integration_errors;
DROP TRIGGER bank_webhooks_updated_at_trigger ON bank_webhooks;
DROP TRIGGER linked_accounts_updated_at_trigger ON linked_accounts;
DROP TRIGGER bank_connections_updated_at_trigger ON bank_connections;
