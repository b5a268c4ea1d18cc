-- Purpose: the SHA-256 of all that one audit event says, as an expression over the row e. Written out where it is
--          used, and no function of the database: whoever verifies must not have to trust one.
-- Callers: the other files of this folder, in place of {event_hash}.
-- Locks:   none.
sha256(convert_to(jsonb_build_array(
    e.id, to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.table_name, e.row_id, e.action,
    e.actor_id, e.run, e.run_id, e.reason, e.database_role, to_jsonb(e.changed_columns), e.old_values, e.new_values,
    e.txid
)::text, 'UTF8'))
