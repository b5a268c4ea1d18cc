-- Purpose: the two group roles that every table grants to: dwaybank_app (the application; owns nothing) and
--          readonly_role (reporting; no secrets). Logins are members of one of them.
-- Callers: migration dwaybank 0004.
-- Locks:   none. Where the migrating role may not create roles, a notice says so and the migrations go on;
--          later grants find only the roles that exist.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['dwaybank_app', 'readonly_role'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION
                -- another database of this server was migrated at the same moment
                WHEN duplicate_object OR unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE NOTICE 'Role % does not exist and % may not create it: its grants are left out.',
                        wanted, current_user;
            END;
        END IF;
    END LOOP;
END;
$$;
-- reverse:
-- Roles belong to the whole server and may serve other databases: only this database's grants are withdrawn.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['dwaybank_app', 'readonly_role'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('DROP OWNED BY %I', wanted);
            EXCEPTION
                WHEN insufficient_privilege THEN
                    RAISE NOTICE 'Grants of role % are left: % may not withdraw them.', wanted, current_user;
            END;
        END IF;
    END LOOP;
END;
$$;
