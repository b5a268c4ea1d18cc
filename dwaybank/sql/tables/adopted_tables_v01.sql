-- Purpose: see that users, accounts and transactions, made here or adopted from an existing DwayBank
--          database, are what this schema stands on; give adopted tables the rules that new rows must keep.
-- Callers: migration dwaybank 0002.
-- Locks:   ACCESS EXCLUSIVE on the table that lacks a rule, briefly: NOT VALID leaves its old rows unread.
DO $$
DECLARE
    wanted record;
    found_type text;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('users', 'id', 'uuid'), ('users', 'email', NULL),
            ('accounts', 'id', 'uuid'), ('accounts', 'user_id', 'uuid'), ('accounts', 'account_name', NULL),
            ('accounts', 'account_type', NULL), ('accounts', 'currency', NULL),
            ('accounts', 'current_balance', 'numeric'), ('accounts', 'is_external', 'boolean'),
            ('accounts', 'deleted_at', 'timestamp with time zone'),
            ('transactions', 'id', 'uuid'), ('transactions', 'account_id', 'uuid'),
            ('transactions', 'amount', 'numeric'), ('transactions', 'currency', NULL),
            ('transactions', 'transaction_type', NULL), ('transactions', 'transaction_date', 'date'),
            ('transactions', 'description', NULL), ('transactions', 'status', NULL)
        ) AS w (table_name, column_name, type_name)
    LOOP
        SELECT format_type(a.atttypid, NULL) INTO found_type
        FROM pg_attribute a
        WHERE a.attrelid = to_regclass(wanted.table_name) AND a.attname = wanted.column_name AND NOT a.attisdropped;
        IF found_type IS NULL THEN
            RAISE EXCEPTION 'The existing table % has no column %.', wanted.table_name, wanted.column_name
                USING HINT = 'The back office adopts DwayBank''s tables by these names; add or rename the column first.';
        ELSIF wanted.type_name IS NOT NULL AND found_type <> wanted.type_name THEN
            RAISE EXCEPTION 'Column %.% is %, expected %.',
                wanted.table_name, wanted.column_name, found_type, wanted.type_name
                USING HINT = 'Convert the column before migrating; nothing was changed.';
        END IF;
    END LOOP;

    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'transactions_amount_check') THEN
        ALTER TABLE transactions ADD CONSTRAINT transactions_amount_check CHECK (amount >= 0) NOT VALID;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'transactions_type_check') THEN
        ALTER TABLE transactions ADD CONSTRAINT transactions_type_check
            CHECK (transaction_type IN ('debit', 'credit')) NOT VALID;
    END IF;
END;
$$;
-- reverse:
SELECT 1;
