-- Purpose: the staging tables of one account's rows; gone when the transaction ends. COPY fills the columns up to id,
--          and staged_words where texts are compared; a row is new until a statement says otherwise.
-- Callers: integrations.importing.staging.
-- Locks:   none, the tables are this session's own.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_transactions (
    position integer NOT NULL,
    line integer NOT NULL,
    bank_identity text,
    content_identity text NOT NULL,
    signed_amount numeric(15, 2) NOT NULL,
    currency varchar(3) NOT NULL,
    transaction_date date NOT NULL,
    posted_date date,
    raw_description text NOT NULL,
    id uuid NOT NULL,
    -- filled by classification: NULL while it is open what the row is
    verdict text DEFAULT 'new',
    -- NULL: the bank's id, or the content identity of a row without one
    external_transaction_id text,
    matched_id uuid,
    matched_date date,
    remark text,
    words text[]
) ON COMMIT DROP;
CREATE TEMPORARY TABLE IF NOT EXISTS staged_words (position integer NOT NULL, words text[] NOT NULL) ON COMMIT DROP;
TRUNCATE staged_transactions, staged_words;
