-- Purpose: keep what fired as alerts, each set of movements once for ever, and only where one of them is new; with the
--          movements as they are now.
-- Inputs:  run_id, settings (jsonb: indicator → {version, mode}), now.
-- Callers: compliance.suspicion.detecting.
-- Locks:   none beyond the inserted rows; unique keys make two runs at once write each alert once.
WITH keyed AS (
    SELECT
        f.*,
        encode(sha256(convert_to(
            f.indicator || E'\n' || f.version || E'\n' || f.subject || E'\n'
                || (SELECT string_agg(id, E'\n' ORDER BY id) FROM unnest(f.ids) AS id),
            'UTF8'
        )), 'hex') AS alert_key
    FROM staged_fired f
), kept AS MATERIALIZED (
    SELECT DISTINCT ON (alert_key) * FROM keyed ORDER BY alert_key, rank
), members AS MATERIALIZED (
    SELECT
        k.alert_key, i.place, m.source, m.row_id, m.account, m.at, m.amount, m.flow, m.is_cash, m.location, m.conductor,
        m.beneficiary, m.is_new, u.id AS user_id
    FROM kept k
    CROSS JOIN LATERAL unnest(k.ids) WITH ORDINALITY AS i (id, place)
    JOIN staged_movements m ON m.id = i.id
    LEFT JOIN users u ON u.id = CASE WHEN m.customer ~ '^[0-9a-f-]{36}$' THEN m.customer::uuid END
), seen AS (
    SELECT
        alert_key,
        (array_agg(at ORDER BY place))[1] AS first_at,
        (array_agg(at ORDER BY place DESC))[1] AS last_at,
        sum(amount) AS total,
        min(user_id::text)::uuid AS user_id
    FROM members
    GROUP BY alert_key
    HAVING bool_or(is_new)
), written AS (
    INSERT INTO suspicion_alerts (
        alert_key, run_id, indicator, indicator_version, settings_version, subject, user_id, alert_status, first_at,
        last_at, total_cad, facts, raised_at
    )
    SELECT
        k.alert_key, %(run_id)s, k.indicator, k.version, (s.setting ->> 'version')::integer, k.subject, seen.user_id,
        CASE s.setting ->> 'mode' WHEN 'active' THEN 'open' ELSE 'shadow' END,
        seen.first_at, seen.last_at, seen.total, k.facts, %(now)s
    FROM kept k
    JOIN seen ON seen.alert_key = k.alert_key
    CROSS JOIN LATERAL (SELECT %(settings)s::jsonb -> k.indicator AS setting) AS s
    ON CONFLICT (alert_key) DO NOTHING
    RETURNING id, alert_key
)
INSERT INTO suspicion_alert_rows (
    alert_id, position, source, row_id, account_id, at, amount_cad, flow, is_cash, location, conductor, beneficiary
)
SELECT
    w.id, m.place, m.source, m.row_id, NULLIF(m.account, '')::uuid, m.at, m.amount, m.flow, m.is_cash, m.location,
    m.conductor, m.beneficiary
FROM written w
JOIN members m ON m.alert_key = w.alert_key
