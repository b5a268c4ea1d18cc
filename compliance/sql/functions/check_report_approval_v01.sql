-- Purpose: whether this person may approve this version of this report; an error where not.
-- Inputs:  the report's id and type, the person, its state, the version approved and the one that stands.
-- Returns: nothing.
-- Callers: compliance_reports_moves().
-- Locks:   none; reads compliance_report_versions, compliance_filings and the groups of the approver.
-- Rights:  SECURITY DEFINER, so that a role that may approve need not read groups.
CREATE FUNCTION check_report_approval(
    report uuid, kind text, approver uuid, state text, approved integer, standing integer
) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF state <> 'under_review' OR approved IS DISTINCT FROM standing THEN
        RAISE EXCEPTION 'Only the version under review can be approved.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_approved',
            HINT = 'Load the page again, and look at the report as it is now.';
    END IF;
    IF EXISTS (
        SELECT FROM compliance_report_versions v
        WHERE v.report_id = report AND v.changed_by = approver
            AND v.version > COALESCE((SELECT max(f.version) FROM compliance_filings f WHERE f.report_id = report), 0)
    ) THEN
        RAISE EXCEPTION 'Who wrote on a report cannot approve it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_two_people_check',
            HINT = 'Ask somebody who has not edited it since it was last filed.';
    END IF;
    IF kind = 'FINTRAC_STR' AND NOT EXISTS (
        SELECT FROM users_groups m JOIN auth_group g ON g.id = m.group_id
        WHERE m.user_id = approver AND g.name = 'Compliance officer'
    ) THEN
        RAISE EXCEPTION 'A report on suspicion is approved by the compliance officer.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_officer',
            HINT = 'Ask somebody with the role Compliance officer.';
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION check_report_approval(uuid, text, uuid, text, integer, integer) FROM PUBLIC;
