-- Purpose: timestamp and audit of saved filters.
-- Callers: fired by every statement on the table.
-- Locks:   none beyond the row's own.
CREATE TRIGGER saved_filters_updated_at_trigger BEFORE UPDATE ON saved_filters
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
SELECT audit_table('saved_filters');
-- reverse:
SELECT audit_table('saved_filters', p_events => '{}');
DROP TRIGGER saved_filters_updated_at_trigger ON saved_filters;
