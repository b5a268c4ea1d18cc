-- Purpose: hand over to bank_transactions_archive every month that is wholly older than seven years. The
--          partition itself changes tables: no row is copied or lost, keys and mappings stay.
-- Inputs:  none.
-- Returns: the number of transactions archived, also written to system_logs.
-- Callers: the command archive_bank_transactions, pg_cron.
-- Locks:   ACCESS EXCLUSIVE on bank_transactions and its DEFAULT partition from the first month handed over to
--          the end of the transaction; short, as nothing is read but a count.
-- Rights:  SECURITY DEFINER, since the application owns no table.
CREATE FUNCTION archive_old_bank_transactions() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cutoff date := (CURRENT_DATE - interval '7 years')::date;
    stray date;
    month record;
    archived_name text;
    row_count integer;
    archived_count integer := 0;
BEGIN
    -- old rows that no month had waited for leave the DEFAULT partition first
    FOR stray IN
        SELECT DISTINCT date_trunc('month', transaction_date)::date
        FROM bank_transactions_default
        WHERE transaction_date < date_trunc('month', cutoff)
    LOOP
        PERFORM create_month_partition('bank_transactions', stray);
    END LOOP;

    FOR month IN
        SELECT c.relname, to_date(substring(c.relname FROM '_y(\d+m\d\d)$'), 'YYYY"m"MM') AS first_day
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'bank_transactions'::regclass AND c.relname ~ '_y\d+m\d\d$'
        ORDER BY c.relname
    LOOP
        CONTINUE WHEN (month.first_day + interval '1 month')::date > cutoff;
        archived_name := replace(month.relname, 'bank_transactions_', 'bank_transactions_archive_');
        EXECUTE format('ALTER TABLE bank_transactions DETACH PARTITION %I', month.relname);
        EXECUTE format('SELECT count(*) FROM %I', month.relname) INTO row_count;
        IF to_regclass(quote_ident(archived_name)) IS NULL THEN
            EXECUTE format('ALTER TABLE %I RENAME TO %I', month.relname, archived_name);
            EXECUTE format(
                'ALTER TABLE bank_transactions_archive ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                archived_name, month.first_day, (month.first_day + interval '1 month')::date
            );
        ELSE
            -- late rows of a month archived before; nobody can write them since the detach
            EXECUTE format('INSERT INTO %I SELECT * FROM %I', archived_name, month.relname);
            EXECUTE format('DROP TABLE %I', month.relname);
        END IF;
        archived_count := archived_count + row_count;
    END LOOP;

    INSERT INTO system_logs (level, message, metadata)
    VALUES ('INFO', 'Archived old bank transactions', jsonb_build_object('archived_count', archived_count));
    RETURN archived_count;
END;
$$;
REVOKE ALL ON FUNCTION archive_old_bank_transactions() FROM PUBLIC;
