-- Purpose: what the application may do with parties, cash records and what was filed. readonly_role gets nothing: these
--          tables name clients, and some of them a suspicion.
-- Callers: migration compliance 0004.
-- Locks:   catalog rows only.
SELECT grant_if_role_exists(
    'SELECT, INSERT, UPDATE, DELETE ON parties, large_cash_records, large_cash_parties, compliance_report_transactions',
    'dwaybank_app'
);
SELECT grant_if_role_exists(
    'SELECT, INSERT ON compliance_report_versions, compliance_filings, compliance_acknowledgements', 'dwaybank_app'
);
SELECT grant_if_role_exists(
    'EXECUTE ON FUNCTION check_report_approval(uuid, text, uuid, text, integer, integer)', 'dwaybank_app'
);
-- reverse:
SELECT 1;
