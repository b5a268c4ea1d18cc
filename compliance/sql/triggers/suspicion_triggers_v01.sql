-- Purpose: moves, versions, timestamps and audit of indicators, profiles, alerts and cases. Of alerts and cases the
--          audit keeps that they changed; what they say it does not repeat.
-- Callers: fired by every statement on the tables.
-- Locks:   see the functions.
CREATE TRIGGER suspicion_cases_moves_trigger BEFORE UPDATE ON suspicion_cases
    FOR EACH ROW EXECUTE FUNCTION suspicion_cases_moves();
CREATE TRIGGER suspicion_alerts_moves_trigger BEFORE UPDATE ON suspicion_alerts
    FOR EACH ROW EXECUTE FUNCTION suspicion_alerts_moves();
CREATE TRIGGER indicator_settings_version_trigger BEFORE UPDATE ON indicator_settings
    FOR EACH ROW EXECUTE FUNCTION indicator_settings_new_version();
CREATE TRIGGER indicator_settings_updated_at_trigger BEFORE UPDATE ON indicator_settings
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER customer_profiles_updated_at_trigger BEFORE UPDATE ON customer_profiles
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER suspicion_cases_updated_at_trigger BEFORE UPDATE ON suspicion_cases
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER suspicion_alerts_updated_at_trigger BEFORE UPDATE ON suspicion_alerts
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
SELECT audit_table('indicator_settings');
SELECT audit_table('customer_profiles');
SELECT audit_table('detection_runs');
SELECT audit_table('suspicion_cases', p_secret => '{decision_note}');
SELECT audit_table('suspicion_case_events', p_secret => '{text}');
SELECT audit_table('suspicion_alerts', p_secret => '{facts}');
SELECT audit_table('suspicion_alert_rows');
-- reverse:
SELECT audit_table('suspicion_alert_rows', p_events => '{}');
SELECT audit_table('suspicion_alerts', p_events => '{}');
SELECT audit_table('suspicion_case_events', p_events => '{}');
SELECT audit_table('suspicion_cases', p_events => '{}');
SELECT audit_table('detection_runs', p_events => '{}');
SELECT audit_table('customer_profiles', p_events => '{}');
SELECT audit_table('indicator_settings', p_events => '{}');
DROP TRIGGER suspicion_alerts_updated_at_trigger ON suspicion_alerts;
DROP TRIGGER suspicion_cases_updated_at_trigger ON suspicion_cases;
DROP TRIGGER customer_profiles_updated_at_trigger ON customer_profiles;
DROP TRIGGER indicator_settings_updated_at_trigger ON indicator_settings;
DROP TRIGGER indicator_settings_version_trigger ON indicator_settings;
DROP TRIGGER suspicion_alerts_moves_trigger ON suspicion_alerts;
DROP TRIGGER suspicion_cases_moves_trigger ON suspicion_cases;
