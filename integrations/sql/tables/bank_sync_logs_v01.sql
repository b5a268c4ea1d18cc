-- Purpose: bank_sync_logs, partitioned by month of started_at (UTC), with a DEFAULT partition.
-- Callers: migration integrations 0002; the Django model describes the same columns.
-- Locks:   none, the table is new.
CREATE TABLE bank_sync_logs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    connection_id uuid NOT NULL,
    user_id uuid NOT NULL,
    sync_type varchar(50) NOT NULL,
    sync_operation varchar(50) NOT NULL,
    sync_status varchar(20) NOT NULL,
    started_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    completed_at timestamptz,
    duration_ms bigint GENERATED ALWAYS AS (
        CASE WHEN completed_at IS NOT NULL THEN EXTRACT(EPOCH FROM (completed_at - started_at)) * 1000 END
    ) STORED,
    accounts_processed integer DEFAULT 0,
    accounts_imported integer DEFAULT 0,
    accounts_updated integer DEFAULT 0,
    transactions_processed integer DEFAULT 0,
    transactions_imported integer DEFAULT 0,
    transactions_duplicates integer DEFAULT 0,
    errors_count integer DEFAULT 0,
    warnings_count integer DEFAULT 0,
    error_details jsonb,
    sync_metadata jsonb,
    CONSTRAINT bank_sync_logs_pkey PRIMARY KEY (id, started_at),
    CONSTRAINT bank_sync_logs_connection_id_fkey
        FOREIGN KEY (connection_id) REFERENCES bank_connections (id) ON DELETE CASCADE,
    CONSTRAINT bank_sync_logs_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT bank_sync_logs_sync_type_check
        CHECK (sync_type IN ('initial', 'scheduled', 'manual', 'webhook', 'real_time', 'fallback')),
    CONSTRAINT bank_sync_logs_sync_operation_check
        CHECK (sync_operation IN ('accounts', 'transactions', 'balance', 'full', 'connection_test')),
    CONSTRAINT bank_sync_logs_sync_status_check
        CHECK (sync_status IN ('started', 'in_progress', 'completed', 'failed', 'partial', 'timeout'))
) PARTITION BY RANGE (started_at);

CREATE INDEX idx_bank_sync_logs_connection_id ON bank_sync_logs (connection_id);
CREATE INDEX idx_bank_sync_logs_user_id ON bank_sync_logs (user_id);
CREATE INDEX idx_bank_sync_logs_status ON bank_sync_logs (sync_status);
CREATE INDEX idx_bank_sync_logs_started_at ON bank_sync_logs (started_at);
CREATE INDEX idx_bank_sync_logs_type_operation ON bank_sync_logs (sync_type, sync_operation);
CREATE INDEX idx_bank_sync_logs_user_recent ON bank_sync_logs (user_id, started_at DESC)
    WHERE sync_status = 'completed';

CREATE TABLE bank_sync_logs_default PARTITION OF bank_sync_logs DEFAULT;
-- reverse:
DROP TABLE bank_sync_logs;
