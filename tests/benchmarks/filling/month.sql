-- Purpose: store one month of month_rows everywhere but in bank_transactions' partition, which is filled by itself:
--          ledger, keys, mappings, proposals, decisions, statements with their files, sync logs and balances of the
--          last year. Ledger rows are written day by day, as services do.
-- Inputs:  month_rows; reviewer; keeps_logs (whether sync logs of this month are still kept).
-- Callers: tests/benchmarks/filling, each month.
-- Locks:   none.
INSERT INTO transactions (
    id, account_id, amount, currency, transaction_type, transaction_date, description, status, created_at, import_source
)
SELECT
    md5('l:' || n)::uuid, account_id, amount, 'CAD', transaction_type, day, initcap(shop), 'posted', day + time '09:00',
    'manual'
FROM month_rows
WHERE status = 'mapped' OR u >= 980
ORDER BY day;

INSERT INTO bank_transaction_keys (id, bank_id, external_account_id, external_transaction_id, transaction_date)
SELECT id, bank_id, external_account_id, fitid, day FROM month_rows ORDER BY came_at, n;

INSERT INTO transaction_mappings (
    id, transaction_id, bank_transaction_id, mapping_type, mapping_confidence, mapping_algorithm,
    reconciliation_status, discrepancy_amount, discrepancy_reason, reviewed_by, reviewed_at, created_at
)
SELECT
    md5('m:' || n)::uuid, md5('l:' || n)::uuid, id, CASE WHEN u < 30 THEN 'manual' ELSE 'automatic' END, 0.99,
    'engine', CASE WHEN u BETWEEN 20 AND 29 THEN 'discrepancy' ELSE 'matched' END,
    CASE WHEN u BETWEEN 20 AND 29 THEN 0.05 END, CASE WHEN u BETWEEN 20 AND 29 THEN 'a fee' END,
    CASE WHEN u < 30 THEN %(reviewer)s::uuid END, CASE WHEN u < 30 THEN came_at + interval '2 days' END, came_at
FROM month_rows
WHERE status = 'mapped'
ORDER BY came_at;

INSERT INTO mapping_proposals (
    id, bank_transaction_id, account_id, run_id, proposal_status, outcome, reason, amount, currency, transaction_type,
    transaction_date, description, probability, margin, is_exact, candidates, created_at
)
SELECT
    md5('p:' || n)::uuid, id, account_id, md5('r:' || a)::uuid,
    CASE WHEN u < 30 THEN 'decided' WHEN u = 999 THEN 'disputed' ELSE 'open' END,
    CASE mod(u, 3) WHEN 0 THEN 'ambiguous' WHEN 1 THEN 'discrepancy' ELSE 'matched' END,
    CASE mod(u, 3) WHEN 0 THEN 'below_margin' ELSE '' END, amount, 'CAD', transaction_type, day, description,
    0.7 + mod(u, 30) / 100.0, 0.4, mod(u, 7) = 2,
    jsonb_build_array(jsonb_build_object(
        'ledger_ids', jsonb_build_array(md5('l:' || n)::uuid), 'probability', '0.9100', 'difference', '0.00',
        'reason', NULL,
        'evidence', jsonb_build_array(jsonb_build_object('field', 'amount', 'words', 'same amount', 'weight', 4.2))
    )),
    came_at
FROM month_rows
WHERE u < 30 OR u >= 980
ORDER BY came_at;

INSERT INTO mapping_decisions (id, bank_transaction_id, account_id, decision, before, after, decided_by, decided_at)
SELECT
    md5('d:' || n)::uuid, id, account_id, 'approve', jsonb_build_object('statuses', jsonb_build_object(id, 'imported')),
    jsonb_build_object(
        'statuses', jsonb_build_object(id, 'mapped'), 'proposals', jsonb_build_object(md5('p:' || n)::uuid, 'decided')
    ),
    %(reviewer)s, came_at + interval '2 days'
FROM month_rows
WHERE u < 30;

INSERT INTO bank_sync_logs (
    id, connection_id, user_id, sync_type, sync_operation, sync_status, started_at, completed_at, accounts_processed,
    transactions_processed, transactions_imported
)
SELECT
    origin_id, connection_id, md5('u:' || (min(a) + 1) / 2)::uuid,
    CASE WHEN bool_and(by_file) THEN 'manual' ELSE 'scheduled' END, 'transactions', 'completed', came_at,
    came_at + interval '2 seconds', 1, count(*), count(*)
FROM month_rows
WHERE %(keeps_logs)s
GROUP BY origin_id, account_id, connection_id, came_at;

INSERT INTO statement_files (
    id, owner_id, sha256, file_name, size_bytes, file_format, bank_id, file_status, problems, created_at
)
SELECT
    md5('f:' || min(n))::uuid, md5('u:' || (min(a) + 1) / 2)::uuid, md5('x:' || min(n)) || md5('y:' || min(n)),
    'statement-' || min(n) || '.ofx', count(*) * 350, 'ofx', min(bank_id), 'imported', '[]', came_at
FROM month_rows
WHERE by_file
GROUP BY account_id, came_at;

INSERT INTO bank_statements (
    id, file_id, account_id, connection_id, external_account_id, currency, period_start, period_end, opening_balance,
    closing_balance, signed_sum, transactions_seen, transactions_imported, transactions_duplicates,
    transactions_rejected, created_at
)
SELECT
    origin_id, md5('f:' || min(n))::uuid, account_id, connection_id,
    min(external_account_id), 'CAD', min(day), max(day), 1000, 1000 + sum(signed_amount), sum(signed_amount), count(*),
    count(*), 0, 0, came_at
FROM month_rows
WHERE by_file
GROUP BY origin_id, account_id, connection_id, came_at;

INSERT INTO bank_balances (account_id, connection_id, kind, amount, currency, as_of, bank_day, created_at)
SELECT account_id, connection_id, 'posted', 1000 + sum(signed_amount), 'CAD', max(day) + time '18:00', max(day), came_at
FROM month_rows
WHERE %(keeps_logs)s AND NOT by_file
GROUP BY origin_id, account_id, connection_id, came_at;
