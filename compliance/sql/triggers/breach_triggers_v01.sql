-- Purpose: timestamps, private numbers and audit of the record of breaches.
-- Callers: fired by every statement on the table.
-- Locks:   see the functions.
CREATE TRIGGER privacy_breaches_updated_at_trigger BEFORE UPDATE ON privacy_breaches
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER privacy_breaches_private_numbers_trigger BEFORE INSERT OR UPDATE ON privacy_breaches
    FOR EACH ROW EXECUTE FUNCTION refuse_social_insurance_numbers('description', 'data_affected', 'risk_reason');
SELECT audit_table('privacy_breaches');
-- reverse:
SELECT audit_table('privacy_breaches', p_events => '{}');
DROP TRIGGER privacy_breaches_private_numbers_trigger ON privacy_breaches;
DROP TRIGGER privacy_breaches_updated_at_trigger ON privacy_breaches;
