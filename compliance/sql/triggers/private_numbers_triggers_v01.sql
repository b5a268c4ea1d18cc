-- Purpose: social insurance numbers are refused also in what is typed of entities, of suspicions and into the text of a report
--          on suspicion. Of an entity, numbers of documents and registrations are left out: a business number has nine
--          digits and the same check digit.
-- Callers: fired by every statement on the tables.
-- Locks:   none.
CREATE TRIGGER parties_entity_private_numbers_trigger BEFORE INSERT OR UPDATE ON parties
    FOR EACH ROW WHEN (NEW.kind = 'entity') EXECUTE FUNCTION refuse_social_insurance_numbers(
        'party_key', 'entity_name', 'nature_of_business', 'email', 'address', 'authorized_persons', 'ownership'
    );
CREATE TRIGGER compliance_reports_narrative_private_numbers_trigger BEFORE INSERT OR UPDATE OF report_data ON compliance_reports
    FOR EACH ROW WHEN (NEW.report_type = 'FINTRAC_STR') EXECUTE FUNCTION refuse_social_insurance_numbers('report_data');
CREATE TRIGGER suspicion_cases_private_numbers_trigger BEFORE INSERT OR UPDATE OF decision_note ON suspicion_cases
    FOR EACH ROW EXECUTE FUNCTION refuse_social_insurance_numbers('decision_note');
CREATE TRIGGER suspicion_case_events_private_numbers_trigger BEFORE INSERT ON suspicion_case_events
    FOR EACH ROW EXECUTE FUNCTION refuse_social_insurance_numbers('text');
CREATE TRIGGER customer_profiles_private_numbers_trigger BEFORE INSERT OR UPDATE ON customer_profiles
    FOR EACH ROW EXECUTE FUNCTION refuse_social_insurance_numbers('source');
-- reverse:
DROP TRIGGER customer_profiles_private_numbers_trigger ON customer_profiles;
DROP TRIGGER suspicion_case_events_private_numbers_trigger ON suspicion_case_events;
DROP TRIGGER suspicion_cases_private_numbers_trigger ON suspicion_cases;
DROP TRIGGER compliance_reports_narrative_private_numbers_trigger ON compliance_reports;
DROP TRIGGER parties_entity_private_numbers_trigger ON parties;
