-- Purpose: hand over one month that is wholly older than seven years to bank_transactions_archive. The partition itself
--          changes tables: no row is copied or lost, keys and mappings stay.
-- Inputs:  any day of the month.
-- Returns: NULL where the month went over as a whole, which reads none of its rows and takes as long for a thousand as for
--          a million; otherwise how many rows went over: late ones of a month archived before, or 0 where there are none.
-- Callers: archive_old_bank_transactions(), the command archive_bank_transactions; both count what went over.
-- Locks:   one archiver at a time (advisory; lock_not_available where another archives). ACCESS EXCLUSIVE on
--          bank_transactions, the month and its DEFAULT partition to the end of the transaction; short, as nothing is
--          read meanwhile but late rows.
-- Rights:  SECURITY DEFINER, since the application owns no table.
CREATE OR REPLACE FUNCTION archive_bank_transactions_month(p_month date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    first_day date := date_trunc('month', p_month)::date;
    next_month date := (date_trunc('month', p_month) + interval '1 month')::date;
    ending text := format('y%sm%s', to_char(p_month, 'FMYYYY'), to_char(p_month, 'MM'));
    live_name text := 'bank_transactions_' || ending;
    archived_name text := 'bank_transactions_archive_' || ending;
    late_rows integer;
BEGIN
    IF p_month IS NULL OR next_month > (CURRENT_DATE - interval '7 years')::date THEN
        RAISE EXCEPTION 'The month % is not wholly older than seven years: it cannot be archived.', ending
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtext('archive_bank_transactions'), 0) THEN
        RAISE EXCEPTION 'Another session archives bank transactions.' USING ERRCODE = 'lock_not_available';
    END IF;
    -- old rows that no month had waited for leave the DEFAULT partition first
    IF to_regclass(quote_ident(live_name)) IS NULL THEN
        IF NOT EXISTS (
            SELECT FROM bank_transactions_default
            WHERE transaction_date >= first_day AND transaction_date < next_month
        ) THEN
            RETURN 0;
        END IF;
        PERFORM create_month_partition('bank_transactions', first_day);
    END IF;

    EXECUTE format('ALTER TABLE bank_transactions DETACH PARTITION %I', live_name);
    IF to_regclass(quote_ident(archived_name)) IS NULL THEN
        EXECUTE format('ALTER TABLE %I RENAME TO %I', live_name, archived_name);
        EXECUTE format(
            'ALTER TABLE bank_transactions_archive ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            archived_name, first_day, next_month
        );
    ELSE
        -- late rows of a month archived before; nobody can write them since the detach
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', archived_name, live_name);
        GET DIAGNOSTICS late_rows = ROW_COUNT;
        EXECUTE format('DROP TABLE %I', live_name);
    END IF;
    RETURN late_rows;
END;
$$;
REVOKE ALL ON FUNCTION archive_bank_transactions_month(date) FROM PUBLIC;
