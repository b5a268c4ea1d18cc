-- Purpose: where one run of the indicators gathers what it looks at and what fired. `place_spent` follows, in order of
--          time, how far the money out of an account is used up by money in: each dollar out counts once, against the
--          earliest money in that can explain it (see pass_through.sql).
-- Inputs:  none.
-- Callers: compliance.suspicion.movements.
-- Locks:   none; temporary tables, gone at the end of the transaction.
DROP TABLE IF EXISTS
    pg_temp.staged_movements, pg_temp.staged_customers, pg_temp.staged_profiles, pg_temp.staged_fired;
CREATE TEMPORARY TABLE staged_movements (
    id text COLLATE "C" NOT NULL,
    source text NOT NULL,
    row_id uuid NOT NULL,
    customer text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    amount numeric(15, 2) NOT NULL,
    flow text NOT NULL,
    is_cash boolean NOT NULL,
    location text COLLATE "C" NOT NULL DEFAULT '',
    conductor text COLLATE "C" NOT NULL DEFAULT '',
    beneficiary text COLLATE "C" NOT NULL DEFAULT '',
    is_new boolean NOT NULL DEFAULT true,
    previous_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_customers (customer text COLLATE "C" PRIMARY KEY) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_profiles (
    customer text COLLATE "C" PRIMARY KEY,
    expected numeric(15, 2),
    low_income boolean NOT NULL
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_fired (
    indicator text NOT NULL,
    version integer NOT NULL,
    rank integer NOT NULL,
    subject text COLLATE "C" NOT NULL,
    ids text[] COLLATE "C" NOT NULL,
    facts jsonb NOT NULL
) ON COMMIT DROP;
CREATE OR REPLACE FUNCTION pg_temp.place_spent_step(spent numeric, amount numeric, begins numeric, ends numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT LEAST(GREATEST(spent, begins) + amount, GREATEST(spent, begins, ends))
$$;
CREATE OR REPLACE AGGREGATE pg_temp.place_spent(amount numeric, begins numeric, ends numeric) (
    SFUNC = pg_temp.place_spent_step, STYPE = numeric, INITCOND = '0'
);
