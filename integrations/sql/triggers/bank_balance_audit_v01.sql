-- Purpose: audit of the balances that banks state.
-- Callers: migration integrations 0010.
-- Locks:   SHARE ROW EXCLUSIVE on the table, briefly.
SELECT audit_table('bank_balances');
-- reverse:
SELECT audit_table('bank_balances', p_events => '{}');
