-- Purpose: keep bank_transactions.mapped_transaction_id and processing_status in step with transaction_mappings,
--          whoever writes the mapping.
-- Inputs:  the statement's rows (transition tables old_rows, new_rows).
-- Callers: statement triggers transaction_mappings_{insert,update,delete}_trigger.
-- Locks:   row locks of the bank transactions concerned; their months are found by the key table's dates.
-- Rights:  SECURITY DEFINER, since mapping needs no right to change bank transactions.
CREATE FUNCTION transaction_mappings_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE bank_transactions bt
        SET mapped_transaction_id = NULL, processing_status = 'imported', processed_at = NULL
        FROM old_rows o
        JOIN bank_transaction_keys k ON k.id = o.bank_transaction_id
        WHERE bt.id = k.id
            AND bt.transaction_date = k.transaction_date
            -- NULL: the ledger transaction was deleted, and the foreign key came first
            AND (bt.mapped_transaction_id = o.transaction_id OR bt.mapped_transaction_id IS NULL)
            AND bt.processing_status = 'mapped'
            AND NOT EXISTS (
                SELECT FROM transaction_mappings tm
                WHERE tm.bank_transaction_id = o.bank_transaction_id AND tm.transaction_id = o.transaction_id
            );
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE bank_transactions bt
        SET mapped_transaction_id = n.transaction_id, processing_status = 'mapped',
            processed_at = COALESCE(bt.processed_at, CURRENT_TIMESTAMP)
        FROM new_rows n
        JOIN bank_transaction_keys k ON k.id = n.bank_transaction_id
        WHERE bt.id = k.id
            AND bt.transaction_date = k.transaction_date
            AND (bt.mapped_transaction_id IS DISTINCT FROM n.transaction_id
                OR bt.processing_status IS DISTINCT FROM 'mapped');
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION transaction_mappings_follow() FROM PUBLIC;
