-- Purpose: after an update, keep the earlier content of rows whose content changed, and keep the keys in step.
-- Inputs:  the statement's rows before and after (transition tables old_rows, new_rows). The id never changes
--          (bank_transactions_id_trigger).
-- Callers: statement trigger bank_transactions_update_trigger.
-- Locks:   row locks of the keys that change.
-- Rights:  SECURITY DEFINER, since nothing else may write keys and versions.
-- Plans:   by EXECUTE, so that each statement is planned for the rows it has. A plan that a session kept from an update
--          of one row, or of none, compares every old row with every new one.
CREATE OR REPLACE FUNCTION bank_transactions_follow_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    new_content boolean;
    new_keys boolean;
BEGIN
    EXECUTE '
        SELECT
            bool_or(
                (o.transaction_date, o.posted_date, o.amount, o.transaction_type, o.raw_description, o.raw_data)
                IS DISTINCT FROM
                (n.transaction_date, n.posted_date, n.amount, n.transaction_type, n.raw_description, n.raw_data)
            ),
            bool_or(
                (o.bank_id, o.external_account_id, o.external_transaction_id, o.transaction_date)
                IS DISTINCT FROM (n.bank_id, n.external_account_id, n.external_transaction_id, n.transaction_date)
            )
        FROM old_rows o
        JOIN new_rows n USING (id)'
    INTO new_content, new_keys;

    IF new_content THEN
        EXECUTE '
            INSERT INTO bank_transaction_versions (
                bank_transaction_id, transaction_date, posted_date, amount, transaction_type, raw_description,
                raw_data, normalized_data
            )
            SELECT
                o.id, o.transaction_date, o.posted_date, o.amount, o.transaction_type, o.raw_description,
                o.raw_data, o.normalized_data
            FROM old_rows o
            JOIN new_rows n USING (id)
            WHERE (o.transaction_date, o.posted_date, o.amount, o.transaction_type, o.raw_description, o.raw_data)
                IS DISTINCT FROM
                (n.transaction_date, n.posted_date, n.amount, n.transaction_type, n.raw_description, n.raw_data)';
    END IF;

    IF new_keys THEN
        EXECUTE '
            UPDATE bank_transaction_keys k
            SET bank_id = n.bank_id,
                external_account_id = n.external_account_id,
                external_transaction_id = n.external_transaction_id,
                transaction_date = n.transaction_date
            FROM new_rows n
            JOIN old_rows o USING (id)
            WHERE k.id = n.id
                AND (o.bank_id, o.external_account_id, o.external_transaction_id, o.transaction_date)
                IS DISTINCT FROM (n.bank_id, n.external_account_id, n.external_transaction_id, n.transaction_date)';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION bank_transactions_follow_update() FROM PUBLIC;
