-- Purpose: audit of what a matching run links: a hundred bank transactions changed at once share events of up to a
--          thousand rows, with all values; fewer have an event each. The other triggers stay as they are.
-- Callers: migration integrations 0021.
-- Locks:   ACCESS EXCLUSIVE on bank_transactions, briefly.
DROP TRIGGER bank_transactions_audit_update_trigger ON bank_transactions;
CREATE TRIGGER bank_transactions_audit_update_trigger AFTER UPDATE ON bank_transactions
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_updated_rows(
        '{}', '{raw_data,normalized_data}', '100'
    );
-- reverse:
DROP TRIGGER bank_transactions_audit_update_trigger ON bank_transactions;
CREATE TRIGGER bank_transactions_audit_update_trigger AFTER UPDATE ON bank_transactions
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_updated_rows(
        '{}', '{raw_data,normalized_data}'
    );
