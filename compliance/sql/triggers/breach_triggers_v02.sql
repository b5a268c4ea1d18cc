-- Purpose: no social insurance number in any text of the record of breaches, those of version 2 included.
-- Callers: fired by every statement on the table.
-- Locks:   none.
DROP TRIGGER privacy_breaches_private_numbers_trigger ON privacy_breaches;
CREATE TRIGGER privacy_breaches_private_numbers_trigger BEFORE INSERT OR UPDATE ON privacy_breaches
    FOR EACH ROW EXECUTE FUNCTION refuse_social_insurance_numbers(
        'description', 'data_affected', 'risk_reason', 'steps_taken', 'told_how', 'contact'
    );
-- reverse:
DROP TRIGGER privacy_breaches_private_numbers_trigger ON privacy_breaches;
CREATE TRIGGER privacy_breaches_private_numbers_trigger BEFORE INSERT OR UPDATE ON privacy_breaches
    FOR EACH ROW EXECUTE FUNCTION refuse_social_insurance_numbers('description', 'data_affected', 'risk_reason');
