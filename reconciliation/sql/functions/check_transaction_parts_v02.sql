-- Purpose: refuse a group of ledger transactions whose parts do not add up to the whole, are of another account or
--          currency, or whose whole is part of another. A part that moved to another whole is checked at both.
-- Inputs:  the changed row of transaction_parts.
-- Callers: constraint trigger transaction_parts_sum_trigger, at the end of the transaction.
-- Locks:   none.
CREATE OR REPLACE FUNCTION check_transaction_parts() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    whole transactions;
    whole_id uuid;
    whole_sum numeric;
    parts_sum numeric;
    strangers integer;
BEGIN
    FOR whole_id IN
        SELECT DISTINCT id FROM unnest(ARRAY[NEW.parent_id, OLD.parent_id]) AS touched (id) WHERE id IS NOT NULL
    LOOP
        CONTINUE WHEN NOT EXISTS (SELECT FROM transaction_parts WHERE parent_id = whole_id);
        SELECT * INTO whole FROM transactions WHERE id = whole_id;
        whole_sum := CASE whole.transaction_type WHEN 'debit' THEN -whole.amount ELSE whole.amount END;
        SELECT
            sum(CASE t.transaction_type WHEN 'debit' THEN -t.amount ELSE t.amount END),
            count(*) FILTER (WHERE (t.account_id, t.currency) IS DISTINCT FROM (whole.account_id, whole.currency))
        INTO parts_sum, strangers
        FROM transaction_parts p
        JOIN transactions t ON t.id = p.part_id
        WHERE p.parent_id = whole_id;

        IF parts_sum IS DISTINCT FROM whole_sum THEN
            RAISE EXCEPTION 'The parts add up to %, the whole is %.', parts_sum, whole_sum
                USING ERRCODE = 'check_violation', CONSTRAINT = 'transaction_parts_sum_check';
        END IF;
        IF strangers > 0 THEN
            RAISE EXCEPTION 'The parts of a ledger transaction are of its own account and currency.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'transaction_parts_account_check';
        END IF;
        IF EXISTS (SELECT FROM transaction_parts WHERE part_id = whole_id)
            OR EXISTS (
                SELECT FROM transaction_parts mine
                JOIN transaction_parts deeper ON deeper.parent_id = mine.part_id
                WHERE mine.parent_id = whole_id
            )
        THEN
            RAISE EXCEPTION 'A whole is no part of another whole.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'transaction_parts_depth_check';
        END IF;
    END LOOP;
    RETURN NULL;
END;
$$;
