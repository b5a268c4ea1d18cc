-- Purpose: a report goes draft → under review → submitted → accepted or rejected, each back to draft by a change; what it
--          says changes in a draft only; two people; a suspicion needs the compliance officer; the due day needs a reason.
-- Inputs:  the row before and after.
-- Callers: BEFORE UPDATE row trigger compliance_reports_moves_trigger.
-- Locks:   none beyond the row's own; reads compliance_report_versions, compliance_filings and the groups of the approver.
CREATE FUNCTION compliance_reports_moves() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    before text := COALESCE(OLD.report_status, 'draft');
    after text := COALESCE(NEW.report_status, 'draft');
    said_before jsonb := to_jsonb(OLD);
    said_after jsonb := to_jsonb(NEW);
    content text[] := ARRAY[
        'report_type', 'report_data', 'report_period_start', 'report_period_end', 'user_id', 'report_reference',
        'transaction_threshold_amount', 'suspicious_activity_indicators', 'grounds_established_at', 'window_start',
        'window_end', 'aggregation_role', 'aggregation_party', 'set_key', 'submit_kind', 'delete_reason', 'version'
    ];
    edited boolean;
BEGIN
    SELECT bool_or(said_before -> name IS DISTINCT FROM said_after -> name) INTO edited FROM unnest(content) AS name;

    -- a state that there is not is refused by its CHECK
    IF after <> before AND after IN ('draft', 'under_review', 'submitted', 'accepted', 'rejected')
    AND (before, after) NOT IN (
        ('draft', 'under_review'), ('under_review', 'draft'), ('under_review', 'submitted'), ('submitted', 'accepted'),
        ('submitted', 'rejected'), ('accepted', 'draft'), ('rejected', 'draft')
    ) THEN
        RAISE EXCEPTION 'A report cannot go from "%" to "%".', before, after
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_moves',
            HINT = 'The way is draft, under review, submitted, accepted or rejected; a change goes back to draft.';
    END IF;

    IF edited AND after <> 'draft' THEN
        RAISE EXCEPTION 'What a report says changes in a draft only; this one is "%".', after
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_locked',
            HINT = 'Take it back to draft first; that voids an approval.';
    END IF;
    IF edited AND NEW.version <= OLD.version THEN
        NEW.version := OLD.version + 1;
    END IF;

    IF NEW.due_date <> OLD.due_date AND COALESCE(audit_context() ->> 'reason', '') = '' THEN
        RAISE EXCEPTION 'The day on which a report is due changes only with a reason.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_due_date_reason',
            HINT = 'Say why, and change it again.';
    END IF;

    IF after <> 'draft' AND before = 'draft' AND NEW.not_required_at IS NOT NULL THEN
        RAISE EXCEPTION 'It was decided that this report is not required.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_not_required',
            HINT = 'Take that decision back first.';
    END IF;
    IF after = 'under_review' AND before = 'draft' AND NEW.prepared_by IS NULL THEN
        RAISE EXCEPTION 'A report goes to review with the name of who prepared it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_prepared',
            HINT = 'Set prepared_by.';
    END IF;

    IF after = 'draft' THEN
        NEW.approved_by := NULL;
        NEW.approved_at := NULL;
        NEW.approved_version := NULL;
    ELSIF NEW.approved_by IS DISTINCT FROM OLD.approved_by AND NEW.approved_by IS NOT NULL THEN
        PERFORM check_report_approval(NEW.id, NEW.report_type, NEW.approved_by, after, NEW.approved_version, NEW.version);
    ELSIF after <> 'under_review' AND NEW.approved_by IS DISTINCT FROM OLD.approved_by THEN
        RAISE EXCEPTION 'Who approved what was filed stays on record.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_approved';
    END IF;
    IF after = 'submitted' AND before = 'under_review' AND NEW.approved_version IS DISTINCT FROM NEW.version THEN
        RAISE EXCEPTION 'This version of the report is not approved.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_reports_approved',
            HINT = 'Somebody else than who prepared it approves it first.';
    END IF;
    RETURN NEW;
END;
$$;
