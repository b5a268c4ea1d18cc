-- Purpose: begin to seal: which events are complete and not sealed yet, and what the new seals follow. One sealer at a
--          time. An event is complete once its transaction is older than every transaction still running in this
--          database: then no other event of that transaction, and none of an older one, can appear any more.
-- Inputs:  none.
-- Returns: one row: whether this session may seal (another one is at it otherwise); the last seal's id, hash and what
--          it covered; the range of transactions to seal, the server's identity, and covered_id, the id up to which
--          all events are sealed whatever their transaction. After a restore into another server, whose transactions
--          are numbered anew, everything that is not sealed is complete, and covered_id becomes the newest event.
-- Callers: dwaybank.audit.sealing, in the transaction that adds the seals.
-- Locks:   an advisory lock until the transaction ends, which writers never wait for; after a restore only, SHARE on
--          audit_events, so that writers wait for this one transaction.
-- Rights:  SECURITY DEFINER, since the application may not lock the table.
CREATE FUNCTION audit_seal_bounds(
    OUT may_seal boolean, OUT last_id bigint, OUT last_hash bytea, OUT first_txid bigint, OUT next_txid bigint,
    OUT cluster text, OUT covered_id bigint, OUT restored_after_id bigint
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    last_cluster text;
BEGIN
    may_seal := pg_try_advisory_xact_lock(hashtext('audit_seal_bounds'), 0);
    IF NOT may_seal THEN
        RETURN;
    END IF;
    SELECT system_identifier::text INTO cluster FROM pg_control_system();
    SELECT s.id, s.hash, s.next_txid, s.cluster, s.covered_id
    INTO last_id, last_hash, first_txid, last_cluster, covered_id
    FROM audit_seals s ORDER BY s.id DESC LIMIT 1;

    IF last_cluster IS NOT NULL AND last_cluster <> cluster THEN
        LOCK TABLE audit_events IN SHARE MODE;
        SELECT max(sealed) INTO restored_after_id FROM audit_seals s, unnest(s.event_ids) AS sealed;
        SELECT COALESCE(max(id), 0) INTO covered_id FROM audit_events;
    END IF;
    last_id := COALESCE(last_id, 0);
    first_txid := COALESCE(first_txid, 0);
    covered_id := COALESCE(covered_id, 0);
    -- transactions of other databases of this server write no events here, and may run for hours
    SELECT LEAST(pg_snapshot_xmax(pg_current_snapshot()), min(running))::text::bigint INTO next_txid
    FROM pg_snapshot_xip(pg_current_snapshot()) AS running
    WHERE NOT EXISTS (
        SELECT FROM pg_locks l
        JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
            AND l.transactionid = running::xid
            AND a.datid <> (SELECT oid FROM pg_database WHERE datname = current_database())
    );
END;
$$;
REVOKE ALL ON FUNCTION audit_seal_bounds() FROM PUBLIC;
