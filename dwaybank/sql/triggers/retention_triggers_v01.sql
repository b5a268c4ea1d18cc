-- Purpose: timestamps and audit of holds and purges.
-- Callers: fired by every statement on the tables.
-- Locks:   none beyond the row's own.
CREATE TRIGGER legal_holds_updated_at_trigger BEFORE UPDATE ON legal_holds
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER retention_plans_updated_at_trigger BEFORE UPDATE ON retention_plans
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
SELECT audit_table('legal_holds');
SELECT audit_table('retention_plans');
-- reverse:
SELECT audit_table('retention_plans', p_events => '{}');
SELECT audit_table('legal_holds', p_events => '{}');
DROP TRIGGER retention_plans_updated_at_trigger ON retention_plans;
DROP TRIGGER legal_holds_updated_at_trigger ON legal_holds;
