-- Purpose: whose account a described CSV layout names, and its audit.
-- Callers: fired by every statement on the table.
-- Locks:   none beyond the row's own.
CREATE TRIGGER statement_profiles_account_trigger AFTER INSERT OR UPDATE OF account_id, owner_id ON statement_profiles
    FOR EACH ROW EXECUTE FUNCTION check_statement_profile_account();
CREATE TRIGGER statement_profiles_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON statement_profiles
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
-- reverse:
DROP TRIGGER statement_profiles_audit_trigger ON statement_profiles;
DROP TRIGGER statement_profiles_account_trigger ON statement_profiles;
