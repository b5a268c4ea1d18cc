-- Purpose: the conflict follows its resolution: proposed, back to open, waiting for bank data, or resolved, with the
--          comparisons that belong to it settled in both people's names.
-- Inputs:  the row as it stands.
-- Callers: trigger balance_resolutions_follow_trigger.
-- Locks:   the conflict, held already by balance_resolutions_guard(), and its comparisons.
-- Rights:  SECURITY DEFINER: it settles comparisons.
CREATE FUNCTION balance_resolutions_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.resolution_status = OLD.resolution_status THEN
        RETURN NULL;
    END IF;
    IF NEW.resolution_status = 'proposed' THEN
        UPDATE balance_conflicts SET conflict_status = 'proposed' WHERE id = NEW.conflict_id;
    ELSIF NEW.resolution_status <> 'approved' THEN
        UPDATE balance_conflicts SET conflict_status = 'open' WHERE id = NEW.conflict_id;
    ELSIF NEW.method = 'transaction_resync' THEN
        UPDATE balance_conflicts SET conflict_status = 'resyncing', claimed_by = NULL, claimed_at = NULL
        WHERE id = NEW.conflict_id;
    ELSE
        UPDATE balance_conflicts
        SET conflict_status = 'resolved', closed_at = CURRENT_TIMESTAMP, claimed_by = NULL, claimed_at = NULL,
            closed_reason = NEW.reason
        WHERE id = NEW.conflict_id;
        UPDATE balance_sync_history h
        SET sync_status = 'conflict_resolved',
            resolution_method = NEW.method,
            resolution_reasoning = NEW.reason,
            resolution_confidence = 1.00,
            reviewed_by = NEW.proposed_by,
            reviewed_at = NEW.proposed_at,
            approved_by = CASE WHEN NEW.decided_by <> NEW.proposed_by THEN NEW.decided_by END,
            approved_at = CASE WHEN NEW.decided_by <> NEW.proposed_by THEN NEW.decided_at END,
            dway_balance_after = CASE WHEN h.id = latest.id
                THEN h.dway_balance_before + COALESCE(NEW.amount, 0) ELSE h.dway_balance_after END
        FROM (
            SELECT l.id FROM balance_sync_history l WHERE l.conflict_resolution_id = NEW.conflict_id
            ORDER BY l.sync_timestamp DESC, l.created_at DESC LIMIT 1
        ) latest
        WHERE h.conflict_resolution_id = NEW.conflict_id AND h.sync_status = 'manual_review';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION balance_resolutions_follow() FROM PUBLIC;
