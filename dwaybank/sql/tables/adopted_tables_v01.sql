-- Purpose: see that users, accounts and transactions, made here or adopted from an existing DwayBank
--          database, are what this schema stands on; give adopted tables what they lack: timestamps, defaults of
--          columns that must be set (the application relies on them), rules that new rows must keep. What is made
--          here is marked by a comment (as dwaybank.db.adoption does), and only that is removed on the way back.
-- Callers: migration dwaybank 0002.
-- Locks:   ACCESS EXCLUSIVE on the table that lacks something, briefly: NOT VALID leaves its old rows unread.
DO $$
DECLARE
    wanted record;
    found_type text;
BEGIN
    -- triggers keep updated_at; when an old row was made is not known, so it stays NULL there
    FOR wanted IN
        SELECT t.table_name, c.column_name
        FROM unnest(ARRAY['users', 'accounts', 'transactions']) AS t (table_name),
            unnest(ARRAY['created_at', 'updated_at']) AS c (column_name)
        WHERE NOT EXISTS (
            SELECT FROM pg_attribute a
            WHERE a.attrelid = to_regclass(t.table_name) AND a.attname = c.column_name AND NOT a.attisdropped
        )
    LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN %I timestamptz', wanted.table_name, wanted.column_name);
        EXECUTE format(
            'ALTER TABLE %I ALTER COLUMN %I SET DEFAULT CURRENT_TIMESTAMP', wanted.table_name, wanted.column_name
        );
        EXECUTE format(
            'COMMENT ON COLUMN %I.%I IS %L', wanted.table_name, wanted.column_name, 'made by the DwayBank back office'
        );
    END LOOP;

    FOR wanted IN
        SELECT * FROM (VALUES
            ('users', 'id', 'uuid'), ('users', 'email', NULL),
            ('users', 'created_at', 'timestamp with time zone'), ('users', 'updated_at', 'timestamp with time zone'),
            ('accounts', 'created_at', 'timestamp with time zone'),
            ('accounts', 'updated_at', 'timestamp with time zone'),
            ('transactions', 'created_at', 'timestamp with time zone'),
            ('transactions', 'updated_at', 'timestamp with time zone'),
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

    -- Whoever wrote these columns until now always named a value, so a default changes nothing for them.
    FOR wanted IN
        SELECT w.*, concat_ws(E'\n', col_description(a.attrelid, a.attnum), 'default made by the DwayBank back office')
            AS remark
        FROM (VALUES
            ('users', 'id', 'gen_random_uuid()'), ('accounts', 'id', 'gen_random_uuid()'),
            ('transactions', 'id', 'gen_random_uuid()'), ('accounts', 'current_balance', '0'),
            ('accounts', 'is_external', 'false'), ('accounts', 'currency', '''CAD'''),
            ('transactions', 'currency', '''CAD'''), ('transactions', 'status', '''posted''')
        ) AS w (table_name, column_name, default_value)
        JOIN pg_attribute a ON a.attrelid = to_regclass(w.table_name) AND a.attname = w.column_name
        WHERE a.attnotnull AND NOT a.atthasdef
    LOOP
        EXECUTE format(
            'ALTER TABLE %I ALTER COLUMN %I SET DEFAULT %s',
            wanted.table_name, wanted.column_name, wanted.default_value
        );
        EXECUTE format('COMMENT ON COLUMN %I.%I IS %L', wanted.table_name, wanted.column_name, wanted.remark);
    END LOOP;

    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'transactions_amount_check') THEN
        ALTER TABLE transactions ADD CONSTRAINT transactions_amount_check CHECK (amount >= 0) NOT VALID;
        COMMENT ON CONSTRAINT transactions_amount_check ON transactions IS 'made by the DwayBank back office';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'transactions_type_check') THEN
        ALTER TABLE transactions ADD CONSTRAINT transactions_type_check
            CHECK (transaction_type IN ('debit', 'credit')) NOT VALID;
        COMMENT ON CONSTRAINT transactions_type_check ON transactions IS 'made by the DwayBank back office';
    END IF;
END;
$$;
-- reverse:
DO $$
DECLARE
    made record;
BEGIN
    FOR made IN
        SELECT k.conrelid::regclass AS table_name, k.conname FROM pg_constraint k
        WHERE k.conname IN ('transactions_amount_check', 'transactions_type_check')
            AND obj_description(k.oid, 'pg_constraint') = 'made by the DwayBank back office'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', made.table_name, made.conname);
    END LOOP;
    FOR made IN
        SELECT a.attrelid::regclass AS table_name, a.attname FROM pg_attribute a
        WHERE a.attrelid IN (to_regclass('users'), to_regclass('accounts'), to_regclass('transactions'))
            AND a.attname IN ('created_at', 'updated_at')
            AND col_description(a.attrelid, a.attnum) = 'made by the DwayBank back office'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP COLUMN %I', made.table_name, made.attname);
    END LOOP;
    FOR made IN
        SELECT
            a.attrelid::regclass AS table_name,
            a.attname,
            regexp_replace(
                col_description(a.attrelid, a.attnum), E'\n?default made by the DwayBank back office$', ''
            ) AS remark
        FROM pg_attribute a
        WHERE a.attrelid IN (to_regclass('users'), to_regclass('accounts'), to_regclass('transactions'))
            AND col_description(a.attrelid, a.attnum) LIKE '%default made by the DwayBank back office'
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', made.table_name, made.attname);
        EXECUTE format(
            'COMMENT ON COLUMN %s.%I IS %s', made.table_name, made.attname,
            quote_nullable(NULLIF(made.remark, ''))
        );
    END LOOP;
END;
$$;
