-- Purpose: count the version of a proposal up when what a reviewer looks at changes; claiming is no change.
-- Inputs:  the row.
-- Callers: trigger mapping_proposals_version_trigger.
-- Locks:   none besides the row's own.
CREATE FUNCTION mapping_proposals_new_version() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF (NEW.proposal_status, NEW.outcome, NEW.group_id, NEW.candidates, NEW.amount, NEW.transaction_date)
        IS DISTINCT FROM
        (OLD.proposal_status, OLD.outcome, OLD.group_id, OLD.candidates, OLD.amount, OLD.transaction_date)
    THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION mapping_proposals_new_version() FROM PUBLIC;
