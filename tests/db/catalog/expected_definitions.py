"""Constraints, indexes, functions and triggers, by hand from the schema document and the decisions on it.

Conditions are written as a person would; the tests let PostgreSQL bring them into its own spelling before they
compare. Names are the document's wherever it has one.
"""

from __future__ import annotations

from tests.db.catalog import expected_reporting, expected_suspicion

BANK = "bank_id IN ('rbc', 'td', 'bmo', 'cibc', 'aggregation')"
DIRECTION = "transaction_type IN ('debit', 'credit')"

# table → constraint → condition. NULL passes every CHECK, so "IS NULL OR" is not written.
CHECKS = {
    "bank_connections": {
        "bank_connections_bank_id_check": BANK,
        "bank_connections_connection_type_check": "connection_type IN ('oauth', 'aggregation', 'scraping', 'api')",
        "bank_connections_status_check": (
            "connection_status IN ('active', 'expired', 'disabled', 'error', 'maintenance')"
        ),
    },
    "bank_sync_logs": {
        "bank_sync_logs_sync_type_check": (
            "sync_type IN ('initial', 'scheduled', 'manual', 'webhook', 'real_time', 'fallback')"
        ),
        "bank_sync_logs_sync_operation_check": (
            "sync_operation IN ('accounts', 'transactions', 'balance', 'full', 'connection_test')"
        ),
        "bank_sync_logs_sync_status_check": (
            "sync_status IN ('started', 'in_progress', 'completed', 'failed', 'partial', 'timeout')"
        ),
    },
    "bank_transactions": {
        "bank_transactions_bank_id_check": BANK,
        "bank_transactions_type_check": DIRECTION,
        "bank_transactions_processing_status_check": (
            "processing_status IN ('imported', 'processed', 'mapped', 'error', 'duplicate')"
        ),
        "bank_transactions_amount_check": "amount >= 0",  # decision: an amount is a magnitude
    },
    "transaction_mappings": {
        "transaction_mappings_mapping_type_check": (
            "mapping_type IN ('automatic', 'manual', 'corrected', 'system_generated')"
        ),
        "transaction_mappings_reconciliation_status_check": (
            "reconciliation_status IN ('matched', 'discrepancy', 'unmatched', 'disputed')"
        ),
        "transaction_mappings_confidence_range": (
            "mapping_confidence IS NULL OR (mapping_confidence >= 0 AND mapping_confidence <= 1)"
        ),
    },
    "balance_sync_history": {
        "balance_sync_history_sync_type_check": (
            "sync_type IN ('scheduled', 'real_time', 'manual', 'webhook', 'initial')"
        ),
        "balance_sync_history_sync_status_check": (
            "sync_status IN ('synchronized', 'conflict_resolved', 'manual_review', 'error')"
        ),
        "balance_sync_history_resolution_method_check": (
            "resolution_method IN ('accept_bank', 'keep_dway', 'manual_adjustment', 'transaction_resync')"
        ),
        "balance_sync_history_two_people_check": (  # decision: two people
            "NOT (approved_by = reviewed_by AND approved_by IS NOT NULL AND reviewed_by IS NOT NULL)"
        ),
    },
    "bank_webhooks": {
        "bank_webhooks_bank_id_check": BANK,  # decision: aggregators send webhooks too
        "bank_webhooks_status_check": "webhook_status IN ('active', 'inactive', 'failed', 'pending', 'expired')",
    },
    "compliance_reports": {
        "compliance_reports_type_check": (
            "report_type IN ('FINTRAC_LCTR', 'FINTRAC_STR', 'OSFI_RISK', 'PRIVACY_AUDIT', 'PCI_DSS')"
        ),
        "compliance_reports_status_check": (
            "report_status IN ('draft', 'submitted', 'accepted', 'rejected', 'under_review')"
        ),
        "compliance_reports_compliance_status_check": (
            "compliance_status IN ('pending', 'compliant', 'overdue', 'exempt', 'non_compliant')"
        ),
    },
    "integration_errors": {
        "integration_errors_type_check": (
            "error_type IN ('authentication', 'network', 'rate_limit', 'server_error', 'validation', 'timeout')"
        ),
        "integration_errors_severity_check": "error_severity IN ('low', 'medium', 'high', 'critical')",
        "integration_errors_resolution_status_check": (
            "resolution_status IN ('new', 'in_progress', 'resolved', 'ignored', 'escalated')"
        ),
        "integration_errors_business_impact_check": (
            "business_impact IN ('none', 'low', 'medium', 'high', 'critical')"
        ),
    },
    # beyond the document
    "users": {"users_language_check": "language IN ('en-ca', 'fr-ca')"},
    "transactions": {"transactions_amount_check": "amount >= 0", "transactions_type_check": DIRECTION},
    "system_logs": {"system_logs_level_check": "level IN ('DEBUG', 'INFO', 'WARNING', 'ERROR')"},
    "notifications": {
        "notifications_kind_check": "kind ~ '^[a-z][a-z_]*$'",
        "notifications_url_check": r"url ~ '^/[^/\\]'",
    },
    "notification_settings": {
        "notification_settings_mail_mode_check": "mail_mode IN ('at_once', 'daily', 'never')",
        "notification_settings_hours_check": (
            "digest_hour >= 0 AND digest_hour <= 23 AND (quiet_from IS NULL AND quiet_until IS NULL OR quiet_from >= 0 "
            "AND quiet_from IS NOT NULL AND quiet_from <= 23 AND quiet_until >= 0 AND quiet_until IS NOT NULL AND "
            "quiet_until <= 23)"
        ),
    },
    "saved_filters": {
        "saved_filters_page_check": "page ~ '^/admin/([a-z0-9_-]+/)+$'",
        "saved_filters_name_check": r"name ~ '\S'",
        "saved_filters_query_check": "NOT query ~ '[^!$-;=@-Z_a-z~]'",
    },
    "audit_events": {"audit_events_action_check": "action IN ('INSERT', 'UPDATE', 'DELETE')"},
    "read_events": {"read_events_what_check": "what IN ('list', 'page', 'history', 'export')"},
    "audit_events_archive": {"audit_events_action_check": "action IN ('INSERT', 'UPDATE', 'DELETE')"},
    "audit_seals": {
        "audit_seals_event_hashes_check": (
            "octet_length(event_hashes) = 32 * cardinality(event_ids) AND cardinality(event_ids) > 0"
        ),
        "audit_seals_hash_check": "octet_length(hash) = 32 AND octet_length(previous_hash) = 32",
    },
    "linked_accounts": {
        "linked_accounts_bank_id_check": BANK,
        "linked_accounts_identifier_kind_check": (
            "identifier_kind IN ('account_number', 'card_number', 'masked_card', 'unnamed')"
        ),
    },
    "bank_transaction_duplicates": {
        "bank_transaction_duplicates_two_rows_check": "NOT (bank_transaction_id = duplicate_of_id)",
    },
    "statement_profiles": {
        "statement_profiles_name_check": r"name ~ '\S'",
        "statement_profiles_columns_check": "jsonb_typeof(columns) = 'array'",
        "statement_profiles_version_check": "version >= 1",
        "statement_profiles_delimiter_check": "delimiter IN (',', ';', E'\t', '|')",
        "statement_profiles_currency_check": "currency ~ '^[A-Z]{3}$'",
        "statement_profiles_date_order_check": "date_order IN ('ymd', 'mdy', 'dmy', 'yyyymmdd')",
        "statement_profiles_sign_rule_check": (
            "sign_rule IN ('out_is_negative', 'out_is_positive', 'two_columns', 'word_beside')"
        ),
        "statement_profiles_account_kind_check": (
            "account_kind IN ('unknown', 'chequing', 'savings', 'deposit', 'credit_card', 'line_of_credit')"
        ),
        "statement_profiles_bank_id_check": BANK,
    },
    "statement_files": {
        "statement_files_bank_id_check": BANK,
        "statement_files_status_check": "file_status IN ('received', 'imported', 'partial', 'refused')",
        "statement_files_sha256_check": "sha256 ~ '^[0-9a-f]{64}$'",
    },
    "bank_statements": {
        "bank_statements_counts_check": (
            "transactions_seen = ((transactions_imported + transactions_duplicates) + transactions_rejected)"
        ),
        "bank_statements_changed_check": "transactions_changed <= transactions_duplicates",
    },
    "bank_account_syncs": {
        "bank_account_syncs_counts_check": (
            "transactions_seen = transactions_imported + transactions_duplicates + transactions_rejected"
        ),
    },
    "connection_sync_states": {
        "connection_sync_states_consent_check": (
            "consent_status IN ('unknown', 'awaiting', 'active', 'expiring', 'expired', 'revoked')"
        ),
    },
    "pending_transactions": {
        "pending_transactions_amount_check": "amount >= 0",
        "pending_transactions_type_check": DIRECTION,
        "pending_transactions_status_check": (
            "pending_status IN ('pending', 'posted', 'changed', 'vanished', 'expired')"
        ),
        "pending_transactions_linked_by_check": "linked_by IN ('', 'bank', 'same_id', 'amount', 'text')",
        "pending_transactions_ended_check": (
            "(ended_at IS NULL AND pending_status = 'pending') OR "
            "(NOT pending_status = 'pending' AND ended_at IS NOT NULL)"
        ),
        "pending_transactions_link_check": (
            "pending_status IN ('posted', 'changed') OR (linked_by = '' AND posted_as IS NULL)"
        ),
    },
    "sync_requests": {
        "sync_requests_attempts_check": "attempts >= 0",
        "sync_requests_reason_check": (
            "reason IN ('initial', 'scheduled', 'manual', 'webhook', 'resync', 'retry', 'probe')"
        ),
        "sync_requests_status_check": "request_status IN ('queued', 'running', 'completed', 'failed', 'cancelled')",
        "sync_requests_ended_check": (
            "(ended_at IS NOT NULL AND request_status IN ('completed', 'failed', 'cancelled')) OR "
            "(NOT request_status IN ('completed', 'failed', 'cancelled') AND ended_at IS NULL)"
        ),
        "sync_requests_window_check": (
            "(window_end IS NULL AND window_start IS NULL) OR (window_end >= window_start AND window_start IS NOT NULL)"
        ),
    },
    "webhook_deliveries": {
        "webhook_deliveries_verdict_check": (
            "verdict IN ('accepted', 'unverified', 'duplicate', 'bad_signature', 'stale', 'oversized', 'inactive', "
            "'too_many')"
        ),
        "webhook_deliveries_accepted_check": (
            "(NOT verdict = 'accepted') OR (body IS NOT NULL AND event_id IS NOT NULL)"
        ),
        "webhook_deliveries_refused_check": (
            "verdict = 'accepted' OR (processed_at IS NULL AND verdict = 'unverified') OR "
            "(body IS NULL AND processed_at IS NULL)"
        ),
    },
    "withdrawn_transactions": {
        "withdrawn_transactions_kind_check": "withdrawal_kind IN ('removed', 'absent')",
    },
    "mapping_proposals": {
        "mapping_proposals_status_check": "proposal_status IN ('open', 'disputed', 'decided', 'withdrawn')",
        "mapping_proposals_outcome_check": (
            "outcome IN ('matched', 'discrepancy', 'batch', 'ambiguous', 'offset', 'unmatched')"
        ),
        "mapping_proposals_type_check": DIRECTION,
        "mapping_proposals_amount_check": "amount >= 0",
        "mapping_proposals_probability_check": (
            "(probability >= 0 AND probability <= 1 AND margin >= 0 AND margin <= 1) OR probability IS NULL"
        ),
        "mapping_proposals_claim_check": (
            "(claimed_at IS NULL AND claimed_by IS NULL) OR (claimed_at IS NOT NULL AND claimed_by IS NOT NULL)"
        ),
    },
    "mapping_decisions": {
        "mapping_decisions_decision_check": (
            "decision IN ('approve', 'choose', 'create', 'offset', 'correct', 'dispute', 'unmap', 'reject', 'undo')"
        ),
        "mapping_decisions_undo_check": (
            "(decision = 'undo' AND undoes IS NOT NULL) OR (NOT (decision = 'undo') AND undoes IS NULL)"
        ),
    },
    "transaction_parts": {
        "transaction_parts_made_check": "made IN ('parent', 'parts')",
        "transaction_parts_self_check": "NOT (parent_id = part_id)",
    },
    "counterparty_aliases": {"counterparty_aliases_confirmations_check": "confirmations >= 0"},
    "bank_balances": {"bank_balances_kind_check": "kind IN ('posted', 'available')"},
    "balance_conflicts": {
        "balance_conflicts_status_check": (
            "conflict_status IN ('open', 'proposed', 'resyncing', 'resolved', 'healed')"
        ),
        "balance_conflicts_cause_check": (
            "cause IN ('', 'missing', 'only_ledger', 'doubled', 'merged', 'flipped', 'fee', 'difference', "
            "'batch', 'not_fetched', 'several')"
        ),
        "balance_conflicts_claim_check": (
            "(claimed_at IS NULL AND claimed_by IS NULL) OR (claimed_at IS NOT NULL AND claimed_by IS NOT NULL)"
        ),
        "balance_conflicts_closed_check": (
            "(conflict_status IN ('open', 'proposed', 'resyncing') AND closed_at IS NULL) OR (NOT "
            "(conflict_status IN ('open', 'proposed', 'resyncing')) AND closed_at IS NOT NULL AND NOT "
            "(closed_reason = ''))"
        ),
    },
    "balance_resolutions": {
        "balance_resolutions_method_check": (
            "method IN ('accept_bank', 'keep_dway', 'manual_adjustment', 'transaction_resync')"
        ),
        "balance_resolutions_two_people_check": (
            "NOT (resolution_status IN ('approved', 'rejected')) OR NOT (decided_by = proposed_by AND "
            "decided_by IS NOT NULL) OR is_one_person"
        ),
        "balance_resolutions_decided_check": (
            "(decided_at IS NULL AND decided_by IS NULL AND resolution_status = 'proposed') OR "
            "(resolution_status IN ('approved', 'rejected') AND decided_at IS NOT NULL AND decided_by IS "
            "NOT NULL) OR (decided_at IS NOT NULL AND resolution_status = 'withdrawn')"
        ),
        "balance_resolutions_amount_check": (
            "(method IN ('accept_bank', 'manual_adjustment') AND amount IS NOT NULL AND NOT (amount = 0 AND "
            "amount IS NOT NULL)) OR (NOT (method IN ('accept_bank', 'manual_adjustment')) AND amount IS "
            "NULL)"
        ),
        "balance_resolutions_adjustment_check": (
            "(method IN ('accept_bank', 'manual_adjustment') AND adjustment_id IS NOT NULL AND "
            "resolution_status = 'approved') OR (adjustment_id IS NULL AND NOT (method IN ('accept_bank', "
            "'manual_adjustment') AND resolution_status = 'approved'))"
        ),
        "balance_resolutions_window_check": (
            "(method = 'transaction_resync' AND window_start <= window_end) OR (NOT (method = "
            "'transaction_resync') AND window_end IS NULL AND window_start IS NULL)"
        ),
        "balance_resolutions_reason_check": (
            "NOT (reason = '') AND (NOT (resolution_status = 'rejected') OR NOT (decision_reason = ''))"
        ),
    },
    "mapping_policies": {
        "mapping_policies_days_check": "create_after_days >= 1 AND create_after_days <= 365",
    },
}
# same columns, same rules, same names
CHECKS["bank_transactions_archive"] = CHECKS["bank_transactions"]

