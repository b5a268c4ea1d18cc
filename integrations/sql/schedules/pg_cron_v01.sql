-- Purpose: where the extension pg_cron is in this database, it archives and cleans too, so that neither depends on a
--          worker. Beside workers it does no harm: whoever comes second finds nothing left to do.
-- Callers: migration integrations 0016; again by hand where the extension comes later (docs/operations.md).
-- Locks:   rows of cron.job.
DO $$
BEGIN
    IF to_regprocedure('cron.schedule(text, text, text)') IS NOT NULL THEN
        PERFORM cron.schedule('dwaybank_archive_bank_transactions', '10 7 2 * *', 'SELECT public.archive_old_bank_transactions()');
        PERFORM cron.schedule('dwaybank_cleanup_sync_logs', '50 7 * * *', 'SELECT public.cleanup_old_sync_logs()');
        PERFORM cron.schedule('dwaybank_archive_audit_events', '20 7 2 * *', 'SELECT public.archive_old_audit_events()');
        PERFORM cron.schedule(
            'dwaybank_ensure_partitions', '40 7 * * *',
            'SELECT public.create_month_partition(parent, (CURRENT_DATE + make_interval(months => ahead))::date) '
            'FROM unnest(ARRAY[''bank_transactions'', ''bank_sync_logs'', ''audit_events'']) AS parent, '
            'generate_series(0, 3) AS ahead'
        );
    END IF;
END;
$$;
-- reverse:
DO $$
BEGIN
    IF to_regclass('cron.job') IS NOT NULL THEN
        PERFORM cron.unschedule(jobname::text) FROM cron.job WHERE jobname LIKE 'dwaybank\_%';
    END IF;
END;
$$;
