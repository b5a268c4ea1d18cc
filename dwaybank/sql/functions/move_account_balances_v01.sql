-- Purpose: move the current balance of accounts by ledger transactions that the back office has just made, or is about
--          to take away. DwayBank's services do so for theirs; the back office does it here and nowhere else.
-- Inputs:  ids of ledger transactions, and 1 to book them or -1 to take them back.
-- Returns: the number of accounts moved. Transactions that are no money (see is_booked) move nothing.
-- Callers: dwaybank.ledger.
-- Locks:   the accounts' rows, in the order of their ids, to the end of the transaction.
CREATE FUNCTION move_account_balances(p_transaction_ids uuid[], p_times integer DEFAULT 1) RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    moved integer;
BEGIN
    IF p_times NOT IN (1, -1) THEN
        RAISE EXCEPTION 'Ledger transactions are booked (1) or taken back (-1), not % times.', p_times
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM FROM accounts a
    WHERE a.id IN (SELECT t.account_id FROM transactions t WHERE t.id = ANY(p_transaction_ids))
    ORDER BY a.id
    FOR NO KEY UPDATE;

    UPDATE accounts a
    SET current_balance = a.current_balance + p_times * s.amount
    FROM (
        SELECT t.account_id, sum(CASE t.transaction_type WHEN 'debit' THEN -t.amount ELSE t.amount END) AS amount
        FROM transactions t
        WHERE t.id = ANY(p_transaction_ids) AND is_booked(t.status)
        GROUP BY t.account_id
    ) s
    WHERE a.id = s.account_id;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END;
$$;