# table → foreign key → (column, table it points to, what happens here when that row is deleted)
FOREIGN_KEYS = {
    "bank_connections": {"bank_connections_user_id_fkey": ("user_id", "users", "CASCADE")},
    "bank_sync_logs": {
        "bank_sync_logs_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE"),
        "bank_sync_logs_user_id_fkey": ("user_id", "users", "CASCADE"),
    },
    "bank_transactions": {
        "bank_transactions_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE"),
        "bank_transactions_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "bank_transactions_mapped_transaction_id_fkey": ("mapped_transaction_id", "transactions", "SET NULL"),
    },
    "transaction_mappings": {
        "transaction_mappings_transaction_id_fkey": ("transaction_id", "transactions", "CASCADE"),
        # decision: to the keys, so that a mapping outlives the archiving of its bank transaction
        "transaction_mappings_bank_transaction_id_fkey": ("bank_transaction_id", "bank_transaction_keys", "CASCADE"),
        "transaction_mappings_reviewed_by_fkey": ("reviewed_by", "users", "NO ACTION"),
    },
    "balance_sync_history": {
        "balance_sync_history_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "balance_sync_history_connection_id_fkey": ("connection_id", "bank_connections", "SET NULL"),
        "balance_sync_history_reviewed_by_fkey": ("reviewed_by", "users", "NO ACTION"),
        "balance_sync_history_approved_by_fkey": ("approved_by", "users", "NO ACTION"),
    },
    "bank_webhooks": {"bank_webhooks_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE")},
    "compliance_reports": {
        "compliance_reports_user_id_fkey": ("user_id", "users", "CASCADE"),
        "compliance_reports_submitted_by_fkey": ("submitted_by", "users", "NO ACTION"),
    },
    "integration_errors": {
        "integration_errors_connection_id_fkey": ("connection_id", "bank_connections", "SET NULL"),
        "integration_errors_user_id_fkey": ("user_id", "users", "SET NULL"),
        "integration_errors_resolved_by_fkey": ("resolved_by", "users", "NO ACTION"),
    },
    # beyond the document
    "accounts": {"accounts_user_id_fkey": ("user_id", "users", "CASCADE")},
    "transactions": {"transactions_account_id_fkey": ("account_id", "accounts", "CASCADE")},
    "linked_accounts": {
        "linked_accounts_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE"),
        "linked_accounts_account_id_fkey": ("account_id", "accounts", "CASCADE"),
    },
    "bank_transaction_versions": {
        "bank_transaction_versions_bank_transaction_id_fkey": (
            "bank_transaction_id",
            "bank_transaction_keys",
            "CASCADE",
        ),
    },
    "bank_transaction_duplicates": {
        "bank_transaction_duplicates_bank_transaction_id_fkey": (
            "bank_transaction_id",
            "bank_transaction_keys",
            "CASCADE",
        ),
        "bank_transaction_duplicates_duplicate_of_id_fkey": ("duplicate_of_id", "bank_transaction_keys", "CASCADE"),
    },
    "bank_transactions_archive": {
        "bank_transactions_archive_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE"),
        "bank_transactions_archive_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "bank_transactions_archive_mapped_transaction_id_fkey": ("mapped_transaction_id", "transactions", "SET NULL"),
    },
    "statement_profiles": {
        "statement_profiles_owner_id_fkey": ("owner_id", "users", "CASCADE"),
        "statement_profiles_account_id_fkey": ("account_id", "accounts", "CASCADE"),
    },
    "statement_files": {"statement_files_owner_id_fkey": ("owner_id", "users", "CASCADE")},
    "bank_statements": {
        "bank_statements_file_id_fkey": ("file_id", "statement_files", "CASCADE"),
        "bank_statements_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "bank_statements_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE"),
    },
    "mapping_runs": {
        "mapping_runs_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "mapping_runs_created_by_fkey": ("created_by", "users", "NO ACTION"),
    },
    # to the keys, as the mappings
    "bank_account_syncs": {
        "bank_account_syncs_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "bank_account_syncs_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE"),
    },
    "connect_attempts": {
        "connect_attempts_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE"),
        "connect_attempts_user_id_fkey": ("user_id", "users", "CASCADE"),
    },
    "connection_sync_states": {
        "connection_sync_states_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE"),
    },
    "pending_transactions": {
        "pending_transactions_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "pending_transactions_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE"),
        "pending_transactions_posted_as_fkey": ("posted_as", "bank_transaction_keys", "SET NULL"),
    },
    "sync_requests": {
        "sync_requests_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "sync_requests_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE"),
    },
    "webhook_deliveries": {
        "webhook_deliveries_sync_request_id_fkey": ("sync_request_id", "sync_requests", "SET NULL"),
        "webhook_deliveries_webhook_id_fkey": ("webhook_id", "bank_webhooks", "CASCADE"),
    },
    "withdrawn_transactions": {
        "withdrawn_transactions_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "withdrawn_transactions_bank_transaction_id_fkey": ("bank_transaction_id", "bank_transaction_keys", "CASCADE"),
        "withdrawn_transactions_connection_id_fkey": ("connection_id", "bank_connections", "CASCADE"),
    },
    "mapping_proposals": {
        "mapping_proposals_bank_transaction_id_fkey": ("bank_transaction_id", "bank_transaction_keys", "CASCADE"),
        "mapping_proposals_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "mapping_proposals_run_id_fkey": ("run_id", "mapping_runs", "SET NULL"),
        "mapping_proposals_claimed_by_fkey": ("claimed_by", "users", "NO ACTION"),
    },
    "mapping_decisions": {
        "mapping_decisions_bank_transaction_id_fkey": ("bank_transaction_id", "bank_transaction_keys", "CASCADE"),
        "mapping_decisions_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "mapping_decisions_undoes_fkey": ("undoes", "mapping_decisions", "NO ACTION"),
        "mapping_decisions_decided_by_fkey": ("decided_by", "users", "NO ACTION"),
    },
    "transaction_parts": {
        "transaction_parts_parent_id_fkey": ("parent_id", "transactions", "CASCADE"),
        "transaction_parts_part_id_fkey": ("part_id", "transactions", "CASCADE"),
    },
    "counterparty_aliases": {"counterparty_aliases_account_id_fkey": ("account_id", "accounts", "CASCADE")},
    "rejected_pairs": {
        "rejected_pairs_bank_transaction_id_fkey": ("bank_transaction_id", "bank_transaction_keys", "CASCADE"),
        "rejected_pairs_transaction_id_fkey": ("transaction_id", "transactions", "CASCADE"),
        "rejected_pairs_rejected_by_fkey": ("rejected_by", "users", "NO ACTION"),
    },
    "mapping_policies": {"mapping_policies_account_id_fkey": ("account_id", "accounts", "CASCADE")},
    "notifications": {"notifications_recipient_id_fkey": ("recipient_id", "users", "CASCADE")},
    "saved_filters": {
        "saved_filters_owner_id_fkey": ("owner_id", "users", "CASCADE"),
        "saved_filters_shared_with_id_fkey": ("shared_with_id", "auth_group", "SET NULL"),
    },
    "notification_settings": {"notification_settings_person_id_fkey": ("person_id", "users", "CASCADE")},
    "bank_balances": {
        "bank_balances_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "bank_balances_connection_id_fkey": ("connection_id", "bank_connections", "SET NULL"),
    },
    "balance_conflicts": {
        "balance_conflicts_account_id_fkey": ("account_id", "accounts", "CASCADE"),
        "balance_conflicts_connection_id_fkey": ("connection_id", "bank_connections", "SET NULL"),
        "balance_conflicts_claimed_by_fkey": ("claimed_by", "users", "NO ACTION"),
    },
    "balance_resolutions": {
        "balance_resolutions_conflict_id_fkey": ("conflict_id", "balance_conflicts", "CASCADE"),
        "balance_resolutions_proposed_by_fkey": ("proposed_by", "users", "NO ACTION"),
        "balance_resolutions_decided_by_fkey": ("decided_by", "users", "NO ACTION"),
        "balance_resolutions_adjustment_id_fkey": ("adjustment_id", "transactions", "CASCADE"),
    },
    # the framework's own tables between people, groups and permissions; its keys wait for the commit
    "users_groups": {
        "users_groups_user_id_f500bee5_fk_users_id": ("user_id", "users", "NO ACTION"),
        "users_groups_group_id_2f3517aa_fk_auth_group_id": ("group_id", "auth_group", "NO ACTION"),
    },
    "users_user_permissions": {
        "users_user_permissions_user_id_92473840_fk_users_id": ("user_id", "users", "NO ACTION"),
        "users_user_permissio_permission_id_6d08dcd2_fk_auth_perm": ("permission_id", "auth_permission", "NO ACTION"),
    },
}
DEFERRED = {"users_groups", "users_user_permissions"}

