-- Purpose: the staging table of what a bank changed: the columns of bank_transactions that an import writes, and the
--          day under which the row is stored. COPY fills it.
-- Callers: integrations.importing.staging.
-- Locks:   none, the table is this session's own.
DROP TABLE IF EXISTS changed_transactions;
CREATE TEMPORARY TABLE changed_transactions ON COMMIT DROP AS
SELECT
    transaction_date AS stored_on, id, amount, currency, transaction_type, transaction_date, posted_date, value_date,
    raw_description, normalized_description, merchant_name, transaction_code, bank_reference, raw_data, normalized_data
FROM bank_transactions
WITH NO DATA;
