-- Purpose: the ways of a case of suspicion: open and in progress, decided to a report or closed, a closed one taken up
--          again with a reason; what a decided case says does not change. Counts the version that pages send back.
-- Inputs:  the row before and after.
-- Callers: BEFORE UPDATE row trigger suspicion_cases_moves_trigger.
-- Locks:   none beyond the row's own.
CREATE FUNCTION suspicion_cases_moves() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.case_status <> OLD.case_status AND (OLD.case_status, NEW.case_status) NOT IN (
        ('open', 'in_progress'), ('in_progress', 'open'), ('in_progress', 'reported'), ('in_progress', 'closed'),
        ('closed', 'in_progress')
    ) THEN
        RAISE EXCEPTION 'A case cannot go from "%" to "%".', OLD.case_status, NEW.case_status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'suspicion_cases_moves',
            HINT = 'Take the case first, then decide it. A case that went to a report stays there.';
    END IF;
    IF OLD.case_status = 'closed' AND NEW.case_status = 'in_progress'
        AND COALESCE(audit_context() ->> 'reason', '') = ''
    THEN
        RAISE EXCEPTION 'A closed case is taken up again only with a reason.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'suspicion_cases_reopen_reason',
            HINT = 'Say why, and take it up again.';
    END IF;
    IF NEW.subject_key <> OLD.subject_key OR NEW.user_id IS DISTINCT FROM OLD.user_id OR NEW.opened_at <> OLD.opened_at
        OR (OLD.case_status IN ('reported', 'closed') AND NEW.case_status = OLD.case_status
            AND (NEW.report_id, NEW.grounds_established_at, NEW.closing, NEW.decision_note, NEW.decided_by, NEW.decided_at)
                IS DISTINCT FROM
                (OLD.report_id, OLD.grounds_established_at, OLD.closing, OLD.decision_note, OLD.decided_by, OLD.decided_at))
    THEN
        RAISE EXCEPTION 'Whom a case is about, and how it was decided, does not change.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'suspicion_cases_locked',
            HINT = 'Take a closed case up again; of a report, change the report.';
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION suspicion_cases_moves() FROM PUBLIC;