# table → unique index (partial ones with WHERE)
UNIQUE = {
    "audit_seals": {"idx_audit_seals_position": "(month, position)"},
    "bank_connections": {
        "idx_bank_connections_active_user_bank": (
            "(user_id, bank_id) WHERE connection_status = 'active' AND deleted_at IS NULL"
        ),
    },
    # decision: the document's index on bank_transactions, on the table that holds the keys
    "bank_transaction_keys": {
        "idx_bank_transactions_unique": "(bank_id, external_account_id, external_transaction_id)",
    },
    "transaction_mappings": {
        "idx_transaction_mappings_transaction_id": "(transaction_id)",
        "idx_transaction_mappings_bank_transaction_id": "(bank_transaction_id)",
    },
    "bank_webhooks": {"idx_bank_webhooks_connection_id": "(connection_id)"},
    # beyond the document
    "users": {"users_email_key": "(email)"},
    "users_groups": {"users_groups_user_id_group_id_fc7788e8_uniq": "(user_id, group_id)"},
    "users_user_permissions": {
        "users_user_permissions_user_id_permission_id_3b86cbdf_uniq": "(user_id, permission_id)",
    },
    "linked_accounts": {
        "linked_accounts_connection_account_key": "(connection_id, account_key, currency, account_id)",
        "linked_accounts_bank_account_key": (
            "(bank_id, account_key, currency) WHERE identifier_kind = 'account_number'"
        ),
    },
    "bank_transaction_duplicates": {
        "bank_transaction_duplicates_bank_transaction_id_key": "(bank_transaction_id)",
        "bank_transaction_duplicates_source_key": "(duplicate_of_id, source)",
    },
    "statement_profiles": {
        "statement_profiles_owner_name_version_key": "(owner_id, name, version)",
        "idx_statement_profiles_one_current": "(owner_id, name) WHERE is_current",
    },
    "statement_files": {"statement_files_owner_sha256_key": "(owner_id, sha256)"},
    "bank_statements": {"bank_statements_file_account_key": "(file_id, account_id)"},
    "bank_account_syncs": {
        "idx_bank_account_syncs_once": "(sync_log_id, account_id)",
    },
    "connect_attempts": {
        "idx_connect_attempts_state": "(state_sha256)",
    },
    "connection_sync_states": {
        "idx_connection_sync_states_connection": "(connection_id)",
    },
    "pending_transactions": {
        "idx_pending_transactions_unique": "(connection_id, external_account_id, external_transaction_id)",
    },
    "sync_requests": {
        "idx_sync_requests_one_waiting": (
            "(connection_id, account_id, window_start, window_end) NULLS NOT DISTINCT WHERE request_status = 'queued'"
        ),
    },
    "webhook_deliveries": {
        "idx_webhook_deliveries_event_once": "(webhook_id, event_id) WHERE verdict = 'accepted'",
    },
    "withdrawn_transactions": {
        "idx_withdrawn_transactions_one_open": "(bank_transaction_id) WHERE returned_at IS NULL",
    },
    "mapping_proposals": {
        "idx_mapping_proposals_one_waiting": "(bank_transaction_id) WHERE proposal_status IN ('open', 'disputed')",
    },
    "mapping_decisions": {"idx_mapping_decisions_undone_once": "(undoes)"},
    "transaction_parts": {"idx_transaction_parts_part": "(part_id)"},
    "counterparty_aliases": {"idx_counterparty_aliases_unique": "(account_id, bank_text, counterparty)"},
    "rejected_pairs": {"idx_rejected_pairs_unique": "(bank_transaction_id, transaction_id)"},
    "mapping_policies": {"idx_mapping_policies_account": "(account_id)"},
    "notifications": {"idx_notifications_unique": "(recipient_id, dedupe_key)"},
    "notification_settings": {"idx_notification_settings_person": "(person_id)"},
    "saved_filters": {
        "idx_saved_filters_unique": "(owner_id, page, name)",
        "idx_saved_filters_default": "(owner_id, page) WHERE is_default",
    },
    "bank_balances": {"bank_balances_account_kind_as_of_key": "(account_id, kind, as_of)"},
    "balance_conflicts": {
        "idx_balance_conflicts_one_open": "(account_id) WHERE conflict_status IN ('open', 'proposed', 'resyncing')",
    },
    "balance_resolutions": {
        "idx_balance_resolutions_one_waits": "(conflict_id) WHERE resolution_status = 'proposed'",
        "idx_balance_resolutions_one_ends_it": (
            "(conflict_id) WHERE resolution_status = 'approved' AND NOT (method = 'transaction_resync')"
        ),
        "balance_resolutions_adjustment_key": "(adjustment_id)",
    },
}

