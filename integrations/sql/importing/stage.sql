-- Purpose: the staging table of one account's rows; gone when the transaction ends. COPY fills the columns up to
--          normalized_data; the classify_… statements fill the rest.
-- Callers: integrations.importing.staging.
-- Locks:   none, the table is this session's own.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_transactions (
    position integer PRIMARY KEY,
    line integer NOT NULL,
    bank_identity text,
    content_identity text NOT NULL,
    signed_amount numeric(15, 2) NOT NULL,
    currency varchar(3) NOT NULL,
    transaction_date date NOT NULL,
    posted_date date,
    value_date date,
    raw_description text NOT NULL,
    normalized_description text NOT NULL,
    merchant_name varchar(255),
    transaction_code varchar(50),
    bank_reference varchar(255),
    words text[] NOT NULL,
    raw_data jsonb NOT NULL,
    normalized_data jsonb NOT NULL,
    -- filled by classification
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    verdict text,
    external_transaction_id text,
    matched_id uuid,
    matched_date date,
    remark text
) ON COMMIT DROP;
TRUNCATE staged_transactions;
