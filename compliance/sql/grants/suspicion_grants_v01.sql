-- Purpose: what the application may do with indicators, profiles, alerts and cases; reporting sees none of them.
-- Callers: migration of compliance.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE ON indicator_settings, customer_profiles', 'dwaybank_app');
SELECT grant_if_role_exists('SELECT, INSERT, UPDATE, DELETE ON suspicion_alerts, suspicion_cases', 'dwaybank_app');
SELECT grant_if_role_exists(
    'SELECT, INSERT ON suspicion_alert_rows, suspicion_case_events, detection_runs', 'dwaybank_app'
);
-- reverse:
SELECT 1;
