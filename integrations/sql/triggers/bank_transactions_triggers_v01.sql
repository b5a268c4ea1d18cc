-- Purpose: what follows from writing bank_transactions: keys, versions, timestamps, retention.
-- Callers: fired by statements on the partitioned parents and by cascades. Archiving and the making of
--          partitions move rows between partitions directly and fire none of them, as they should not.
-- Locks:   see the functions.
CREATE TRIGGER bank_transactions_insert_trigger AFTER INSERT ON bank_transactions
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION bank_transactions_follow_insert();
CREATE TRIGGER bank_transactions_update_trigger AFTER UPDATE ON bank_transactions
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION bank_transactions_follow_update();
CREATE TRIGGER bank_transactions_delete_trigger AFTER DELETE ON bank_transactions
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION bank_transactions_follow_delete();
CREATE TRIGGER bank_transactions_archive_delete_trigger AFTER DELETE ON bank_transactions_archive
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION bank_transactions_follow_delete();
CREATE TRIGGER bank_transactions_id_trigger BEFORE UPDATE OF id ON bank_transactions
    FOR EACH ROW EXECUTE FUNCTION refuse_new_id();
CREATE TRIGGER bank_transactions_updated_at_trigger BEFORE UPDATE ON bank_transactions
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
-- reverse:
DROP TRIGGER bank_transactions_updated_at_trigger ON bank_transactions;
DROP TRIGGER bank_transactions_id_trigger ON bank_transactions;
DROP TRIGGER bank_transactions_archive_delete_trigger ON bank_transactions_archive;
DROP TRIGGER bank_transactions_delete_trigger ON bank_transactions;
DROP TRIGGER bank_transactions_update_trigger ON bank_transactions;
DROP TRIGGER bank_transactions_insert_trigger ON bank_transactions;
