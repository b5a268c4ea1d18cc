-- Purpose: health of each connection that is not deleted, with the syncs of the last seven days.
-- Callers: the admin, reporting (readonly_role), other services.
-- Locks:   none. Reads only the partitions of bank_sync_logs of the last seven days.
CREATE VIEW bank_integration_health AS
SELECT
    bc.id AS connection_id,
    bc.user_id,
    bc.bank_id,
    bc.bank_name,
    bc.connection_status,
    bc.linked_accounts_count,
    bc.last_successful_sync,
    bc.consecutive_failures,
    bank_connection_health_score(
        bc.connection_status, bc.consecutive_failures, bc.last_successful_sync, bc.created_at
    ) AS health_score,
    recent_stats.sync_count_7d,
    recent_stats.error_count_7d,
    recent_stats.avg_sync_duration_ms,
    CASE
        WHEN bc.token_expires_at IS NULL THEN 'no_expiry'
        WHEN bc.token_expires_at < CURRENT_TIMESTAMP THEN 'expired'
        WHEN bc.token_expires_at < CURRENT_TIMESTAMP + interval '7 days' THEN 'expiring_soon'
        ELSE 'valid'
    END AS token_status,
    bc.created_at,
    bc.updated_at
FROM bank_connections bc
LEFT JOIN (
    SELECT
        bsl.connection_id,
        count(*) AS sync_count_7d,
        count(*) FILTER (WHERE bsl.sync_status = 'failed') AS error_count_7d,
        avg(bsl.duration_ms) AS avg_sync_duration_ms
    FROM bank_sync_logs bsl
    WHERE bsl.started_at >= CURRENT_TIMESTAMP - interval '7 days'
    GROUP BY bsl.connection_id
) recent_stats ON bc.id = recent_stats.connection_id
WHERE bc.deleted_at IS NULL;
