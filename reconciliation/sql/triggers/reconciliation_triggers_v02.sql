-- Purpose: audit of mappings: what a matching run maps is recorded by run, with the SHA-256 of each mapping; what a
--          person or a small run maps, below a hundred mappings at once, as a whole. Updates and deletions go on being
--          recorded row by row, with what stood there before. The other triggers of version 1 stay as they are.
-- Callers: migration reconciliation 0013.
-- Locks:   ACCESS EXCLUSIVE on transaction_mappings, briefly.
DROP TRIGGER transaction_mappings_audit_insert_trigger ON transaction_mappings;
CREATE TRIGGER transaction_mappings_audit_insert_trigger AFTER INSERT ON transaction_mappings
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_inserted_run(
        '{id,transaction_id,bank_transaction_id,mapping_type,mapping_confidence,mapping_algorithm,reconciliation_status,discrepancy_amount,discrepancy_reason,reviewed_by,reviewed_at,review_notes}',
        '100'
    );
-- reverse:
DROP TRIGGER transaction_mappings_audit_insert_trigger ON transaction_mappings;
CREATE TRIGGER transaction_mappings_audit_insert_trigger AFTER INSERT ON transaction_mappings
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_inserted_rows();