# table → index → what follows USING btree, or the whole with another method
INDEXES = {
    "bank_connections": {
        "idx_bank_connections_user_id": "(user_id)",
        "idx_bank_connections_bank_id": "(bank_id)",
        "idx_bank_connections_status": "(connection_status)",
        "idx_bank_connections_expires": "(token_expires_at) WHERE token_expires_at IS NOT NULL",
    },
    "bank_sync_logs": {
        "idx_bank_sync_logs_connection_id": "(connection_id)",
        "idx_bank_sync_logs_user_id": "(user_id)",
        "idx_bank_sync_logs_status": "(sync_status)",
        "idx_bank_sync_logs_started_at": "(started_at)",
        "idx_bank_sync_logs_type_operation": "(sync_type, sync_operation)",
        "idx_bank_sync_logs_user_recent": "(user_id, started_at DESC) WHERE sync_status = 'completed'",
    },
    "bank_transactions": {
        "idx_bank_transactions_account_id": "(account_id)",
        "idx_bank_transactions_connection_id": "(connection_id)",
        "idx_bank_transactions_transaction_date": "(transaction_date)",
        "idx_bank_transactions_processing_status": "(processing_status)",
        "idx_bank_transactions_mapped": "(mapped_transaction_id) WHERE mapped_transaction_id IS NOT NULL",
        # by decision with the smaller operator class
        "idx_bank_transactions_raw_data_gin": "USING gin (raw_data jsonb_path_ops)",
        "idx_bank_transactions_normalized_gin": "USING gin (normalized_data jsonb_path_ops)",
    },
    "transaction_mappings": {
        "idx_transaction_mappings_reconciliation_status": "(reconciliation_status)",
        "idx_transaction_mappings_mapping_type": "(mapping_type)",
        "idx_transaction_mappings_reviewed_by": "(reviewed_by) WHERE reviewed_by IS NOT NULL",
    },
    "balance_sync_history": {
        "idx_balance_sync_history_account_id": "(account_id)",
        "idx_balance_sync_history_sync_timestamp": "(sync_timestamp)",
        "idx_balance_sync_history_conflict": "(conflict_detected) WHERE conflict_detected",
        "idx_balance_sync_history_review": "(requires_manual_review) WHERE requires_manual_review",
        "idx_balance_sync_history_recent": "(account_id, sync_timestamp DESC)",
        "idx_balance_sync_history_resolution": (
            "(conflict_resolution_id, sync_timestamp DESC) WHERE conflict_resolution_id IS NOT NULL"
        ),
    },
    "bank_webhooks": {
        "idx_bank_webhooks_bank_id": "(bank_id)",
        "idx_bank_webhooks_status": "(webhook_status)",
        "idx_bank_webhooks_expires_at": "(expires_at) WHERE expires_at IS NOT NULL",
    },
    "compliance_reports": {
        "idx_compliance_reports_user_id": "(user_id)",
        "idx_compliance_reports_type": "(report_type)",
        "idx_compliance_reports_status": "(report_status)",
        "idx_compliance_reports_due_date": "(due_date)",
        "idx_compliance_reports_period": "(report_period_start, report_period_end)",
        "idx_compliance_reports_overdue": "(due_date) WHERE compliance_status = 'overdue'",
    },
    "integration_errors": {
        "idx_integration_errors_connection_id": "(connection_id)",
        "idx_integration_errors_user_id": "(user_id)",
        "idx_integration_errors_occurred_at": "(occurred_at)",
        "idx_integration_errors_resolution_status": "(resolution_status)",
        "idx_integration_errors_error_type": "(error_type)",
        "idx_integration_errors_severity": "(error_severity)",
        "idx_integration_errors_bank_id": "(bank_id)",
        "idx_integration_errors_triage": (
            "((CASE WHEN error_severity = 'critical' THEN 0 WHEN error_severity = 'high' THEN 1 "
            "WHEN error_severity = 'medium' THEN 2 WHEN error_severity = 'low' THEN 3 ELSE NULL END), occurred_at, id) "
            "WHERE resolution_status IN ('new', 'in_progress', 'escalated')"
        ),
        "idx_integration_errors_unresolved": (
            "(error_severity, occurred_at) WHERE resolution_status IN ('new', 'in_progress')"
        ),
        "idx_integration_errors_retry": (
            "(next_retry_at) WHERE next_retry_at IS NOT NULL AND resolution_status = 'new'"
        ),
    },
    "accounts": {
        "idx_accounts_external_bank": "(external_bank_name) WHERE external_bank_name IS NOT NULL",
        "idx_accounts_external_id": "(external_account_id) WHERE external_account_id IS NOT NULL",
        "idx_accounts_sync_enabled": "(sync_enabled) WHERE sync_enabled",
        "idx_accounts_user_id": "(user_id)",  # beyond the document
    },
    "transactions": {
        "idx_transactions_external_id": "(external_transaction_id) WHERE external_transaction_id IS NOT NULL",
        "idx_transactions_import_source": "(import_source)",
        "idx_transactions_metadata_gin": ("USING gin (transaction_metadata) WHERE transaction_metadata IS NOT NULL"),
        "idx_transactions_account_date": "(account_id, transaction_date)",  # beyond the document
    },
    # beyond the document
    "system_config": {"system_config_key_a87681b1_like": "(key varchar_pattern_ops)"},
    "system_logs": {"idx_system_logs_created_at": "(created_at DESC)"},
    "saved_filters": {"idx_saved_filters_shared": "(page, shared_with_id) WHERE shared_with_id IS NOT NULL"},
    "notifications": {
        "idx_notifications_recipient": "(recipient_id, created_at DESC)",
        "idx_notifications_unread": "(recipient_id, created_at) WHERE read_at IS NULL",
    },
    "audit_events": {
        "idx_audit_events_row": "(table_name, row_id, id)",
        "idx_audit_events_actor": "(actor_id, id) WHERE actor_id IS NOT NULL",
        "idx_audit_events_occurred_at": "(occurred_at)",
        "idx_audit_events_txid": "(txid)",
        "idx_audit_events_decisions": (
            "(id) WHERE changed_columns && '{decided_by}' OR action = 'UPDATE' "
            "AND changed_columns && '{approved_by,reviewed_by,resolved_by,submitted_by}'"
        ),
    },
    "read_events": {
        "idx_read_events_rows": "USING gin (row_ids)",
        "idx_read_events_reader": "(reader_id, id) WHERE reader_id IS NOT NULL",
        "idx_read_events_table": "(table_name, read_at)",
        "idx_read_events_read_at": "(read_at)",
    },
    "audit_events_archive": {"idx_audit_events_archive_row": "(table_name, row_id, id)"},
    "linked_accounts": {"idx_linked_accounts_account_id": "(account_id)"},
    "bank_transaction_versions": {"idx_bank_transaction_versions_row": "(bank_transaction_id, replaced_at)"},
    "bank_transactions_archive": {
        "bank_transactions_archive_account_id_idx": "(account_id)",
        "bank_transactions_archive_connection_id_idx": "(connection_id)",
        "bank_transactions_archive_transaction_date_idx": "(transaction_date)",
        "bank_transactions_archive_processing_status_idx": "(processing_status)",
        "bank_transactions_archive_mapped_transaction_id_idx": (
            "(mapped_transaction_id) WHERE mapped_transaction_id IS NOT NULL"
        ),
        "bank_transactions_archive_raw_data_idx": "USING gin (raw_data jsonb_path_ops)",
        "bank_transactions_archive_normalized_data_idx": "USING gin (normalized_data jsonb_path_ops)",
    },
    "bank_transaction_keys": {
        "idx_bank_transaction_keys_reused": ("(bank_id, external_account_id) WHERE external_transaction_id LIKE '%~%'"),
    },
    "statement_profiles": {"idx_statement_profiles_account": "(account_id)"},
    "statement_files": {
        "idx_statement_files_created_at": "(created_at DESC)",
        "idx_statement_files_received": "(created_at) WHERE file_status = 'received'",
        "idx_statement_files_problems": "(created_at DESC) WHERE NOT (file_status = 'imported')",
    },
    "bank_statements": {
        "idx_bank_statements_account_period": "(account_id, period_end)",
        "idx_bank_statements_connection_id": "(connection_id)",
    },
    "mapping_runs": {
        "idx_mapping_runs_recent": "(created_at DESC)",
        "idx_mapping_runs_account": "(account_id, created_at DESC)",
    },
    "bank_account_syncs": {
        "idx_bank_account_syncs_account": "(account_id, created_at DESC)",
        "idx_bank_account_syncs_connection_id": "(connection_id)",
    },
    "connect_attempts": {
        "idx_connect_attempts_open": "(expires_at) WHERE used_at IS NULL",
    },
    "connection_sync_states": {
        "idx_connection_sync_states_next": "(next_sync_at)",
    },
    "pending_transactions": {
        "idx_pending_transactions_posted": "(posted_as) WHERE posted_as IS NOT NULL",
        "idx_pending_transactions_open": "(account_id, transaction_date DESC) WHERE pending_status = 'pending'",
        "idx_pending_transactions_account": "(account_id, first_seen_at DESC)",
    },
    "sync_requests": {
        "idx_sync_requests_connection": "(connection_id, created_at DESC)",
        "idx_sync_requests_open": "(next_attempt_at) WHERE request_status IN ('queued', 'running')",
    },
    "webhook_deliveries": {
        "idx_webhook_deliveries_webhook": "(webhook_id, received_at DESC)",
        "idx_webhook_deliveries_received_at": "(received_at DESC)",
        "idx_webhook_deliveries_waiting": (
            "(received_at) WHERE processed_at IS NULL AND verdict IN ('accepted', 'unverified')"
        ),
    },
    "withdrawn_transactions": {
        "idx_withdrawn_transactions_account": "(account_id, noticed_at DESC)",
        "idx_withdrawn_transactions_row": "(bank_transaction_id)",
    },
    "mapping_proposals": {
        "idx_mapping_proposals_oldest": "(transaction_date, id) WHERE proposal_status = 'open'",
        "idx_mapping_proposals_largest": "(amount DESC, id) WHERE proposal_status = 'open'",
        "idx_mapping_proposals_account": "(account_id, transaction_date, id) WHERE proposal_status = 'open'",
        "idx_mapping_proposals_claimed": (
            "(claimed_by, transaction_date) WHERE claimed_by IS NOT NULL AND proposal_status = 'open'"
        ),
        "idx_mapping_proposals_disputed": "(transaction_date, id) WHERE proposal_status = 'disputed'",
        "idx_mapping_proposals_history": "(bank_transaction_id, created_at DESC)",
        "idx_mapping_proposals_group": "(group_id)",
    },
    "mapping_decisions": {
        "idx_mapping_decisions_line": "(bank_transaction_id, decided_at DESC)",
        "idx_mapping_decisions_person": "(decided_by, decided_at DESC)",
        "idx_mapping_decisions_account": "(account_id, decided_at DESC)",
        "idx_mapping_decisions_lines": "USING gin (((before -> 'statuses'::text)))",
        "idx_mapping_decisions_decided_at": "(decided_at)",
    },
    "transaction_parts": {"idx_transaction_parts_parent": "(parent_id)"},
    "balance_conflicts": {
        "idx_balance_conflicts_open": ("(opened_at, id) WHERE conflict_status IN ('open', 'proposed', 'resyncing')"),
        "idx_balance_conflicts_waiting": (
            "(conflict_status, opened_at, id) WHERE conflict_status IN ('open', 'proposed', 'resyncing')"
        ),
        "idx_balance_conflicts_closed": (
            "(closed_at DESC, id) WHERE NOT (conflict_status IN ('open', 'proposed', 'resyncing'))"
        ),
        "idx_balance_conflicts_account": "(account_id, opened_at DESC)",
        "idx_balance_conflicts_claimed": "(claimed_by) WHERE claimed_by IS NOT NULL",
    },
    "balance_resolutions": {
        "idx_balance_resolutions_conflict": "(conflict_id, proposed_at DESC)",
        "idx_balance_resolutions_decided_at": "(decided_at) WHERE decided_at IS NOT NULL",
        "idx_balance_resolutions_proposed_by": "(proposed_by)",
        "idx_balance_resolutions_request": "(sync_request_id) WHERE sync_request_id IS NOT NULL",
    },
    "rejected_pairs": {"idx_rejected_pairs_transaction": "(transaction_id)"},
    "users_groups": {
        "users_groups_group_id_2f3517aa": "(group_id)",
        "users_groups_user_id_f500bee5": "(user_id)",
    },
    "users_user_permissions": {
        "users_user_permissions_permission_id_6d08dcd2": "(permission_id)",
        "users_user_permissions_user_id_92473840": "(user_id)",
    },
}

