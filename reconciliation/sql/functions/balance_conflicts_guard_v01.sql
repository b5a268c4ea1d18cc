-- Purpose: a balance conflict begins open, moves along allowed states only, never changes once closed, and is closed by
--          nothing but an approved resolution or a comparison that needs nobody; count its version up when what a
--          reviewer looks at changes.
-- Inputs:  the row.
-- Callers: trigger balance_conflicts_guard_trigger.
-- Locks:   none besides the row's own.
-- Rights:  SECURITY DEFINER: it reads tables that the writer of a conflict need not see.
CREATE FUNCTION balance_conflicts_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    may boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.conflict_status <> 'open' THEN
            RAISE EXCEPTION 'A balance conflict begins open.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_conflicts_guard';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.conflict_status IN ('resolved', 'healed') THEN
        RAISE EXCEPTION 'This balance conflict is closed and stays as it is.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_conflicts_guard';
    END IF;
    IF (NEW.id, NEW.account_id, NEW.opened_at) IS DISTINCT FROM (OLD.id, OLD.account_id, OLD.opened_at) THEN
        RAISE EXCEPTION 'A balance conflict stays that of its account.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_conflicts_guard';
    END IF;
    may := CASE NEW.conflict_status
        WHEN 'open' THEN NOT EXISTS (
            SELECT FROM balance_resolutions r WHERE r.conflict_id = NEW.id AND r.resolution_status = 'proposed')
        WHEN 'proposed' THEN OLD.conflict_status = 'open' AND EXISTS (
            SELECT FROM balance_resolutions r WHERE r.conflict_id = NEW.id AND r.resolution_status = 'proposed')
        WHEN 'resyncing' THEN OLD.conflict_status = 'proposed' AND EXISTS (
            SELECT FROM balance_resolutions r
            WHERE r.conflict_id = NEW.id AND r.resolution_status = 'approved' AND r.method = 'transaction_resync')
        WHEN 'resolved' THEN OLD.conflict_status = 'proposed' AND EXISTS (
            SELECT FROM balance_resolutions r
            WHERE r.conflict_id = NEW.id AND r.resolution_status = 'approved' AND r.method <> 'transaction_resync')
        WHEN 'healed' THEN OLD.conflict_status <> 'proposed' AND EXISTS (
            SELECT FROM balance_sync_history h
            WHERE h.conflict_resolution_id = NEW.id AND h.sync_status <> 'manual_review'
                AND h.sync_timestamp = (
                    SELECT max(l.sync_timestamp) FROM balance_sync_history l WHERE l.account_id = NEW.account_id))
        ELSE false
    END;
    IF NEW.conflict_status <> OLD.conflict_status AND may IS NOT TRUE THEN
        RAISE EXCEPTION 'A balance conflict cannot go from % to % here: two people decide, or the sides agree again.',
            OLD.conflict_status, NEW.conflict_status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_conflicts_guard';
    END IF;
    IF (NEW.conflict_status, NEW.bank_day, NEW.bank_balance, NEW.dway_balance, NEW.explanation)
        IS DISTINCT FROM
        (OLD.conflict_status, OLD.bank_day, OLD.bank_balance, OLD.dway_balance, OLD.explanation)
    THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION balance_conflicts_guard() FROM PUBLIC;
