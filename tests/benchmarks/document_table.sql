-- Purpose: the baseline of import benchmarks: bank_transactions as the schema document writes it (one table, all its
--          indexes, default GIN), and the same columns bare.
-- Callers: tests/benchmarks/importing.py, in a schema of its own.
-- Locks:   none, the tables are new.
CREATE SCHEMA document;
CREATE TABLE document.bank_transactions (
    LIKE public.bank_transactions INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (id)
);
ALTER TABLE document.bank_transactions
    ADD FOREIGN KEY (connection_id) REFERENCES bank_connections (id) ON DELETE CASCADE,
    ADD FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    ADD FOREIGN KEY (mapped_transaction_id) REFERENCES transactions (id) ON DELETE SET NULL;
CREATE UNIQUE INDEX ON document.bank_transactions (bank_id, external_account_id, external_transaction_id);
CREATE INDEX ON document.bank_transactions (account_id);
CREATE INDEX ON document.bank_transactions (connection_id);
CREATE INDEX ON document.bank_transactions (transaction_date);
CREATE INDEX ON document.bank_transactions (processing_status);
CREATE INDEX ON document.bank_transactions (mapped_transaction_id) WHERE mapped_transaction_id IS NOT NULL;
CREATE INDEX ON document.bank_transactions USING gin (raw_data);
CREATE INDEX ON document.bank_transactions USING gin (normalized_data);
CREATE TABLE document.bare (LIKE public.bank_transactions);
