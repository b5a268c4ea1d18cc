-- Purpose: keep updated_at and the audit of the ground floor's tables.
-- Callers: fired by every statement on the tables.
-- Locks:   none beyond the row's own.
CREATE TRIGGER users_updated_at_trigger BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER accounts_updated_at_trigger BEFORE UPDATE ON accounts
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER transactions_updated_at_trigger BEFORE UPDATE ON transactions
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER system_config_updated_at_trigger BEFORE UPDATE ON system_config
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- A sign-in only moves last_login: no change of the person, so no audit row.
CREATE TRIGGER users_audit_trigger
    AFTER INSERT OR DELETE OR UPDATE OF email, full_name, password, is_active, is_staff, is_superuser ON users
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes('password', 'last_login');
CREATE TRIGGER accounts_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON accounts
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
CREATE TRIGGER system_config_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON system_config
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
-- reverse:
DROP TRIGGER system_config_audit_trigger ON system_config;
DROP TRIGGER accounts_audit_trigger ON accounts;
DROP TRIGGER users_audit_trigger ON users;
DROP TRIGGER system_config_updated_at_trigger ON system_config;
DROP TRIGGER transactions_updated_at_trigger ON transactions;
DROP TRIGGER accounts_updated_at_trigger ON accounts;
DROP TRIGGER users_updated_at_trigger ON users;
