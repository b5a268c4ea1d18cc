-- Purpose: hand over to audit_events_archive every month that is wholly older than seven years. The partition itself
--          changes tables: no row is copied or lost, seals go on holding it.
-- Inputs:  none.
-- Returns: the number of events archived, also written to system_logs.
-- Callers: the command archive_audit_events, pg_cron.
-- Locks:   ACCESS EXCLUSIVE on audit_events and its DEFAULT partition from the first month handed over to the end of
--          the transaction; short, as nothing is read but a count.
-- Rights:  SECURITY DEFINER, since the application owns no table.
CREATE FUNCTION archive_old_audit_events() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cutoff date := ((now() AT TIME ZONE 'UTC') - interval '7 years')::date;
    month record;
    archived_name text;
    row_count bigint;
    archived_count bigint := 0;
BEGIN
    FOR month IN
        SELECT c.relname, to_date(substring(c.relname FROM '_y(\d+m\d\d)$'), 'YYYY"m"MM') AS first_day
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'audit_events'::regclass AND c.relname ~ '_y\d+m\d\d$'
        ORDER BY c.relname
    LOOP
        CONTINUE WHEN (month.first_day + interval '1 month')::date > cutoff;
        archived_name := replace(month.relname, 'audit_events_', 'audit_events_archive_');
        EXECUTE format('ALTER TABLE audit_events DETACH PARTITION %I', month.relname);
        EXECUTE format('SELECT count(*) FROM %I', month.relname) INTO row_count;
        IF to_regclass(quote_ident(archived_name)) IS NULL THEN
            EXECUTE format('ALTER TABLE %I RENAME TO %I', month.relname, archived_name);
            EXECUTE format(
                'ALTER TABLE audit_events_archive ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                archived_name, month.first_day || ' 00:00:00+00',
                (month.first_day + interval '1 month')::date || ' 00:00:00+00'
            );
        ELSE
            -- a month that was archived before and made again for a late row
            EXECUTE format('INSERT INTO %I SELECT * FROM %I', archived_name, month.relname);
            EXECUTE format('DROP TABLE %I', month.relname);
        END IF;
        archived_count := archived_count + row_count;
    END LOOP;

    INSERT INTO system_logs (level, message, metadata)
    VALUES ('INFO', 'Archived old audit events', jsonb_build_object('archived_count', archived_count));
    RETURN archived_count;
END;
$$;
REVOKE ALL ON FUNCTION archive_old_audit_events() FROM PUBLIC;
