-- Purpose: the audit of webhooks leaves out their counters: every delivery counts, and a stranger's forged ones would
--          fill the audit. The other triggers of version 1 stay as they are.
-- Callers: fired by every statement on the table.
-- Locks:   none beyond the row's own.
DROP TRIGGER bank_webhooks_audit_trigger ON bank_webhooks;
CREATE TRIGGER bank_webhooks_audit_trigger AFTER INSERT OR DELETE OR UPDATE OF
    connection_id, bank_id, webhook_url, webhook_secret, webhook_events, webhook_status, verification_token,
    supported_events, webhook_version, webhook_metadata, expires_at
    ON bank_webhooks
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes('webhook_secret', 'verification_token');
-- reverse:
DROP TRIGGER bank_webhooks_audit_trigger ON bank_webhooks;
CREATE TRIGGER bank_webhooks_audit_trigger AFTER INSERT OR UPDATE OR DELETE ON bank_webhooks
    FOR EACH ROW EXECUTE FUNCTION audit_table_changes('webhook_secret', 'verification_token');
