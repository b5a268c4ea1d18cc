-- Purpose: keep what fired as alerts, each set of movements once for ever, and only where one of them is new; with the
--          movements as they are now.
-- Inputs:  run_id, settings (jsonb: indicator → {version, mode}), now.
-- Callers: compliance.suspicion.detecting.
-- Locks:   none beyond the inserted rows; unique keys make two runs at once write each alert once.
WITH kept AS (
    SELECT DISTINCT ON (f.indicator, f.subject, f.ids) f.*
    FROM staged_fired f
    WHERE EXISTS (SELECT FROM staged_movements m WHERE m.id = ANY (f.ids) AND m.is_new)
    ORDER BY f.indicator, f.subject, f.ids, f.rank
), keyed AS (
    SELECT
        k.*,
        encode(sha256(convert_to(
            k.indicator || E'\n' || k.version || E'\n' || k.subject || E'\n'
                || (SELECT string_agg(id, E'\n' ORDER BY id) FROM unnest(k.ids) AS id),
            'UTF8'
        )), 'hex') AS alert_key
    FROM kept k
), written AS (
    INSERT INTO suspicion_alerts (
        alert_key, run_id, indicator, indicator_version, settings_version, subject, user_id, alert_status, first_at,
        last_at, total_cad, facts, raised_at
    )
    SELECT
        k.alert_key, %(run_id)s, k.indicator, k.version, (s.setting ->> 'version')::integer, k.subject, seen.user_id,
        CASE s.setting ->> 'mode' WHEN 'active' THEN 'open' ELSE 'shadow' END,
        seen.first_at, seen.last_at, seen.total, k.facts, %(now)s
    FROM keyed k
    CROSS JOIN LATERAL (SELECT %(settings)s::jsonb -> k.indicator AS setting) AS s
    CROSS JOIN LATERAL (
        SELECT
            (array_agg(m.at ORDER BY i.place))[1] AS first_at,
            (array_agg(m.at ORDER BY i.place DESC))[1] AS last_at,
            sum(m.amount) AS total,
            min(u.id::text)::uuid AS user_id
        FROM unnest(k.ids) WITH ORDINALITY AS i (id, place)
        JOIN staged_movements m ON m.id = i.id
        LEFT JOIN users u ON u.id = CASE WHEN m.customer ~ '^[0-9a-f-]{36}$' THEN m.customer::uuid END
    ) AS seen
    ON CONFLICT (alert_key) DO NOTHING
    RETURNING id, alert_key
)
INSERT INTO suspicion_alert_rows (
    alert_id, position, source, row_id, account_id, at, amount_cad, flow, is_cash, location, conductor, beneficiary
)
SELECT
    w.id, i.place, m.source, m.row_id, NULLIF(m.account, '')::uuid, m.at, m.amount, m.flow, m.is_cash, m.location,
    m.conductor, m.beneficiary
FROM written w
JOIN keyed k ON k.alert_key = w.alert_key
CROSS JOIN LATERAL unnest(k.ids) WITH ORDINALITY AS i (id, place)
JOIN staged_movements m ON m.id = i.id
