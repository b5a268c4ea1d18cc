-- Purpose: write the accepted matches of a run: groups, mappings; what a reviewer or another run took meanwhile stays.
-- Inputs:  algorithm.
-- Callers: reconciliation.mapping.writing, after staging.
-- Locks:   waits for reviewers who decide the same lines; row locks of new mappings and their bank transactions.
INSERT INTO transactions (
    id, account_id, amount, currency, transaction_type, transaction_date, description, status, import_source
)
SELECT DISTINCT ON (g.new_id)
    g.new_id, bt.account_id, abs(g.signed_amount), bt.currency,
    CASE WHEN g.signed_amount < 0 THEN 'debit' ELSE 'credit' END,
    bt.transaction_date, g.description, 'grouping', 'reconciliation'
FROM found_groups g
JOIN bank_transaction_keys k ON k.id = g.bank_transaction_id
JOIN bank_transactions bt ON bt.id = k.id AND bt.transaction_date = k.transaction_date;

INSERT INTO transaction_parts (parent_id, part_id, made)
SELECT g.parent_id, g.part_id, g.made FROM found_groups g
ON CONFLICT DO NOTHING;

INSERT INTO transaction_mappings (
    id, bank_transaction_id, transaction_id, mapping_type, mapping_confidence, mapping_algorithm, reconciliation_status,
    discrepancy_amount, discrepancy_reason
)
SELECT
    f.id, f.bank_transaction_id, f.transaction_id, 'automatic', f.confidence, %(algorithm)s,
    CASE WHEN f.difference = 0 THEN 'matched' ELSE 'discrepancy' END,
    NULLIF(f.difference, 0), CASE WHEN f.difference <> 0 THEN f.reason END
FROM found_mappings f
JOIN bank_transaction_keys k ON k.id = f.bank_transaction_id
JOIN bank_transactions bt ON bt.id = k.id AND bt.transaction_date = k.transaction_date
WHERE bt.processing_status = 'imported'
    AND NOT EXISTS (
        SELECT FROM mapping_proposals p
        WHERE p.bank_transaction_id = f.bank_transaction_id AND p.proposal_status = 'disputed'
    )
ORDER BY f.bank_transaction_id
ON CONFLICT DO NOTHING;

-- groups of which a line was taken meanwhile fall apart: nothing of them is kept
DELETE FROM transaction_mappings m
USING found_groups g
WHERE m.transaction_id = g.new_id
    AND EXISTS (
        SELECT FROM found_groups other
        WHERE other.parent_id = g.parent_id
            AND (
                NOT EXISTS (SELECT FROM transaction_mappings t WHERE t.transaction_id = other.new_id)
                OR NOT EXISTS (
                    SELECT FROM transaction_parts p WHERE p.parent_id = other.parent_id AND p.part_id = other.part_id
                )
            )
    );
DELETE FROM transactions t
USING found_groups g
WHERE t.id = g.new_id AND NOT EXISTS (SELECT FROM transaction_mappings m WHERE m.transaction_id = t.id);
DELETE FROM transaction_parts p
USING found_groups g
WHERE p.parent_id = g.parent_id AND p.part_id = g.part_id AND g.made = 'parent'
    AND NOT EXISTS (SELECT FROM transaction_mappings m WHERE m.transaction_id = g.new_id);
