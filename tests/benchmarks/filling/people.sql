-- Purpose: whom a filled database is about: customers with two external accounts each at one bank, one connection each.
-- Inputs:  accounts; first_day.
-- Callers: tests/benchmarks/filling, first step.
-- Locks:   none, nobody else is in the database.
INSERT INTO users (id, email, full_name, created_at)
SELECT md5('u:' || c)::uuid, 'customer-' || c || '@example.ca', 'Customer ' || c, %(first_day)s
FROM generate_series(1, (%(accounts)s + 1) / 2) AS c;

INSERT INTO bank_connections (
    id, user_id, bank_id, bank_name, connection_type, encrypted_credentials, encryption_key_id, consent_given_at,
    last_successful_sync, last_sync_attempt, linked_accounts_count, created_at
)
SELECT
    md5('c:' || c)::uuid, md5('u:' || c)::uuid, b.id, b.name, CASE mod(c, 2) WHEN 0 THEN 'api' ELSE 'oauth' END,
    '', 'none', %(first_day)s, now(), now(), 2, %(first_day)s
FROM generate_series(1, (%(accounts)s + 1) / 2) AS c
JOIN (VALUES (0, 'rbc', 'RBC'), (1, 'td', 'TD'), (2, 'bmo', 'BMO'), (3, 'cibc', 'CIBC')) AS b (place, id, name)
    ON b.place = mod(c, 4);

INSERT INTO accounts (
    id, user_id, account_name, account_type, is_external, external_bank_name, external_account_id, last_sync_date,
    sync_enabled, current_balance, created_at
)
SELECT
    md5('a:' || a)::uuid, c.user_id, CASE mod(a, 2) WHEN 0 THEN 'Savings ' ELSE 'Chequing ' END || a,
    CASE mod(a, 2) WHEN 0 THEN 'savings' ELSE 'chequing' END, true, c.bank_name, '01234-' || lpad(a::text, 7, '0'),
    now(), true, mod(a, 9000), %(first_day)s
FROM generate_series(1, %(accounts)s) AS a
JOIN bank_connections c ON c.id = md5('c:' || (a + 1) / 2)::uuid;

INSERT INTO linked_accounts (connection_id, account_id, bank_id, external_account_id, identifier_kind, currency)
SELECT md5('c:' || (a + 1) / 2)::uuid, md5('a:' || a)::uuid, c.bank_id, '01234-' || lpad(a::text, 7, '0'),
    'account_number', 'CAD'
FROM generate_series(1, %(accounts)s) AS a
JOIN bank_connections c ON c.id = md5('c:' || (a + 1) / 2)::uuid;

INSERT INTO mapping_runs (
    id, account_id, run_hash, parameters, bank_lines, ledger_lines, outcomes, ledger_offsets, seconds
)
SELECT md5('r:' || a)::uuid, md5('a:' || a)::uuid, md5('r:' || a) || md5('s:' || a), '{"accept_probability": 0.985}',
    20, 22, '{"matched": 18, "unmatched": 2}', '[]', 0.250
FROM generate_series(1, %(accounts)s) AS a;
ANALYZE users, bank_connections, accounts, linked_accounts;
