-- Purpose: social insurance numbers are never kept for reports (FINTRAC guidance on large cash transaction reports): refuse
--          a row that holds one, and a document of the type "social insurance card" (27).
-- Inputs:  trigger arguments: the columns that people type into; text, or JSON whose texts are all looked at.
-- Callers: BEFORE INSERT OR UPDATE row triggers <table>_private_numbers_trigger.
-- Locks:   none.
CREATE FUNCTION refuse_social_insurance_numbers() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    new_row jsonb := to_jsonb(NEW);
    column_name text;
BEGIN
    FOREACH column_name IN ARRAY TG_ARGV LOOP
        IF EXISTS (
            SELECT
            FROM jsonb_path_query(
                new_row -> column_name, 'strict $.** ? (@.type() == "string" || @.type() == "number")'
            ) AS typed
            WHERE holds_social_insurance_number(typed #>> '{}')
        ) THEN
            RAISE EXCEPTION 'The field % holds what looks like a social insurance number.', column_name
                USING ERRCODE = 'check_violation', CONSTRAINT = 'social_insurance_number_guard',
                HINT = 'Remove it: social insurance numbers are never kept for reports. Use another document.';
        END IF;
        IF jsonb_path_exists(new_row -> column_name, 'strict $.**.identifierTypeCode ? (@ == 27 || @ == "27")') THEN
            RAISE EXCEPTION 'A social insurance card is never used to identify somebody in a report.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'social_insurance_number_guard',
                HINT = 'Use another document.';
        END IF;
    END LOOP;
    RETURN NEW;
END;
$$;
