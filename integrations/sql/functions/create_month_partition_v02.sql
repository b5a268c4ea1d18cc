-- Purpose: make the partition of one month of a table that is partitioned by month, and move into it the rows
--          of that month which wait in the DEFAULT partition.
-- Inputs:  the parent's name; any day of the month.
-- Returns: true when the partition was made, false when it was there.
-- Callers: create_bank_transactions_partition(), create_bank_sync_logs_partition(), imports, ensure_partitions.
-- Locks:   one maker at a time (advisory); ACCESS EXCLUSIVE on the DEFAULT partition before its rows are moved, so that
--          none comes after them; SHARE UPDATE EXCLUSIVE on the parent, so reading and writing go on; SHARE ROW
--          EXCLUSIVE on the tables it refers to, so their writers wait. All until the transaction ends: call it in one
--          of its own.
-- Rights:  SECURITY DEFINER, since the application owns no table.
CREATE OR REPLACE FUNCTION create_month_partition(p_parent text, p_day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    first_day date := date_trunc('month', p_day)::date;
    partition_name text := format('%s_y%sm%s', p_parent, to_char(p_day, 'FMYYYY'), to_char(p_day, 'MM'));
    key_column text;
    bound_suffix text;
    lower_bound text;
    upper_bound text;
    columns text;
BEGIN
    IF p_day IS NULL THEN
        RAISE EXCEPTION 'A partition needs a date.' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('create_month_partition'), hashtext(p_parent));

    SELECT a.attname, CASE WHEN a.atttypid = 'timestamptz'::regtype THEN ' 00:00:00+00' ELSE '' END
    INTO STRICT key_column, bound_suffix
    FROM pg_partitioned_table p
    JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
    WHERE p.partrelid = to_regclass(quote_ident(p_parent));

    IF EXISTS (
        SELECT FROM pg_inherits
        WHERE inhparent = to_regclass(quote_ident(p_parent)) AND inhrelid = to_regclass(quote_ident(partition_name))
    ) THEN
        RETURN false;
    END IF;

    lower_bound := first_day || bound_suffix;
    upper_bound := (first_day + interval '1 month')::date || bound_suffix;
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
    FROM pg_attribute
    WHERE attrelid = to_regclass(quote_ident(p_parent)) AND attnum > 0 AND NOT attisdropped AND attgenerated = '';

    -- search_path begins with pg_catalog, so the new table says where it belongs
    EXECUTE format(
        'CREATE TABLE public.%I (LIKE %I INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING STORAGE)',
        partition_name, p_parent
    );
    -- The month as a CHECK of its own: the partition can later change tables without a scan.
    EXECUTE format(
        'ALTER TABLE %I ADD CONSTRAINT %I CHECK (%I >= %L AND %I < %L)',
        partition_name, partition_name || '_month_check', key_column, lower_bound, key_column, upper_bound
    );
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', p_parent || '_default');
    EXECUTE format(
        'WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING %s) INSERT INTO %I (%s) SELECT %s FROM moved',
        p_parent || '_default', key_column, lower_bound, key_column, upper_bound, columns,
        partition_name, columns, columns
    );
    EXECUTE format(
        'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        p_parent, partition_name, lower_bound, upper_bound
    );
    RETURN true;
END;
$$;
REVOKE ALL ON FUNCTION create_month_partition(text, date) FROM PUBLIC;
