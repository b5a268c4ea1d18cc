-- Purpose: audit of second factors: who enrolled which kind and when, when it was used, when it was removed; never
--          its secret.
-- Callers: migration dwaybank 0013.
-- Locks:   SHARE ROW EXCLUSIVE on the table, briefly.
SELECT audit_table('mfa_authenticator', '{data}');
-- reverse:
SELECT audit_table('mfa_authenticator', p_events => '{}');
