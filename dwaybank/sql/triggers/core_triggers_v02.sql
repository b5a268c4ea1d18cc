-- Purpose: the language of a person is audited like their name. The other triggers of
--          version 1 stay as they are.
-- Callers: migration dwaybank 0016.
-- Locks:   SHARE ROW EXCLUSIVE on users, briefly.
DROP TRIGGER users_audit_trigger ON users;
-- A sign-in only moves last_login: no change of the person, so no audit row.
CREATE TRIGGER users_audit_trigger
    AFTER INSERT OR DELETE OR UPDATE OF email, full_name, language, password, is_active, is_staff, is_superuser ON users
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes('password', 'last_login');
-- reverse:
DROP TRIGGER users_audit_trigger ON users;
CREATE TRIGGER users_audit_trigger
    AFTER INSERT OR DELETE OR UPDATE OF email, full_name, password, is_active, is_staff, is_superuser ON users
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes('password', 'last_login');