PRIMARY_KEYS_WITH_THE_PARTITION_KEY = {
    "audit_events": "PRIMARY KEY (id, occurred_at)",
    "audit_events_archive": "PRIMARY KEY (id, occurred_at)",
    "bank_sync_logs": "PRIMARY KEY (id, started_at)",
    "bank_transactions": "PRIMARY KEY (id, transaction_date)",
    "bank_transactions_archive": "PRIMARY KEY (id, transaction_date)",
    "system_config": "PRIMARY KEY (key)",
}

# Functions of the document, under its names, parameters and results.
DOCUMENT_FUNCTIONS = {
    "validate_bank_connection(connection_id uuid)": (
        "TABLE(is_valid boolean, status varchar, expires_at timestamptz, needs_refresh boolean, last_error text)"
    ),
    "get_user_bank_connections(p_user_id uuid)": (
        "TABLE(connection_id uuid, bank_id varchar, bank_name varchar, connection_status varchar, "
        "linked_accounts_count integer, last_successful_sync timestamptz, health_score integer, "
        "needs_attention boolean)"
    ),
    "record_sync_attempt(p_connection_id uuid, p_sync_type varchar, p_sync_operation varchar, "
    "p_accounts_processed integer DEFAULT 0, p_accounts_imported integer DEFAULT 0, "
    "p_transactions_processed integer DEFAULT 0, p_transactions_imported integer DEFAULT 0, "
    "p_errors_count integer DEFAULT 0, p_error_details jsonb DEFAULT NULL, "
    "p_sync_metadata jsonb DEFAULT NULL)": "uuid",
    "complete_sync_attempt(p_sync_log_id uuid, p_sync_status varchar, p_final_results jsonb DEFAULT NULL)": "void",
    "record_balance_sync(p_account_id uuid, p_connection_id uuid, p_dway_balance_before numeric, "
    "p_bank_balance numeric, p_dway_balance_after numeric, p_sync_type varchar, "
    "p_resolution_method varchar DEFAULT NULL, p_requires_review boolean DEFAULT false, "
    "p_sync_metadata jsonb DEFAULT NULL)": "uuid",
    "get_balance_sync_stats(p_account_id uuid, p_days integer DEFAULT 30)": (
        "TABLE(total_syncs integer, conflicts_detected integer, conflicts_resolved integer, manual_reviews integer, "
        "avg_discrepancy numeric, max_discrepancy numeric, last_sync timestamptz)"
    ),
    "create_bank_transactions_partition(partition_date date)": "void",
    "cleanup_old_sync_logs()": "integer",
    "archive_old_bank_transactions()": "integer",
    # used by the document and not defined there
    "audit_table_changes()": "trigger",
    "update_updated_at_column()": "trigger",
}
OWN_FUNCTIONS = {
    "audit_context()": "jsonb",
    "system_config_numeric(p_key text, p_default numeric)": "numeric",
    "grant_if_role_exists(p_grant text, p_role text)": "void",
    "bank_connection_health_score(p_connection_status text, p_consecutive_failures integer, "
    "p_last_successful_sync timestamptz, p_created_at timestamptz)": "integer",
    "create_month_partition(p_parent text, p_day date)": "boolean",
    "create_bank_sync_logs_partition(partition_date date)": "void",
    "bank_transactions_follow_insert()": "trigger",
    "bank_transactions_follow_update()": "trigger",
    "bank_transactions_follow_delete()": "trigger",
    "refuse_new_id()": "trigger",
    "count_linked_accounts()": "trigger",
    "audit_inserted_rows()": "trigger",
    "audit_updated_rows()": "trigger",
    "audit_deleted_rows()": "trigger",
    "audit_inserted_run()": "trigger",
    "audit_run(p_table text, p_record text[])": "void",
    "audited_record_digest(p_columns text[])": "text",
    "audited_rows_that_differ(p_table text, p_now_in text[], p_from timestamptz DEFAULT '-infinity'::timestamptz, "
    "p_to timestamptz DEFAULT 'infinity'::timestamptz)": "TABLE(row_id text, event_id bigint, what text)",
    "audited_updates_query(p_columns text[], p_same_before text[], p_same_after text[])": "text",
    "audit_table(p_table text, p_secret text[] DEFAULT '{}'::text[], p_digested text[] DEFAULT '{}'::text[], "
    "p_events text[] DEFAULT '{INSERT,UPDATE,DELETE}'::text[])": "void",
    "refuse_change()": "trigger",
    "audit_seal_bounds(OUT may_seal boolean, OUT last_id bigint, OUT last_hash bytea, OUT first_txid bigint, "
    "OUT next_txid bigint, OUT cluster text, OUT covered_id bigint, OUT restored_after_id bigint)": "record",
    "add_audit_seal(p_id bigint, p_month date, p_position integer, p_first_txid bigint, p_next_txid bigint, "
    "p_cluster text, p_covered_id bigint, p_event_ids bigint[], p_event_hashes bytea, p_previous_hash bytea, "
    "p_hash bytea, p_key_id text, p_signature bytea, p_sealed_at timestamptz)": "void",
    "archive_old_audit_events()": "bigint",
    "transaction_mappings_follow()": "trigger",
    "check_transaction_parts()": "trigger",
    "mapping_proposals_new_version()": "trigger",
    "balance_conflicts_guard()": "trigger",
    "balance_resolutions_guard()": "trigger",
    "balance_resolutions_follow()": "trigger",
    "balance_sync_history_guard()": "trigger",
    "is_booked(p_status text)": "boolean",
    "move_account_balances(p_transaction_ids uuid[], p_times integer DEFAULT 1)": "integer",
    "check_statement_profile_account()": "trigger",
    "statement_file_kept_by(p_file_id uuid, p_at timestamptz)": "text",
    "statement_files_guard()": "trigger",
    "archive_bank_transactions_month(p_month date)": "integer",
    "cleanup_sync_logs_step(p_rows integer)": "integer",
}

