-- Purpose: give each new bank transaction its key; a bank id that the account already has raises a unique
--          violation of idx_bank_transactions_unique.
-- Inputs:  the statement's new rows (transition table new_rows).
-- Callers: statement trigger bank_transactions_insert_trigger. Writing a partition directly would pass it by,
--          so nobody is granted the partitions.
-- Locks:   row locks of the new keys.
-- Rights:  SECURITY DEFINER, since nothing else may write the keys.
CREATE FUNCTION bank_transactions_follow_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO bank_transaction_keys (id, bank_id, external_account_id, external_transaction_id, transaction_date)
    SELECT id, bank_id, external_account_id, external_transaction_id, transaction_date FROM new_rows;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION bank_transactions_follow_insert() FROM PUBLIC;
