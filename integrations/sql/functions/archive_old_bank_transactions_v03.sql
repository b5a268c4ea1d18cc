-- Purpose: hand over to bank_transactions_archive every month that is wholly older than seven years, in one transaction.
-- Inputs:  none.
-- Returns: the number of transactions archived, also written to system_logs.
-- Callers: pg_cron, other services. The command archive_bank_transactions takes month after month instead.
-- Locks:   SHARE on a month while it is counted: it can be read, and all else read and written. Then those of
--          archive_bank_transactions_month(), from the first month to the end of the transaction.
-- Rights:  SECURITY DEFINER, since the application owns no table.
CREATE OR REPLACE FUNCTION archive_old_bank_transactions() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cutoff date := (CURRENT_DATE - interval '7 years')::date;
    months date[];
    first_day date;
    live_name text;
    counted integer;
    archived_count integer := 0;
BEGIN
    SELECT array_agg(found.first_day ORDER BY found.first_day) INTO months
    FROM (
        SELECT to_date(substring(c.relname FROM '_y(\d+m\d\d)$'), 'YYYY"m"MM') AS first_day
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'bank_transactions'::regclass AND c.relname ~ '_y\d+m\d\d$'
        UNION
        SELECT date_trunc('month', transaction_date)::date
        FROM bank_transactions_default
        WHERE transaction_date < date_trunc('month', cutoff)
    ) AS found
    WHERE (found.first_day + interval '1 month')::date <= cutoff;

    FOREACH first_day IN ARRAY COALESCE(months, '{}') LOOP
        live_name := format('bank_transactions_y%sm%s', to_char(first_day, 'FMYYYY'), to_char(first_day, 'MM'));
        IF to_regclass(quote_ident(live_name)) IS NULL THEN
            PERFORM create_month_partition('bank_transactions', first_day);
        END IF;
        EXECUTE format('LOCK TABLE %I IN SHARE MODE', live_name);
        EXECUTE format('SELECT count(*) FROM %I', live_name) INTO counted;
        archived_count := archived_count + COALESCE(archive_bank_transactions_month(first_day), counted);
    END LOOP;

    INSERT INTO system_logs (level, message, metadata)
    VALUES ('INFO', 'Archived old bank transactions', jsonb_build_object('archived_count', archived_count));
    RETURN archived_count;
END;
$$;
REVOKE ALL ON FUNCTION archive_old_bank_transactions() FROM PUBLIC;
