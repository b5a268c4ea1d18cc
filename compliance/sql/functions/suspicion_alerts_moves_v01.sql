-- Purpose: the ways of an alert: open to confirmed, dismissed or superseded; shadow to superseded; decided ones back to
--          open when their case is taken up again.
-- Inputs:  the row before and after.
-- Callers: BEFORE UPDATE row trigger suspicion_alerts_moves_trigger.
-- Locks:   none beyond the row's own.
CREATE FUNCTION suspicion_alerts_moves() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.alert_status <> OLD.alert_status AND (OLD.alert_status, NEW.alert_status) NOT IN (
        ('open', 'confirmed'), ('open', 'dismissed'), ('open', 'superseded'), ('shadow', 'superseded'),
        ('dismissed', 'open')
    ) THEN
        RAISE EXCEPTION 'An alert cannot go from "%" to "%".', OLD.alert_status, NEW.alert_status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'suspicion_alerts_moves',
            HINT = 'Alerts are decided with their case.';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION suspicion_alerts_moves() FROM PUBLIC;
