-- Purpose: link what repeats another source's movement to it.
-- Inputs:  source; the rows are stored.
-- Callers: integrations.importing.staging.
-- Locks:   row locks of the keys referred to.
INSERT INTO bank_transaction_duplicates (bank_transaction_id, duplicate_of_id, source)
SELECT id, matched_id, %(source)s FROM staged_transactions WHERE verdict = 'repeated';
