-- Purpose: moves and locks of reports, private numbers, keys of parties, legal holds, timestamps and audit. What a report
--          or a person's record says stays out of the audit: a suspicion must not be readable there.
-- Callers: fired by every statement on the tables.
-- Locks:   see the functions.
CREATE TRIGGER compliance_reports_moves_trigger BEFORE UPDATE ON compliance_reports
    FOR EACH ROW EXECUTE FUNCTION compliance_reports_moves();
CREATE TRIGGER compliance_reports_hold_guard BEFORE DELETE ON compliance_reports
    FOR EACH ROW EXECUTE FUNCTION refuse_delete_under_hold('user_id');
CREATE TRIGGER compliance_report_transactions_lock_trigger
    BEFORE INSERT OR UPDATE OR DELETE ON compliance_report_transactions
    FOR EACH ROW EXECUTE FUNCTION lock_report_transactions();
CREATE TRIGGER compliance_report_transactions_updated_at_trigger BEFORE UPDATE ON compliance_report_transactions
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER parties_private_numbers_trigger BEFORE INSERT OR UPDATE ON parties
    FOR EACH ROW WHEN (NEW.kind = 'person') EXECUTE FUNCTION refuse_social_insurance_numbers(
        'party_key', 'client_number', 'surname', 'given_name', 'other_name', 'alias', 'occupation', 'employer', 'email',
        'address', 'identifications'
    );
CREATE TRIGGER parties_key_trigger BEFORE UPDATE OF party_key ON parties
    FOR EACH ROW EXECUTE FUNCTION parties_key_immutable();
CREATE TRIGGER parties_hold_guard BEFORE DELETE ON parties
    FOR EACH ROW EXECUTE FUNCTION refuse_delete_under_hold('user_id');
CREATE TRIGGER parties_updated_at_trigger BEFORE UPDATE ON parties
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER large_cash_records_private_numbers_trigger BEFORE INSERT OR UPDATE ON large_cash_records
    FOR EACH ROW EXECUTE FUNCTION refuse_social_insurance_numbers(
        'purpose', 'how_obtained', 'method_other', 'disposition_other', 'account_type_other', 'status_reason',
        'exemption_reason'
    );
CREATE TRIGGER large_cash_records_hold_guard BEFORE DELETE ON large_cash_records
    FOR EACH ROW EXECUTE FUNCTION refuse_delete_under_hold();
CREATE TRIGGER large_cash_records_updated_at_trigger BEFORE UPDATE ON large_cash_records
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE TRIGGER large_cash_parties_key_trigger BEFORE INSERT OR UPDATE ON large_cash_parties
    FOR EACH ROW EXECUTE FUNCTION large_cash_parties_key();
CREATE TRIGGER compliance_reports_private_numbers_trigger
    BEFORE INSERT OR UPDATE OF change_reason, not_required_reason ON compliance_reports
    FOR EACH ROW EXECUTE FUNCTION refuse_social_insurance_numbers('change_reason', 'not_required_reason');
SELECT audit_table('parties', p_secret => '{identifications,date_of_birth}');
SELECT audit_table('large_cash_records');
SELECT audit_table('large_cash_parties');
SELECT audit_table('compliance_report_transactions', p_digested => '{snapshot}');
SELECT audit_table('compliance_report_versions', p_digested => '{content}');
SELECT audit_table('compliance_filings', p_secret => '{payload}');
SELECT audit_table('compliance_acknowledgements', p_digested => '{messages,said}');
-- reverse:
SELECT audit_table('parties', p_events => '{}');
SELECT audit_table('large_cash_records', p_events => '{}');
SELECT audit_table('large_cash_parties', p_events => '{}');
SELECT audit_table('compliance_report_transactions', p_events => '{}');
SELECT audit_table('compliance_report_versions', p_events => '{}');
SELECT audit_table('compliance_filings', p_events => '{}');
SELECT audit_table('compliance_acknowledgements', p_events => '{}');
DROP TRIGGER compliance_reports_private_numbers_trigger ON compliance_reports;
DROP TRIGGER large_cash_parties_key_trigger ON large_cash_parties;
DROP TRIGGER large_cash_records_updated_at_trigger ON large_cash_records;
DROP TRIGGER large_cash_records_hold_guard ON large_cash_records;
DROP TRIGGER large_cash_records_private_numbers_trigger ON large_cash_records;
DROP TRIGGER parties_updated_at_trigger ON parties;
DROP TRIGGER parties_hold_guard ON parties;
DROP TRIGGER parties_key_trigger ON parties;
DROP TRIGGER parties_private_numbers_trigger ON parties;
DROP TRIGGER compliance_report_transactions_updated_at_trigger ON compliance_report_transactions;
DROP TRIGGER compliance_report_transactions_lock_trigger ON compliance_report_transactions;
DROP TRIGGER compliance_reports_hold_guard ON compliance_reports;
DROP TRIGGER compliance_reports_moves_trigger ON compliance_reports;