# Called with the caller's own rights: they read and write nothing beyond what they are given.
INVOKER_FUNCTIONS = {
    "audit_context",
    "audit_run",
    "audit_table",
    "audited_record_digest",
    "audited_rows_that_differ",
    "audited_updates_query",
    "bank_connection_health_score",
    "check_transaction_parts",
    "grant_if_role_exists",
    "is_booked",
    "mapping_proposals_new_version",
    "move_account_balances",
    "check_statement_profile_account",
    "refuse_change",
    "refuse_new_id",
    "statement_file_kept_by",
    "statement_files_guard",
    "update_updated_at_column",
}
# A SET clause would keep PostgreSQL from inlining them; they name no object.
WITHOUT_SEARCH_PATH = {"bank_connection_health_score", "is_booked"}

UPDATED_AT = "BEFORE UPDATE ROW update_updated_at_column()"
AUDIT = "AFTER INSERT OR DELETE OR UPDATE ROW audit_table_changes({})"


def in_bulk(
    table: str, left_out: str = "{}", digested: str = "{}", events: str = "insert update delete"
) -> dict[str, str]:
    """The triggers that audit_table() makes."""
    return {
        f"{table}_audit_{event}_trigger": (
            f"AFTER {event.upper()} STATEMENT audit_{event.removesuffix('e')}ed_rows('{left_out}', '{digested}')"
        )
        for event in events.split()
    }


