-- Purpose: add one seal to the end of the chain.
-- Inputs:  what the columns of audit_seals say. The seal must be the next one and follow the last seal of its month,
--          or for a month's first one, the last seal of all (32 zero bytes for the very first).
-- Returns: nothing. Raises check_violation (audit_seals_chain) for a seal that does not follow.
-- Callers: dwaybank.audit.sealing, after audit_seal_bounds() in the same transaction.
-- Locks:   inserts one row; the advisory lock of audit_seal_bounds() is held.
-- Rights:  SECURITY DEFINER, so that the application can add seals and yet not write the table.
CREATE FUNCTION add_audit_seal(
    p_id bigint, p_month date, p_position integer, p_first_txid bigint, p_next_txid bigint, p_cluster text,
    p_covered_id bigint, p_event_ids bigint[], p_event_hashes bytea, p_previous_hash bytea, p_hash bytea,
    p_key_id text, p_signature bytea, p_sealed_at timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    last_id bigint := COALESCE((SELECT max(id) FROM audit_seals), 0);
    of_month audit_seals;
    follows bytea;
BEGIN
    SELECT * INTO of_month FROM audit_seals WHERE month = p_month ORDER BY position DESC LIMIT 1;
    follows := COALESCE(
        of_month.hash, (SELECT hash FROM audit_seals WHERE id = last_id), decode(repeat('00', 32), 'hex')
    );
    IF p_id <> last_id + 1 OR p_position <> COALESCE(of_month.position, 0) + 1 OR p_previous_hash <> follows THEN
        RAISE EXCEPTION 'Seal % does not follow the last one.', p_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_seals_chain',
                HINT = 'Another sealer was faster: seal again.';
    END IF;
    INSERT INTO audit_seals (
        id, month, position, first_txid, next_txid, cluster, covered_id, event_ids, event_hashes, previous_hash, hash,
        key_id, signature, sealed_at
    ) VALUES (
        p_id, p_month, p_position, p_first_txid, p_next_txid, p_cluster, p_covered_id, p_event_ids, p_event_hashes,
        p_previous_hash, p_hash, p_key_id, p_signature, p_sealed_at
    );
END;
$$;
REVOKE ALL ON FUNCTION add_audit_seal(
    bigint, date, integer, bigint, bigint, text, bigint, bigint[], bytea, bytea, bytea, text, bytea, timestamptz
) FROM PUBLIC;
