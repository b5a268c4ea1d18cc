-- Purpose: where the account's policy says so, give bank lines that found no partner for so many days a ledger
--          transaction of their own, and move the accounts' balances by them.
-- Inputs:  today, account_id (NULL: all).
-- Callers: reconciliation.mapping.writing, last step of a run.
-- Locks:   row locks of the new rows, of the bank transactions and of the accounts.
DROP TABLE IF EXISTS missing_lines;
CREATE TEMPORARY TABLE missing_lines ON COMMIT DROP AS
SELECT gen_random_uuid() AS new_id, p.id AS proposal_id, p.bank_transaction_id, p.transaction_date
FROM mapping_proposals p
JOIN mapping_policies policy ON policy.account_id = p.account_id
JOIN accounts a ON a.id = p.account_id AND a.is_external
WHERE p.proposal_status = 'open'
    AND p.outcome = 'unmatched'
    AND p.reason <> 'unmapped'
    AND p.claimed_by IS NULL
    AND %(today)s::date - p.transaction_date >= policy.create_after_days
    AND (%(account_id)s::uuid IS NULL OR p.account_id = %(account_id)s::uuid);

INSERT INTO transactions (
    id, account_id, amount, currency, transaction_type, transaction_date, description, status, import_source,
    external_transaction_id, bank_reference, transaction_metadata
)
SELECT
    m.new_id, bt.account_id, bt.amount, bt.currency, bt.transaction_type, bt.transaction_date, bt.raw_description,
    'posted', 'reconciliation', bt.external_transaction_id, bt.bank_reference,
    jsonb_build_object('bank_transaction', bt.id)
FROM missing_lines m
JOIN bank_transactions bt ON bt.id = m.bank_transaction_id AND bt.transaction_date = m.transaction_date
WHERE bt.processing_status = 'imported';

INSERT INTO transaction_mappings (bank_transaction_id, transaction_id, mapping_type, mapping_algorithm)
SELECT m.bank_transaction_id, m.new_id, 'system_generated', 'policy'
FROM missing_lines m
JOIN transactions t ON t.id = m.new_id
ON CONFLICT DO NOTHING;

DELETE FROM transactions t
USING missing_lines m
WHERE t.id = m.new_id AND NOT EXISTS (SELECT FROM transaction_mappings x WHERE x.transaction_id = t.id);

-- what stays is money: the accounts' balances move by it
SELECT move_account_balances(array_agg(t.id)) FROM missing_lines m JOIN transactions t ON t.id = m.new_id;

UPDATE mapping_proposals p
SET proposal_status = 'withdrawn'
FROM missing_lines m
JOIN transaction_mappings x ON x.transaction_id = m.new_id
WHERE p.id = m.proposal_id;
