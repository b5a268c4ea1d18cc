-- Purpose: audit of what matching runs write thousands of rows at a time. The candidates of a proposal stand in the
--          proposal; the audit keeps their SHA-256.
-- Callers: migration reconciliation 0009.
-- Locks:   SHARE ROW EXCLUSIVE on each table, briefly.
SELECT audit_table('mapping_proposals', p_digested => '{candidates}');
SELECT audit_table('mapping_runs');
SELECT audit_table('rejected_pairs');
-- reverse:
SELECT audit_table('rejected_pairs', p_events => '{}');
SELECT audit_table('mapping_runs', p_events => '{}');
SELECT audit_table('mapping_proposals', p_events => '{}');
