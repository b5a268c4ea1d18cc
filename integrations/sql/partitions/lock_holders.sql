-- Purpose: the sessions whose locks keep create_month_partition() from making a month of a table.
-- Inputs:  parent.
-- Callers: integrations.partitions, after a lock timeout. What a session runs is not shown: it may hold data.
-- Locks:   none; reads the lock table and the list of sessions.
WITH needed AS (
    -- modes that do not conflict with what create_month_partition() takes on each table
    SELECT to_regclass(quote_ident(%(parent)s || '_default'))::oid AS relation, '{}'::text[] AS harmless
    UNION ALL
    SELECT to_regclass(quote_ident(%(parent)s))::oid, '{AccessShareLock,RowShareLock,RowExclusiveLock}'
    UNION ALL
    SELECT DISTINCT confrelid, '{AccessShareLock,RowShareLock}'::text[]
    FROM pg_constraint
    WHERE conrelid = to_regclass(quote_ident(%(parent)s)) AND contype = 'f'
),
held AS (
    SELECT l.pid, l.relation::regclass::text AS what
    FROM pg_locks l
    JOIN needed n USING (relation)
    WHERE l.locktype = 'relation'
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.granted
        AND l.mode <> ALL (n.harmless)
    UNION
    SELECT l.pid, 'the right to make months (it makes one itself)'
    FROM pg_locks l
    WHERE l.locktype = 'advisory'
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.granted
        AND (l.classid, l.objid, l.objsubid)
            = (hashtext('create_month_partition')::oid, hashtext(%(parent)s)::oid, 2)
)
SELECT
    a.pid,
    a.usename AS role,
    a.application_name AS application,
    a.state,
    EXTRACT(EPOCH FROM clock_timestamp() - a.xact_start)::integer AS seconds,
    string_agg(h.what, ', ' ORDER BY h.what) AS holds
FROM held h
JOIN pg_stat_activity a USING (pid)
WHERE a.pid <> pg_backend_pid()
GROUP BY a.pid, a.usename, a.application_name, a.state, a.xact_start
ORDER BY a.xact_start;
