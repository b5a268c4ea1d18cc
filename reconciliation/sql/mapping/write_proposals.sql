-- Purpose: bring the queue in step with a run: withdraw what is settled, renew what changed, add what is new. Lines
--          that somebody works on keep their claim; a proposal that says the same keeps its version.
-- Inputs:  run_id, account_id (NULL: all).
-- Callers: reconciliation.mapping.writing, after the mappings.
-- Locks:   row locks of the proposals concerned.
UPDATE mapping_proposals p
SET proposal_status = 'withdrawn', claimed_by = NULL, claimed_at = NULL
WHERE p.proposal_status = 'open'
    AND (%(account_id)s::uuid IS NULL OR p.account_id = %(account_id)s::uuid)
    AND EXISTS (SELECT FROM transaction_mappings m WHERE m.bank_transaction_id = p.bank_transaction_id);

UPDATE mapping_proposals p
SET outcome = f.outcome,
    reason = f.reason,
    probability = f.probability,
    margin = f.margin,
    is_exact = f.is_exact,
    candidates = f.candidates,
    group_id = f.group_id,
    run_id = %(run_id)s
FROM found_proposals f
WHERE p.bank_transaction_id = f.bank_transaction_id
    AND p.proposal_status = 'open'
    AND (p.outcome, p.reason, p.candidates, p.group_id)
        IS DISTINCT FROM (f.outcome, f.reason, f.candidates, f.group_id);

INSERT INTO mapping_proposals (
    bank_transaction_id, account_id, run_id, group_id, outcome, reason, amount, currency, transaction_type,
    transaction_date, description, probability, margin, is_exact, candidates
)
SELECT
    bt.id, bt.account_id, %(run_id)s, f.group_id, f.outcome, f.reason, bt.amount, bt.currency, bt.transaction_type,
    bt.transaction_date, COALESCE(bt.raw_description, ''), f.probability, f.margin, f.is_exact, f.candidates
FROM found_proposals f
JOIN bank_transaction_keys k ON k.id = f.bank_transaction_id
JOIN bank_transactions bt ON bt.id = k.id AND bt.transaction_date = k.transaction_date
WHERE bt.processing_status = 'imported'
ORDER BY bt.transaction_date, bt.id
ON CONFLICT DO NOTHING;
