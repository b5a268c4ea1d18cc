-- Purpose: transactions of a report change while it is a draft; from review on they are what was filed.
-- Inputs:  the row before or after. A link to a bank or ledger row that is gone may go: the copy stays.
-- Callers: BEFORE INSERT, UPDATE or DELETE row trigger compliance_report_transactions_lock_trigger.
-- Locks:   the report's row FOR SHARE, so that it cannot go to review meanwhile. A report that is being deleted is not
--          found any more, and its transactions go with it.
CREATE FUNCTION lock_report_transactions() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    links text[] := ARRAY['bank_transaction_id', 'ledger_transaction_id', 'updated_at'];
    touched uuid;
    state text;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - links = to_jsonb(NEW) - links THEN
        RETURN NEW;
    END IF;
    touched := CASE WHEN TG_OP = 'DELETE' THEN OLD.report_id ELSE NEW.report_id END;
    SELECT COALESCE(report_status, 'draft') INTO state FROM compliance_reports WHERE id = touched FOR SHARE;
    IF FOUND AND state <> 'draft' OR TG_OP = 'UPDATE' AND NEW.report_id <> OLD.report_id THEN
        RAISE EXCEPTION 'Transactions of a report change while it is a draft only.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_report_transactions_locked',
            HINT = 'Take the report back to draft first; that voids an approval.';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
