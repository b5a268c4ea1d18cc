-- Purpose: the chain over audit_events. One row seals a batch of events: their ids, the SHA-256 of each, the hash of
--          the seal before, and a signature by a key that the database does not have. Also the archive that takes over
--          old months of audit_events.
-- Callers: migration dwaybank 0012; the Django models describe the same columns.
-- Locks:   none, the tables are new.
CREATE TABLE audit_seals (
    id bigint NOT NULL,
    month date NOT NULL,
    position integer NOT NULL,
    first_txid bigint NOT NULL,
    next_txid bigint NOT NULL,
    cluster varchar(32) NOT NULL,
    covered_id bigint NOT NULL,
    event_ids bigint[] NOT NULL,
    event_hashes bytea NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    key_id varchar(63) NOT NULL,
    signature bytea NOT NULL,
    sealed_at timestamptz NOT NULL,
    CONSTRAINT audit_seals_pkey PRIMARY KEY (id),
    CONSTRAINT audit_seals_event_hashes_check
        CHECK (octet_length(event_hashes) = 32 * cardinality(event_ids) AND cardinality(event_ids) > 0),
    CONSTRAINT audit_seals_hash_check CHECK (octet_length(hash) = 32 AND octet_length(previous_hash) = 32)
);
-- "who approved what"
CREATE INDEX idx_audit_events_decisions ON audit_events (id) WHERE
    changed_columns && '{decided_by}'
    OR action = 'UPDATE' AND changed_columns && '{approved_by,reviewed_by,resolved_by,submitted_by}';
CREATE UNIQUE INDEX idx_audit_seals_position ON audit_seals (month, position);

CREATE TABLE audit_events_archive (LIKE audit_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE (occurred_at);
ALTER TABLE audit_events_archive ADD CONSTRAINT audit_events_archive_pkey PRIMARY KEY (id, occurred_at);
CREATE INDEX idx_audit_events_archive_row ON audit_events_archive (table_name, row_id, id);

CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seals_no_truncate BEFORE TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_events_archive_append_only BEFORE UPDATE OR DELETE ON audit_events_archive
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_events_archive_no_truncate BEFORE TRUNCATE ON audit_events_archive
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- reverse:
DO $$
BEGIN
    IF EXISTS (SELECT FROM audit_events_archive) THEN
        RAISE EXCEPTION 'Archived audit events would be lost.'
            USING HINT = 'Attach the months of audit_events_archive to audit_events again first.';
    END IF;
END;
$$;
DROP TABLE audit_events_archive;
DROP TABLE audit_seals;
DROP INDEX idx_audit_events_decisions;
