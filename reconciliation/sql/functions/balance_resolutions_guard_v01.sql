-- Purpose: what is proposed for a balance conflict is decided once, by another person unless the setting lets small
--          amounts pass; approving an adjustment makes its ledger transaction and moves the account's balance here, in
--          the approving statement, whoever sends it.
-- Inputs:  the row. The acting person, where the application named one, must be the one who signs.
-- Callers: trigger balance_resolutions_guard_trigger.
-- Locks:   the account and the conflict, in this order, to the end of the transaction.
-- Rights:  SECURITY DEFINER: approving writes the ledger.
CREATE FUNCTION balance_resolutions_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    conflict balance_conflicts%ROWTYPE;
    actor text := audit_context() ->> 'actor';
    alone_up_to numeric;
BEGIN
    PERFORM FROM accounts a
    WHERE a.id = (SELECT c.account_id FROM balance_conflicts c WHERE c.id = NEW.conflict_id)
    FOR NO KEY UPDATE;
    SELECT * INTO conflict FROM balance_conflicts c WHERE c.id = NEW.conflict_id FOR NO KEY UPDATE;

    IF TG_OP = 'INSERT' THEN
        IF NEW.resolution_status <> 'proposed' OR conflict.conflict_status IS DISTINCT FROM 'open' THEN
            RAISE EXCEPTION 'A resolution begins as a proposal, for a conflict that is open.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_resolutions_guard';
        END IF;
        IF actor <> NEW.proposed_by::text THEN
            RAISE EXCEPTION 'Nobody proposes in the name of somebody else.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_resolutions_guard';
        END IF;
        RETURN NEW;
    END IF;

    IF OLD.resolution_status <> 'proposed' THEN
        -- the one thing that is known later: what fetching again was queued as
        IF to_jsonb(NEW) - 'sync_request_id' - 'updated_at' = to_jsonb(OLD) - 'sync_request_id' - 'updated_at'
            AND OLD.method = 'transaction_resync'
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'This proposal is decided already (%). Nothing was changed.', OLD.resolution_status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_resolutions_guard';
    END IF;
    IF (NEW.id, NEW.conflict_id, NEW.method, NEW.amount, NEW.reason, NEW.proposed_by, NEW.proposed_at,
            NEW.bank_balance, NEW.dway_balance, NEW.window_start, NEW.window_end)
        IS DISTINCT FROM
        (OLD.id, OLD.conflict_id, OLD.method, OLD.amount, OLD.reason, OLD.proposed_by, OLD.proposed_at,
            OLD.bank_balance, OLD.dway_balance, OLD.window_start, OLD.window_end)
        OR NEW.adjustment_id IS NOT NULL
    THEN
        RAISE EXCEPTION 'A proposal stays as it was made: reject it, and propose anew.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_resolutions_guard';
    END IF;
    IF actor <> NEW.decided_by::text THEN
        RAISE EXCEPTION 'Nobody decides in the name of somebody else.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_resolutions_guard';
    END IF;
    IF NEW.is_one_person THEN
        alone_up_to := system_config_numeric('balance_one_person_threshold', 0);
        IF NEW.resolution_status <> 'approved' OR alone_up_to <= 0
            OR greatest(abs(NEW.amount), abs(conflict.gap)) > alone_up_to
        THEN
            RAISE EXCEPTION 'This amount needs a second person.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_resolutions_guard';
        END IF;
    END IF;
    IF NEW.resolution_status <> 'approved' THEN
        RETURN NEW;
    END IF;
    IF (NEW.bank_balance, NEW.dway_balance) IS DISTINCT FROM (conflict.bank_balance, conflict.dway_balance)
        OR (NEW.method = 'accept_bank' AND NEW.amount IS DISTINCT FROM conflict.gap)
    THEN
        RAISE EXCEPTION 'The balances were compared again since this was proposed. Nothing was changed: propose anew.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_resolutions_guard';
    END IF;
    IF NEW.method IN ('accept_bank', 'manual_adjustment') THEN
        INSERT INTO transactions (
            account_id, amount, currency, transaction_type, transaction_date, description, status, import_source,
            transaction_metadata
        ) VALUES (
            conflict.account_id, abs(NEW.amount), conflict.currency,
            CASE WHEN NEW.amount < 0 THEN 'debit' ELSE 'credit' END, conflict.bank_day,
            'Balance adjustment: ' || NEW.reason, 'posted', 'reconciliation',
            jsonb_build_object('balance_conflict', conflict.id, 'balance_resolution', NEW.id)
        ) RETURNING id INTO NEW.adjustment_id;
        PERFORM move_account_balances(ARRAY[NEW.adjustment_id]);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION balance_resolutions_guard() FROM PUBLIC;
