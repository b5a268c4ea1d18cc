-- Purpose: states of balance conflicts and their resolutions, timestamps and audit.
-- Callers: fired by every statement on the tables.
-- Locks:   see the functions.
CREATE TRIGGER balance_conflicts_guard_trigger BEFORE INSERT OR UPDATE ON balance_conflicts
    FOR EACH ROW EXECUTE FUNCTION balance_conflicts_guard();
CREATE TRIGGER balance_conflicts_updated_at_trigger BEFORE UPDATE ON balance_conflicts
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER balance_conflicts_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON balance_conflicts
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes('explanation');
CREATE TRIGGER balance_resolutions_guard_trigger BEFORE INSERT OR UPDATE ON balance_resolutions
    FOR EACH ROW EXECUTE FUNCTION balance_resolutions_guard();
CREATE TRIGGER balance_resolutions_updated_at_trigger BEFORE UPDATE ON balance_resolutions
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER balance_resolutions_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON balance_resolutions
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes();
CREATE TRIGGER balance_resolutions_follow_trigger AFTER INSERT OR UPDATE ON balance_resolutions
    FOR EACH ROW EXECUTE FUNCTION balance_resolutions_follow();
CREATE TRIGGER balance_sync_history_guard_trigger BEFORE UPDATE ON balance_sync_history
    FOR EACH ROW EXECUTE FUNCTION balance_sync_history_guard();
-- reverse:
DROP TRIGGER balance_sync_history_guard_trigger ON balance_sync_history;
DROP TRIGGER balance_resolutions_follow_trigger ON balance_resolutions;
DROP TRIGGER balance_resolutions_audit_trigger ON balance_resolutions;
DROP TRIGGER balance_resolutions_updated_at_trigger ON balance_resolutions;
DROP TRIGGER balance_resolutions_guard_trigger ON balance_resolutions;
DROP TRIGGER balance_conflicts_audit_trigger ON balance_conflicts;
DROP TRIGGER balance_conflicts_updated_at_trigger ON balance_conflicts;
DROP TRIGGER balance_conflicts_guard_trigger ON balance_conflicts;
