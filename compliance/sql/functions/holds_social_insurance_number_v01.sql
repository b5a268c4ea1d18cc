-- Purpose: whether a text holds nine digits with the check digit of a social insurance number (ISO/IEC 7812-1), alone or
--          in groups of three with one separator. The same answer as compliance.fintrac.rules.private_numbers.
-- Inputs:  any text.
-- Returns: true where one is found.
-- Callers: refuse_social_insurance_numbers().
-- Locks:   none.
CREATE FUNCTION holds_social_insurance_number(content text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT
        FROM regexp_matches(
            regexp_replace(normalize(content, NFKC), '\s+', ' ', 'g'),
            '(?:(?<=sin)|(?<=nas)|(?<!\w)(?<![0-9][.,-]))([0-9]{3}([ ./-]?)[0-9]{3}\2[0-9]{3})(?!\w|[.,-][0-9])',
            'gi'
        ) AS found,
        LATERAL (SELECT regexp_replace(found[1], '[^0-9]', '', 'g') AS digits) AS plain
        WHERE (
            SELECT sum(
                CASE WHEN place % 2 = 1 THEN digit ELSE digit * 2 / 10 + digit * 2 % 10 END
            ) % 10 = 0
            FROM generate_series(1, 9) AS place, LATERAL (SELECT substr(digits, place, 1)::integer AS digit) AS one
        )
    );
$$;
