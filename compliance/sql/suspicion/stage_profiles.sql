-- Purpose: stage what is expected of the customers that are looked at.
-- Inputs:  none.
-- Callers: compliance.suspicion.movements.
-- Locks:   none.
INSERT INTO staged_profiles (customer, expected, low_income)
SELECT p.user_id::text, p.expected_monthly_cad, p.low_income FROM customer_profiles p
