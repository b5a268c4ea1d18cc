-- Purpose: keep updated_at of notification settings.
-- Callers: fired by every update of the table.
-- Locks:   none beyond the row's own.
CREATE TRIGGER notification_settings_updated_at_trigger BEFORE UPDATE ON notification_settings
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
-- reverse:
DROP TRIGGER notification_settings_updated_at_trigger ON notification_settings;