CONTENT = "{raw_data,normalized_data}"
# table → trigger → when, on what, for what, calling what. Refusals declared on models are named by their rule.
TRIGGERS = {
    "users": {
        "users_updated_at_trigger": UPDATED_AT,
        "users_audit_trigger": (
            "AFTER INSERT OR DELETE OR UPDATE OF email, full_name, language, password, is_active, is_staff, "
            "is_superuser ROW audit_table_changes('password', 'last_login')"
        ),
    },
    "accounts": {"accounts_updated_at_trigger": UPDATED_AT, "accounts_audit_trigger": AUDIT.format("")},
    "transactions": {"transactions_updated_at_trigger": UPDATED_AT, **in_bulk("transactions")},
    "system_logs": in_bulk("system_logs"),
    "notifications": in_bulk("notifications"),
    "users_groups": in_bulk("users_groups"),
    "users_user_permissions": in_bulk("users_user_permissions"),
    "auth_group": in_bulk("auth_group"),
    "auth_group_permissions": in_bulk("auth_group_permissions"),
    "mfa_authenticator": in_bulk("mfa_authenticator", "{data}"),
    "system_config": {
        "system_config_updated_at_trigger": UPDATED_AT,
        "system_config_audit_trigger": AUDIT.format(""),
    },
    "read_events": {"read_events_append_only": "BEFORE DELETE OR UPDATE ROW"},
    **{
        table: {
            f"{table}_append_only": "BEFORE DELETE OR UPDATE ROW refuse_change()",
            f"{table}_no_truncate": "BEFORE TRUNCATE STATEMENT refuse_change()",
        }
        for table in ("audit_events_archive", "audit_seals")
    },
    "audit_events": {
        "audit_events_append_only": "BEFORE DELETE OR UPDATE ROW refuse_change()",
        "audit_events_no_truncate": "BEFORE TRUNCATE STATEMENT refuse_change()",
    },
    "bank_connections": {
        "bank_connections_updated_at_trigger": UPDATED_AT,
        "bank_connections_audit_trigger": AUDIT.format(""),
        "bank_connections_retention_guard": "BEFORE DELETE ROW",
    },
    "linked_accounts": {
        "linked_accounts_updated_at_trigger": UPDATED_AT,
        "linked_accounts_audit_trigger": AUDIT.format(""),
        "linked_accounts_count_trigger": (
            "AFTER INSERT OR DELETE OR UPDATE OF connection_id, account_id ROW count_linked_accounts()"
        ),
    },
    "bank_balances": in_bulk("bank_balances"),
    "bank_webhooks": {
        "bank_webhooks_updated_at_trigger": UPDATED_AT,
        "bank_webhooks_audit_trigger": (
            "AFTER INSERT OR DELETE OR UPDATE OF connection_id, bank_id, webhook_url, webhook_secret, webhook_events, "
            "webhook_status, verification_token, supported_events, webhook_version, webhook_metadata, expires_at "
            "ROW audit_table_changes('webhook_secret', 'verification_token')"
        ),
    },
    "integration_errors": {
        "integration_errors_updated_at_trigger": UPDATED_AT,
        "integration_errors_audit_trigger": "AFTER DELETE OR UPDATE ROW audit_table_changes()",
        **in_bulk("integration_errors", "{stack_trace,request_data,response_data}", events="insert"),
    },
    "statement_profiles": {
        "statement_profiles_account_trigger": (
            "AFTER INSERT OR UPDATE OF account_id, owner_id ROW check_statement_profile_account()"
        ),
        "statement_profiles_audit_trigger": AUDIT.format(""),
    },
    "statement_files": {
        "statement_files_updated_at_trigger": UPDATED_AT,
        "statement_files_audit_trigger": AUDIT.format("'content', 'problems'"),
        "statement_files_retention_guard": "BEFORE DELETE ROW statement_files_guard()",
        "statement_files_hold_guard": "BEFORE DELETE ROW refuse_delete_under_hold('owner_id')",
    },
    "bank_transactions": {
        "bank_transactions_updated_at_trigger": UPDATED_AT,
        "bank_transactions_id_trigger": "BEFORE UPDATE OF id ROW refuse_new_id()",
        "bank_transactions_insert_trigger": "AFTER INSERT STATEMENT bank_transactions_follow_insert()",
        "bank_transactions_update_trigger": "AFTER UPDATE STATEMENT bank_transactions_follow_update()",
        "bank_transactions_delete_trigger": "AFTER DELETE STATEMENT bank_transactions_follow_delete()",
        **in_bulk("bank_transactions", digested=CONTENT),
        "bank_transactions_audit_update_trigger": (
            f"AFTER UPDATE STATEMENT audit_updated_rows('{{}}', '{CONTENT}', '100')"
        ),
        "bank_transactions_audit_insert_trigger": "AFTER INSERT STATEMENT audit_inserted_run('{id,connection_id,"
        "account_id,bank_id,external_transaction_id,external_account_id,amount,currency,transaction_type,"
        "transaction_date,posted_date,value_date,raw_description,raw_data,normalized_data}')",
    },
    "bank_transactions_archive": {
        "bank_transactions_archive_delete_trigger": "AFTER DELETE STATEMENT bank_transactions_follow_delete()",
        **in_bulk("bank_transactions_archive", digested=CONTENT),
    },
    "bank_transaction_versions": {
        "bank_transaction_versions_immutable": "BEFORE UPDATE ROW",
        **in_bulk("bank_transaction_versions", digested=CONTENT),
    },
    "bank_transaction_duplicates": in_bulk("bank_transaction_duplicates"),
    "bank_statements": in_bulk("bank_statements"),
    "bank_sync_logs": in_bulk("bank_sync_logs"),
    "transaction_mappings": {
        "transaction_mappings_updated_at_trigger": UPDATED_AT,
        "transaction_mappings_audit_trigger": "AFTER DELETE OR UPDATE ROW audit_table_changes()",
        "transaction_mappings_audit_insert_trigger": "AFTER INSERT STATEMENT audit_inserted_run('{id,transaction_id,"
        "bank_transaction_id,mapping_type,mapping_confidence,mapping_algorithm,reconciliation_status,"
        "discrepancy_amount,discrepancy_reason,reviewed_by,reviewed_at,review_notes}', '100')",
        "transaction_mappings_insert_trigger": "AFTER INSERT STATEMENT transaction_mappings_follow()",
        "transaction_mappings_update_trigger": "AFTER UPDATE STATEMENT transaction_mappings_follow()",
        "transaction_mappings_delete_trigger": "AFTER DELETE STATEMENT transaction_mappings_follow()",
    },
    "sync_requests": {"sync_requests_updated_at_trigger": UPDATED_AT, **in_bulk("sync_requests")},
    "connection_sync_states": {
        "connection_sync_states_updated_at_trigger": UPDATED_AT,
        **in_bulk("connection_sync_states", "{cursor}"),
    },
    "pending_transactions": {
        "pending_transactions_updated_at_trigger": UPDATED_AT,
        **in_bulk("pending_transactions", digested="{raw_data}"),
    },
    "bank_account_syncs": in_bulk("bank_account_syncs"),
    "withdrawn_transactions": in_bulk("withdrawn_transactions"),
    "connect_attempts": in_bulk("connect_attempts", "{state_sha256,sealed}"),
    "mapping_proposals": {
        "mapping_proposals_updated_at_trigger": UPDATED_AT,
        "mapping_proposals_version_trigger": "BEFORE UPDATE ROW mapping_proposals_new_version()",
        **in_bulk("mapping_proposals", digested="{candidates}"),
    },
    "mapping_runs": in_bulk("mapping_runs"),
    "rejected_pairs": in_bulk("rejected_pairs"),
    "mapping_decisions": {
        "mapping_decisions_append_only": "BEFORE UPDATE ROW",
        "mapping_decisions_no_delete": "BEFORE DELETE ROW",
        "mapping_decisions_audit_trigger": AUDIT.format("'before', 'after'"),
    },
    "transaction_parts": {
        "transaction_parts_audit_trigger": AUDIT.format(""),
        "transaction_parts_sum_trigger": (
            "AFTER INSERT OR DELETE OR UPDATE DEFERRABLE INITIALLY DEFERRED ROW check_transaction_parts()"
        ),
    },
    "counterparty_aliases": {"counterparty_aliases_audit_trigger": AUDIT.format("")},
    "mapping_policies": {
        "mapping_policies_updated_at_trigger": UPDATED_AT,
        "mapping_policies_audit_trigger": AUDIT.format(""),
    },
    "saved_filters": {"saved_filters_updated_at_trigger": UPDATED_AT, **in_bulk("saved_filters")},
    "notification_settings": {
        "notification_settings_updated_at_trigger": UPDATED_AT,
        **in_bulk("notification_settings"),
    },
    "balance_sync_history": {
        "balance_sync_history_audit_trigger": AUDIT.format(""),
        "balance_sync_history_guard_trigger": "BEFORE UPDATE ROW balance_sync_history_guard()",
    },
    "balance_conflicts": {
        "balance_conflicts_guard_trigger": "BEFORE INSERT OR UPDATE ROW balance_conflicts_guard()",
        "balance_conflicts_updated_at_trigger": UPDATED_AT,
        "balance_conflicts_audit_trigger": AUDIT.format("'explanation'"),
    },
    "balance_resolutions": {
        "balance_resolutions_guard_trigger": "BEFORE INSERT OR UPDATE ROW balance_resolutions_guard()",
        "balance_resolutions_updated_at_trigger": UPDATED_AT,
        "balance_resolutions_audit_trigger": AUDIT.format(""),
        "balance_resolutions_follow_trigger": "AFTER INSERT OR UPDATE ROW balance_resolutions_follow()",
    },
    "compliance_reports": {
        "compliance_reports_updated_at_trigger": UPDATED_AT,
        "compliance_reports_audit_trigger": AUDIT.format(
            "'report_data', 'report_summary', 'response_data', 'suspicious_activity_indicators'"
        ),
        "compliance_reports_retention_guard": "BEFORE DELETE ROW",
        "compliance_reports_submission_guard": "BEFORE UPDATE ROW",
    },
}

