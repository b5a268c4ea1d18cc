-- Purpose: the tables that take one run's findings until they are written.
-- Inputs:  none.
-- Callers: reconciliation.mapping.writing, first step.
-- Locks:   none; the tables are this transaction's own.
DROP TABLE IF EXISTS found_mappings, found_groups, found_proposals;
CREATE TEMPORARY TABLE found_mappings (
    -- of the mapping to be made
    id uuid NOT NULL,
    bank_transaction_id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    confidence numeric(3, 2) NOT NULL,
    difference numeric(15, 2) NOT NULL,
    reason text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE found_groups (
    parent_id uuid NOT NULL,
    part_id uuid NOT NULL,
    made text NOT NULL,
    -- of the ledger transaction to be made: its id, the bank line it looks like, and its signed amount
    new_id uuid NOT NULL,
    bank_transaction_id uuid NOT NULL,
    signed_amount numeric(15, 2) NOT NULL,
    description text NOT NULL
) ON COMMIT DROP;
CREATE TEMPORARY TABLE found_proposals (
    bank_transaction_id uuid NOT NULL,
    group_id uuid NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    probability numeric(5, 4),
    margin numeric(5, 4),
    is_exact boolean NOT NULL,
    candidates jsonb NOT NULL
) ON COMMIT DROP;
