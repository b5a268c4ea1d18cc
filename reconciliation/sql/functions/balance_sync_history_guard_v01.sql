-- Purpose: a comparison that needs a person is settled by the end of its conflict and by nothing else; its figures
--          never change.
-- Inputs:  the row.
-- Callers: trigger balance_sync_history_guard_trigger.
-- Locks:   none besides the row's own.
-- Rights:  SECURITY DEFINER: it reads the conflict.
CREATE FUNCTION balance_sync_history_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF (NEW.id, NEW.account_id, NEW.dway_balance_before, NEW.bank_balance, NEW.sync_timestamp)
        IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.dway_balance_before, OLD.bank_balance, OLD.sync_timestamp)
    THEN
        RAISE EXCEPTION 'What a comparison of balances found is never changed: compare again.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_sync_history_guard';
    END IF;
    IF OLD.requires_manual_review
        AND (OLD.sync_status = 'manual_review' AND NEW.sync_status <> 'manual_review'
            OR NOT COALESCE(NEW.requires_manual_review, false)
            OR NEW.approved_by IS DISTINCT FROM OLD.approved_by)
        AND NOT EXISTS (
            SELECT FROM balance_conflicts c
            WHERE c.id = NEW.conflict_resolution_id AND c.conflict_status IN ('resolved', 'healed')
        )
    THEN
        RAISE EXCEPTION 'This comparison needs people: its conflict is resolved by a proposal and its approval.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_sync_history_guard';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION balance_sync_history_guard() FROM PUBLIC;
