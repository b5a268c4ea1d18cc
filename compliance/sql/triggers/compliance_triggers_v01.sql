-- Purpose: timestamps and audit of the register of reports. What a report says stays out of the audit rows:
--          a suspicion must not be readable there.
-- Callers: fired by every statement on the table.
-- Locks:   none beyond the row's own.
CREATE TRIGGER compliance_reports_updated_at_trigger BEFORE UPDATE ON compliance_reports
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER compliance_reports_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON compliance_reports
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes(
        'report_data', 'report_summary', 'response_data', 'suspicious_activity_indicators'
    );
-- reverse:
DROP TRIGGER compliance_reports_audit_trigger ON compliance_reports;
DROP TRIGGER compliance_reports_updated_at_trigger ON compliance_reports;
