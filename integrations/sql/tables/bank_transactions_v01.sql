-- Purpose: bank_transactions, partitioned by month of transaction_date, with a DEFAULT partition; and
--          bank_transactions_archive, the same shape, which takes over whole months after seven years.
-- Callers: migration integrations 0003; the Django models describe the same columns.
-- Locks:   none, the tables are new.
CREATE TABLE bank_transactions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    connection_id uuid NOT NULL,
    account_id uuid NOT NULL,
    bank_id varchar(20) NOT NULL,
    external_transaction_id varchar(255) NOT NULL,
    external_account_id varchar(255) NOT NULL,
    raw_data jsonb NOT NULL,
    normalized_data jsonb NOT NULL,
    amount numeric(15, 2) NOT NULL,
    currency varchar(3) DEFAULT 'CAD',
    transaction_type varchar(20) NOT NULL,
    transaction_date date NOT NULL,
    posted_date date,
    value_date date,
    raw_description text,
    normalized_description text,
    merchant_name varchar(255),
    category varchar(100),
    subcategory varchar(100),
    transaction_code varchar(50),
    bank_reference varchar(255),
    processing_status varchar(20) DEFAULT 'imported',
    mapped_transaction_id uuid,
    bank_created_at timestamptz,
    imported_at timestamptz DEFAULT CURRENT_TIMESTAMP,
    processed_at timestamptz,
    created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT bank_transactions_pkey PRIMARY KEY (id, transaction_date),
    CONSTRAINT bank_transactions_connection_id_fkey
        FOREIGN KEY (connection_id) REFERENCES bank_connections (id) ON DELETE CASCADE,
    CONSTRAINT bank_transactions_account_id_fkey
        FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT bank_transactions_mapped_transaction_id_fkey
        FOREIGN KEY (mapped_transaction_id) REFERENCES transactions (id) ON DELETE SET NULL,
    CONSTRAINT bank_transactions_bank_id_check
        CHECK (bank_id IN ('rbc', 'td', 'bmo', 'cibc', 'aggregation')),
    CONSTRAINT bank_transactions_type_check
        CHECK (transaction_type IN ('debit', 'credit')),
    CONSTRAINT bank_transactions_processing_status_check
        CHECK (processing_status IN ('imported', 'processed', 'mapped', 'error', 'duplicate')),
    CONSTRAINT bank_transactions_amount_check
        CHECK (amount >= 0)
) PARTITION BY RANGE (transaction_date);

CREATE INDEX idx_bank_transactions_account_id ON bank_transactions (account_id);
CREATE INDEX idx_bank_transactions_connection_id ON bank_transactions (connection_id);
CREATE INDEX idx_bank_transactions_transaction_date ON bank_transactions (transaction_date);
CREATE INDEX idx_bank_transactions_processing_status ON bank_transactions (processing_status);
CREATE INDEX idx_bank_transactions_mapped ON bank_transactions (mapped_transaction_id)
    WHERE mapped_transaction_id IS NOT NULL;
CREATE INDEX idx_bank_transactions_raw_data_gin ON bank_transactions USING gin (raw_data jsonb_path_ops);
CREATE INDEX idx_bank_transactions_normalized_gin ON bank_transactions USING gin (normalized_data jsonb_path_ops);

CREATE TABLE bank_transactions_default PARTITION OF bank_transactions DEFAULT;

-- Foreign keys, checks and indexes as in the live table, so that a month changes tables without being read.
CREATE TABLE bank_transactions_archive (
    LIKE bank_transactions INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE
) PARTITION BY RANGE (transaction_date);
ALTER TABLE bank_transactions_archive
    ADD CONSTRAINT bank_transactions_archive_connection_id_fkey
        FOREIGN KEY (connection_id) REFERENCES bank_connections (id) ON DELETE CASCADE,
    ADD CONSTRAINT bank_transactions_archive_account_id_fkey
        FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    ADD CONSTRAINT bank_transactions_archive_mapped_transaction_id_fkey
        FOREIGN KEY (mapped_transaction_id) REFERENCES transactions (id) ON DELETE SET NULL;
-- reverse:
DROP TABLE bank_transactions_archive;
DROP TABLE bank_transactions;
