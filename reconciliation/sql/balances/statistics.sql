-- Purpose: statistics of the comparisons of every account compared in the last days, most conflicts first.
-- Inputs:  days, most (how many accounts at most).
-- Callers: reconciliation.admin.conflict_statistics.
-- Locks:   none.
SELECT a.id, a.account_name, a.currency, bank.bank_id, s.total_syncs, s.conflicts_detected, s.conflicts_resolved,
    s.manual_reviews, s.avg_discrepancy, s.max_discrepancy, s.last_sync
FROM (
    SELECT DISTINCT h.account_id
    FROM balance_sync_history h
    WHERE h.sync_timestamp >= CURRENT_TIMESTAMP - make_interval(days => %(days)s)
) compared
JOIN accounts a ON a.id = compared.account_id
CROSS JOIN LATERAL get_balance_sync_stats(a.id, %(days)s) s
LEFT JOIN LATERAL (
    SELECT l.bank_id FROM linked_accounts l WHERE l.account_id = a.id ORDER BY l.created_at LIMIT 1
) bank ON true
ORDER BY s.conflicts_detected DESC, s.max_discrepancy DESC NULLS LAST, a.account_name
LIMIT %(most)s
