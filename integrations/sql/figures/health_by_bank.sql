-- Purpose: health scores of the connections of each bank: the mean, and the worst.
-- Inputs:  none.
-- Callers: dwaybank.figures.
-- Locks:   none; reads the view bank_integration_health.
SELECT bank_id, round(avg(health_score)), min(health_score), count(*)
FROM bank_integration_health
GROUP BY 1
ORDER BY 1;
