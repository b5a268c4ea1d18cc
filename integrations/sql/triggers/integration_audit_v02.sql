-- Purpose: audit of what imports and syncs store: by run, with the SHA-256 of each row's record. Updates and deletions
--          go on being recorded row by row. The other triggers of version 1 stay as they are.
-- Callers: migration integrations 0017.
-- Locks:   ACCESS EXCLUSIVE on bank_transactions, briefly.
SELECT audit_run(
    'bank_transactions',
    '{id,connection_id,account_id,bank_id,external_transaction_id,external_account_id,amount,currency,transaction_type,transaction_date,posted_date,value_date,raw_description,raw_data,normalized_data}'
);
-- reverse:
SELECT audit_table('bank_transactions', p_digested => '{raw_data,normalized_data}');
