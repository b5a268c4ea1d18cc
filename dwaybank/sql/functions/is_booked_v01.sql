-- Purpose: whether a ledger transaction of this status is money that stands in its account's balance. A transaction that
--          only groups others, one that waits, and one that came to nothing is none.
-- Inputs:  transactions.status; NULL is posted, as DwayBank's services leave it.
-- Returns: a boolean.
-- Callers: move_account_balances(), balance comparison.
-- Locks:   none.
CREATE FUNCTION is_booked(p_status text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT COALESCE(p_status, 'posted') NOT IN ('grouping', 'pending', 'cancelled', 'failed', 'reversed') $$;