# Reporting and retention stand in a module of their own.
for own, others in (
    (CHECKS, expected_reporting.CHECKS),
    (FOREIGN_KEYS, expected_reporting.FOREIGN_KEYS),
    (UNIQUE, expected_reporting.UNIQUE),
    (INDEXES, expected_reporting.INDEXES),
    (TRIGGERS, expected_reporting.TRIGGERS),
):
    for table, rules in others.items():
        own[table] = {**own.get(table, {}), **rules}
OWN_FUNCTIONS |= expected_reporting.FUNCTIONS
INVOKER_FUNCTIONS |= expected_reporting.INVOKER_FUNCTIONS

# Suspicion stands in a module of its own.
for own, others in (
    (CHECKS, expected_suspicion.CHECKS),
    (FOREIGN_KEYS, expected_suspicion.FOREIGN_KEYS),
    (UNIQUE, expected_suspicion.UNIQUE),
    (INDEXES, expected_suspicion.INDEXES),
    (TRIGGERS, expected_suspicion.TRIGGERS),
):
    for table, rules in others.items():
        own[table] = {**own.get(table, {}), **rules}
for table, secret in expected_suspicion.AUDITED.items():
    TRIGGERS[table] = {**TRIGGERS.get(table, {}), **in_bulk(table, secret)}
OWN_FUNCTIONS |= expected_suspicion.FUNCTIONS
INVOKER_FUNCTIONS |= expected_suspicion.INVOKER_FUNCTIONS
