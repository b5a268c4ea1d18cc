"""One valid row in every table, and one statement per rule that breaks it; all in raw SQL."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from tests.db.catalog import broken_reporting, broken_suspicion
from tests.db.catalog.expected_columns import expected_tables
from tests.db.catalog.expected_definitions import FOREIGN_KEYS

NOBODY = "'ffffffff-ffff-ffff-ffff-ffffffffffff'"


def key(number: int) -> str:
    """A fixed UUID as an SQL literal."""
    return f"'00000000-0000-0000-0000-{number:012d}'"


PERSON, OTHER_PERSON, ACCOUNT, OTHER_ACCOUNT, LEDGER, OTHER_LEDGER, CONNECTION, FILE = map(key, range(1, 9))
ROW, SECOND, THIRD, UNMAPPED, ARCHIVED, SYNC = map(key, range(11, 17))
# ledger transactions of LEDGER's amount: its only part, one that is free, one of another account
PART, TWIN, STRANGER = map(key, range(21, 24))
RUN, DECISION, UNDO = map(key, range(31, 34))
CONFLICT, RESOLUTION = map(key, range(41, 43))

_BANK_ROW = (
    "(id, connection_id, account_id, bank_id, external_transaction_id, external_account_id, raw_data, "
    "normalized_data, amount, transaction_type, transaction_date, mapped_transaction_id) VALUES "
)


def _bank_row(row: str, bank_row_id: str, day: str) -> str:
    return (
        f"({row}, {CONNECTION}, {ACCOUNT}, 'rbc', '{bank_row_id}', '01234-5678901', '{{}}', '{{}}', 12.34, 'debit', "
        f"'{day}', {LEDGER})"
    )


VALID_ROWS = (
    f"INSERT INTO users (id, email) VALUES ({PERSON}, 'alice@example.ca'), ({OTHER_PERSON}, 'bruno@example.ca')",
    "INSERT INTO auth_group (name) VALUES ('Readers')",
    f"INSERT INTO users_groups (user_id, group_id) SELECT {PERSON}, id FROM auth_group WHERE name = 'Readers'",
    f"INSERT INTO users_user_permissions (user_id, permission_id) SELECT {PERSON}, min(id) FROM auth_permission",
    "INSERT INTO accounts (id, user_id, account_name, account_type, is_external) VALUES "
    f"({ACCOUNT}, {PERSON}, 'RBC chequing', 'chequing', true), ({OTHER_ACCOUNT}, {PERSON}, 'RBC card', 'card', true)",
    "INSERT INTO transactions (id, account_id, amount, transaction_type, transaction_date) VALUES "
    f"({LEDGER}, {ACCOUNT}, 12.34, 'debit', '2026-10-05'), ({OTHER_LEDGER}, {ACCOUNT}, 5, 'credit', '2026-10-06'), "
    f"({PART}, {ACCOUNT}, 12.34, 'debit', '2026-10-05'), ({TWIN}, {ACCOUNT}, 12.34, 'debit', '2026-10-05'), "
    f"({STRANGER}, {OTHER_ACCOUNT}, 12.34, 'debit', '2026-10-05')",
    "INSERT INTO system_config (key, value) VALUES ('test_setting', '1')",
    "INSERT INTO system_logs (level, message) VALUES ('INFO', 'Nothing happened')",
    "INSERT INTO notifications (recipient_id, kind, subject, url, dedupe_key) "
    f"VALUES ({PERSON}, 'assigned', 'A bank line', '/admin/', 'line:1')",
    f"INSERT INTO notification_settings (person_id, quiet_from, quiet_until) VALUES ({PERSON}, 22, 7)",
    "INSERT INTO saved_filters (owner_id, page, name, query, is_default) "
    f"VALUES ({PERSON}, '/admin/dwaybank/account/', 'Mine', 'q=a', true)",
    "INSERT INTO read_events (reader_id, table_name, row_ids, what) "
    f"VALUES ({PERSON}, 'compliance_reports', ARRAY['a'], 'page')",
    "INSERT INTO bank_connections (id, user_id, bank_id, bank_name, connection_type, encrypted_credentials, "
    "encryption_key_id, consent_given_at) "
    f"VALUES ({CONNECTION}, {PERSON}, 'rbc', 'RBC Royal Bank', 'api', '', 'none', '2026-10-01Z')",
    "INSERT INTO linked_accounts (connection_id, account_id, bank_id, external_account_id, identifier_kind, currency) "
    f"VALUES ({CONNECTION}, {ACCOUNT}, 'rbc', '01234-5678901', 'account_number', 'CAD')",
    "INSERT INTO bank_webhooks (connection_id, bank_id, webhook_url, webhook_secret, webhook_events) "
    f"VALUES ({CONNECTION}, 'rbc', 'https://dwaybank.example/hook/', 'ciphertext', '{{transactions}}')",
    "INSERT INTO integration_errors (connection_id, user_id, error_type, error_severity, error_message, resolved_by) "
    f"VALUES ({CONNECTION}, {PERSON}, 'network', 'low', 'No answer', {PERSON})",
    "INSERT INTO bank_sync_logs (id, connection_id, user_id, sync_type, sync_operation, sync_status, started_at) "
    f"VALUES ({SYNC}, {CONNECTION}, {PERSON}, 'manual', 'full', 'started', CURRENT_TIMESTAMP)",
    f"INSERT INTO bank_transactions {_BANK_ROW}"
    + ", ".join(_bank_row(row, f"FIT{row[-3:-1]}", "2026-10-05") for row in (ROW, SECOND, THIRD, UNMAPPED)),
    # a change of text leaves an earlier version
    f"UPDATE bank_transactions SET raw_description = 'COFFEE' WHERE id = {ROW}",
    "CREATE TABLE bank_transactions_archive_y2015m01 PARTITION OF bank_transactions_archive "
    "FOR VALUES FROM ('2015-01-01') TO ('2015-02-01')",
    "CREATE TABLE audit_events_archive_y2015m01 PARTITION OF audit_events_archive "
    "FOR VALUES FROM ('2015-01-01Z') TO ('2015-02-01Z')",
    "INSERT INTO audit_events_archive (id, occurred_at, table_name, row_id, action, database_role, changed_columns) "
    "VALUES (-1, '2015-01-05Z', 'users', 'x', 'UPDATE', 'x', '{}')",
    "INSERT INTO audit_seals VALUES (1, '2026-10-01', 1, 0, 9, 'x', 0, '{1}', decode(repeat('00', 32), 'hex'), "
    "decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), 'k', '', CURRENT_TIMESTAMP)",
    f"INSERT INTO bank_transactions_archive {_BANK_ROW} {_bank_row(ARCHIVED, 'OLD', '2015-01-05')}",
    "INSERT INTO bank_transaction_duplicates (bank_transaction_id, duplicate_of_id, source) "
    f"VALUES ({SECOND}, {ROW}, 'csv-rbc')",
    "INSERT INTO transaction_mappings (transaction_id, bank_transaction_id, mapping_type, reviewed_by) "
    f"VALUES ({LEDGER}, {ROW}, 'manual', {PERSON})",
    "INSERT INTO balance_sync_history (account_id, connection_id, dway_balance_before, bank_balance, "
    "dway_balance_after, sync_type, sync_status, reviewed_by, approved_by) "
    f"VALUES ({ACCOUNT}, {CONNECTION}, 1, 1, 1, 'manual', 'synchronized', {PERSON}, {OTHER_PERSON})",
    "INSERT INTO compliance_reports (user_id, report_type, report_period_start, report_period_end, report_data, "
    "due_date, submitted_by) "
    f"VALUES ({PERSON}, 'FINTRAC_LCTR', '2026-10-01', '2026-10-31', '{{}}', '2026-11-15', {PERSON})",
    "INSERT INTO statement_files (id, owner_id, sha256, file_name, size_bytes, file_status, problems) "
    f"VALUES ({FILE}, {PERSON}, repeat('a', 64), 'october.ofx', 1, 'imported', '[]')",
    "INSERT INTO statement_profiles (owner_id, account_id, name, version, is_current, columns, has_header, delimiter, "
    "encoding, date_order, sign_rule, currency, institution, account_kind) "
    f"VALUES ({PERSON}, {ACCOUNT}, 'Credit union', 1, true, '[{{}}, {{}}]', true, ';', '', 'ymd', 'two_columns', "
    "'CAD', '', 'unknown')",
    "INSERT INTO bank_statements (file_id, account_id, connection_id, external_account_id, currency, signed_sum, "
    "transactions_seen, transactions_imported, transactions_duplicates, transactions_rejected) "
    f"VALUES ({FILE}, {ACCOUNT}, {CONNECTION}, '01234-5678901', 'CAD', -12.34, 3, 1, 1, 1)",
    "INSERT INTO sync_requests (connection_id, account_id, window_start, window_end, reason) "
    f"VALUES ({CONNECTION}, {ACCOUNT}, '2026-10-01', '2026-10-31', 'resync')",
    f"INSERT INTO connection_sync_states (connection_id) VALUES ({CONNECTION})",
    "INSERT INTO bank_account_syncs (account_id, connection_id, sync_log_id, currency, transactions_seen, "
    f"transactions_imported) VALUES ({ACCOUNT}, {CONNECTION}, {SYNC}, 'CAD', 1, 1)",
    "INSERT INTO pending_transactions (connection_id, account_id, external_account_id, external_transaction_id, "
    "amount, currency, transaction_type, transaction_date, raw_data, first_seen_at, last_seen_at, pending_status, "
    f"ended_at, posted_as) VALUES ({CONNECTION}, {ACCOUNT}, '01234-5678901', 'HOLD', 12.34, 'CAD', 'debit', "
    f"'2026-10-04', '{{}}', '2026-10-04Z', '2026-10-05Z', 'posted', '2026-10-06Z', {ROW})",
    "INSERT INTO withdrawn_transactions (bank_transaction_id, connection_id, account_id, withdrawal_kind, sync_log_id, "
    f"noticed_at) VALUES ({ROW}, {CONNECTION}, {ACCOUNT}, 'removed', {SYNC}, '2026-10-06Z')",
    "INSERT INTO webhook_deliveries (webhook_id, verdict, event_id, body, size_bytes, received_at, sync_request_id) "
    "SELECT w.id, 'accepted', 'event-1', '', 0, '2026-10-06Z', r.id FROM bank_webhooks w, sync_requests r",
    "INSERT INTO connect_attempts (user_id, connection_id, connector_id, state_sha256, sealed, redirect_uri, "
    f"expires_at) VALUES ({PERSON}, {CONNECTION}, 'fdx-rbc', repeat('a', 64), 'ciphertext', "
    "'https://dwaybank.example/', '2026-10-06Z')",
    "INSERT INTO mapping_runs (id, account_id, run_hash, parameters, bank_lines, ledger_lines, outcomes, "
    f"ledger_offsets, seconds, created_by) VALUES ({RUN}, {ACCOUNT}, repeat('a', 64), '{{}}', 4, 5, '{{}}', '[]', 0.1, "
    f"{PERSON})",
    "INSERT INTO mapping_proposals (bank_transaction_id, account_id, run_id, outcome, amount, transaction_type, "
    "transaction_date, probability, margin, candidates, claimed_by, claimed_at) "
    f"VALUES ({UNMAPPED}, {ACCOUNT}, {RUN}, 'ambiguous', 12.34, 'debit', '2026-10-05', 0.5, 0.1, '[]', {PERSON}, "
    "'2026-10-06Z')",
    "INSERT INTO mapping_decisions (id, bank_transaction_id, account_id, decision, before, after, undoes, decided_by) "
    f"VALUES ({DECISION}, {ROW}, {ACCOUNT}, 'approve', '{{}}', '{{}}', NULL, {PERSON}), "
    f"({UNDO}, {ROW}, {ACCOUNT}, 'undo', '{{}}', '{{}}', {DECISION}, {PERSON})",
    f"INSERT INTO transaction_parts (parent_id, part_id, made) VALUES ({LEDGER}, {PART}, 'parts')",
    "INSERT INTO counterparty_aliases (account_id, bank_text, counterparty) "
    f"VALUES ({ACCOUNT}, 'TIM HORTONS #12', 'Tim Hortons')",
    "INSERT INTO rejected_pairs (bank_transaction_id, transaction_id, rejected_by) "
    f"VALUES ({UNMAPPED}, {OTHER_LEDGER}, {PERSON})",
    f"INSERT INTO mapping_policies (account_id, create_after_days) VALUES ({ACCOUNT}, 10)",
    *broken_reporting.VALID_ROWS,
    "INSERT INTO bank_balances (account_id, connection_id, kind, amount, currency, as_of, bank_day) "
    f"VALUES ({ACCOUNT}, {CONNECTION}, 'posted', 100, 'CAD', '2026-10-05Z', '2026-10-05')",
    # a conflict from its opening to its approved adjustment; a claim, which closing took away, comes back by force
    "INSERT INTO balance_conflicts (id, account_id, connection_id, currency, bank_day, bank_balance, dway_balance, "
    f"explanation) VALUES ({CONFLICT}, {ACCOUNT}, {CONNECTION}, 'CAD', '2026-10-05', 100, 90, '{{}}')",
    "INSERT INTO balance_resolutions (id, conflict_id, method, amount, reason, bank_balance, dway_balance, "
    f"proposed_by) VALUES ({RESOLUTION}, {CONFLICT}, 'accept_bank', 10, 'a row is missing', 100, 90, {PERSON})",
    f"UPDATE balance_resolutions SET resolution_status = 'approved', decided_by = {OTHER_PERSON}, "
    "decided_at = CURRENT_TIMESTAMP",
    "ALTER TABLE balance_conflicts DISABLE TRIGGER USER",
    f"UPDATE balance_conflicts SET claimed_by = {PERSON}, claimed_at = CURRENT_TIMESTAMP",
    "ALTER TABLE balance_conflicts ENABLE TRIGGER USER",
    *broken_suspicion.VALID_ROWS,
)


class Case(NamedTuple):
    """A statement that must be refused under the name ``rule`` of ``table`` (for NOT NULL: of its column)."""

    table: str
    rule: str
    statement: str


def copied(table: str, into: str = "", **changes: str) -> str:
    """Insert a copy of the table's row (under a new id) with some columns changed."""
    columns = {name: name for name, column in expected_tables()[table].items() if not column.generated}
    if columns.get("id"):
        columns["id"] = "gen_random_uuid()"
        if expected_tables()[table]["id"].type == "bigint":
            columns["id"] = "id + 1000000"
    columns |= changes
    chosen = {"bank_transactions": ROW, "bank_transaction_keys": ROW, "mapping_decisions": DECISION}.get(table)
    one_row = f"WHERE id = {chosen}" if chosen else ""
    return _unguarded(table) + (
        f"INSERT INTO {into or table} ({', '.join(columns)}) "
        f"SELECT {', '.join(columns.values())} FROM {table} {one_row} LIMIT 1"
    )


def changed(table: str, rule: str, assignment: str) -> Case:
    return Case(table, rule, f"{_unguarded(table)}UPDATE {table} SET {assignment}")


# Their triggers refuse before the constraint is asked; it must hold by itself.
GUARDED = {"balance_conflicts", "balance_resolutions", "balance_sync_history"}


def _unguarded(table: str) -> str:
    return f"ALTER TABLE {table} DISABLE TRIGGER USER; " if table in GUARDED else ""


BANK_TRANSACTION_CHECKS = {
    "bank_transactions_bank_id_check": "bank_id = 'hsbc'",
    "bank_transactions_type_check": "transaction_type = 'refund'",
    "bank_transactions_processing_status_check": "processing_status = 'lost'",
    "bank_transactions_amount_check": "amount = -0.01",
}
BROKEN_CHECKS = (
    changed("bank_connections", "bank_connections_bank_id_check", "bank_id = 'hsbc'"),
    changed("bank_connections", "bank_connections_connection_type_check", "connection_type = 'fax'"),
    changed("bank_connections", "bank_connections_status_check", "connection_status = 'asleep'"),
    changed("bank_sync_logs", "bank_sync_logs_sync_type_check", "sync_type = 'sometimes'"),
    changed("bank_sync_logs", "bank_sync_logs_sync_operation_check", "sync_operation = 'everything'"),
    changed("bank_sync_logs", "bank_sync_logs_sync_status_check", "sync_status = 'done'"),
    *(
        changed(table, rule, assignment)
        for table in ("bank_transactions", "bank_transactions_archive")
        for rule, assignment in BANK_TRANSACTION_CHECKS.items()
    ),
    changed("transaction_mappings", "transaction_mappings_mapping_type_check", "mapping_type = 'guessed'"),
    changed(
        "transaction_mappings", "transaction_mappings_reconciliation_status_check", "reconciliation_status = 'maybe'"
    ),
    changed("transaction_mappings", "transaction_mappings_confidence_range", "mapping_confidence = 1.01"),
    changed("transaction_mappings", "transaction_mappings_confidence_range", "mapping_confidence = -0.01"),
    changed("balance_sync_history", "balance_sync_history_sync_type_check", "sync_type = 'fallback'"),
    changed("balance_sync_history", "balance_sync_history_sync_status_check", "sync_status = 'fine'"),
    changed("balance_sync_history", "balance_sync_history_resolution_method_check", "resolution_method = 'coin_toss'"),
    changed("balance_sync_history", "balance_sync_history_two_people_check", "approved_by = reviewed_by"),
    changed("bank_webhooks", "bank_webhooks_bank_id_check", "bank_id = 'hsbc'"),
    changed("bank_webhooks", "bank_webhooks_status_check", "webhook_status = 'asleep'"),
    changed("compliance_reports", "compliance_reports_type_check", "report_type = 'FINTRAC'"),
    changed("compliance_reports", "compliance_reports_status_check", "report_status = 'lost'"),
    changed("compliance_reports", "compliance_reports_compliance_status_check", "compliance_status = 'late'"),
    changed("integration_errors", "integration_errors_type_check", "error_type = 'human'"),
    changed("integration_errors", "integration_errors_severity_check", "error_severity = 'none'"),
    changed("integration_errors", "integration_errors_resolution_status_check", "resolution_status = 'open'"),
    changed("integration_errors", "integration_errors_business_impact_check", "business_impact = 'huge'"),
    changed("users", "users_language_check", "language = 'la'"),
    changed("transactions", "transactions_amount_check", "amount = -1"),
    changed("transactions", "transactions_type_check", "transaction_type = 'refund'"),
    changed("system_logs", "system_logs_level_check", "level = 'info'"),
    changed("notifications", "notifications_kind_check", "kind = 'Assigned'"),
    changed("notifications", "notifications_url_check", "url = '//evil.example'"),
    changed("notification_settings", "notification_settings_mail_mode_check", "mail_mode = 'hourly'"),
    changed("notification_settings", "notification_settings_hours_check", "digest_hour = 24"),
    changed("notification_settings", "notification_settings_hours_check", "quiet_until = NULL"),
    changed("notification_settings", "notification_settings_hours_check", "quiet_from = -1"),
    changed("saved_filters", "saved_filters_page_check", "page = '//evil.example/'"),
    changed("saved_filters", "saved_filters_name_check", "name = ' '"),
    changed("saved_filters", "saved_filters_query_check", "query = 'q=<script>'"),
    Case("audit_events", "audit_events_action_check", copied("audit_events", action="'TRUNCATE'")),
    Case("read_events", "read_events_what_check", copied("read_events", what="'glance'")),
    Case("audit_events_archive", "audit_events_action_check", copied("audit_events_archive", action="'TRUNCATE'")),
    Case("audit_seals", "audit_seals_event_hashes_check", copied("audit_seals", event_hashes="'\\x00'")),
    Case("audit_seals", "audit_seals_event_hashes_check", copied("audit_seals", event_ids="'{}'", event_hashes="''")),
    Case("audit_seals", "audit_seals_hash_check", copied("audit_seals", hash="'\\x00'")),
    changed("linked_accounts", "linked_accounts_bank_id_check", "bank_id = 'hsbc'"),
    changed("linked_accounts", "linked_accounts_identifier_kind_check", "identifier_kind = 'nickname'"),
    changed(
        "bank_transaction_duplicates",
        "bank_transaction_duplicates_two_rows_check",
        "duplicate_of_id = bank_transaction_id",
    ),
    changed("statement_profiles", "statement_profiles_name_check", "name = ' '"),
    changed("statement_profiles", "statement_profiles_columns_check", "columns = '{}'"),
    changed("statement_profiles", "statement_profiles_version_check", "version = 0"),
    changed("statement_profiles", "statement_profiles_delimiter_check", "delimiter = ':'"),
    changed("statement_profiles", "statement_profiles_currency_check", "currency = 'cad'"),
    changed("statement_profiles", "statement_profiles_date_order_check", "date_order = 'any'"),
    changed("statement_profiles", "statement_profiles_sign_rule_check", "sign_rule = 'guess'"),
    changed("statement_profiles", "statement_profiles_account_kind_check", "account_kind = 'loan'"),
    changed("statement_profiles", "statement_profiles_bank_id_check", "bank_id = 'hsbc'"),
    changed("statement_files", "statement_files_bank_id_check", "bank_id = 'hsbc'"),
    changed("statement_files", "statement_files_status_check", "file_status = 'eaten'"),
    changed("statement_files", "statement_files_sha256_check", "sha256 = repeat('A', 64)"),
    changed("statement_files", "statement_files_sha256_check", "sha256 = repeat('a', 63)"),
    changed("bank_statements", "bank_statements_counts_check", "transactions_imported = 2"),
    changed("bank_statements", "bank_statements_changed_check", "transactions_changed = 2"),
    changed("bank_account_syncs", "bank_account_syncs_counts_check", "transactions_seen = 2"),
    changed("connection_sync_states", "connection_sync_states_consent_check", "consent_status = 'perhaps'"),
    changed("pending_transactions", "pending_transactions_amount_check", "amount = -0.01"),
    changed("pending_transactions", "pending_transactions_type_check", "transaction_type = 'refund'"),
    changed("pending_transactions", "pending_transactions_status_check", "pending_status = 'lost', posted_as = NULL"),
    changed("pending_transactions", "pending_transactions_linked_by_check", "linked_by = 'magic'"),
    changed("pending_transactions", "pending_transactions_ended_check", "ended_at = NULL"),
    changed("pending_transactions", "pending_transactions_link_check", "pending_status = 'vanished'"),
    changed("sync_requests", "sync_requests_attempts_check", "attempts = -1"),
    changed("sync_requests", "sync_requests_reason_check", "reason = 'boredom'"),
    changed("sync_requests", "sync_requests_status_check", "request_status = 'lost'"),
    changed("sync_requests", "sync_requests_ended_check", "request_status = 'completed'"),
    changed("sync_requests", "sync_requests_ended_check", "ended_at = '2026-10-06Z'"),
    changed("sync_requests", "sync_requests_window_check", "window_end = '2026-09-30'"),
    changed("sync_requests", "sync_requests_window_check", "window_start = NULL"),
    changed("webhook_deliveries", "webhook_deliveries_verdict_check", "verdict = 'maybe', body = NULL"),
    changed("webhook_deliveries", "webhook_deliveries_accepted_check", "event_id = NULL"),
    changed("webhook_deliveries", "webhook_deliveries_refused_check", "verdict = 'bad_signature'"),
    changed(
        "webhook_deliveries",
        "webhook_deliveries_refused_check",
        "verdict = 'stale', body = NULL, processed_at = '2026-10-06Z'",
    ),
    changed("withdrawn_transactions", "withdrawn_transactions_kind_check", "withdrawal_kind = 'stolen'"),
    changed("mapping_proposals", "mapping_proposals_status_check", "proposal_status = 'lost'"),
    changed("mapping_proposals", "mapping_proposals_outcome_check", "outcome = 'maybe'"),
    changed("mapping_proposals", "mapping_proposals_type_check", "transaction_type = 'refund'"),
    changed("mapping_proposals", "mapping_proposals_amount_check", "amount = -0.01"),
    changed("mapping_proposals", "mapping_proposals_probability_check", "probability = 1.0001"),
    changed("mapping_proposals", "mapping_proposals_probability_check", "probability = -0.0001"),
    changed("mapping_proposals", "mapping_proposals_probability_check", "margin = 1.0001"),
    changed("mapping_proposals", "mapping_proposals_probability_check", "margin = -0.0001"),
    changed("mapping_proposals", "mapping_proposals_probability_check", "probability = 2, margin = NULL"),
    changed("mapping_proposals", "mapping_proposals_claim_check", "claimed_by = NULL"),
    changed("mapping_proposals", "mapping_proposals_claim_check", "claimed_at = NULL"),
    # decisions are never updated
    Case("mapping_decisions", "mapping_decisions_decision_check", copied("mapping_decisions", decision="'guess'")),
    Case("mapping_decisions", "mapping_decisions_undo_check", copied("mapping_decisions", decision="'undo'")),
    Case("mapping_decisions", "mapping_decisions_undo_check", copied("mapping_decisions", undoes=UNDO)),
    changed("transaction_parts", "transaction_parts_made_check", "made = 'whole'"),
    changed("transaction_parts", "transaction_parts_self_check", "part_id = parent_id"),
    changed("counterparty_aliases", "counterparty_aliases_confirmations_check", "confirmations = -1"),
    changed("bank_balances", "bank_balances_kind_check", "kind = 'guessed'"),
    changed("balance_conflicts", "balance_conflicts_status_check", "conflict_status = 'lost'"),
    changed("balance_conflicts", "balance_conflicts_cause_check", "cause = 'gremlins'"),
    changed("balance_conflicts", "balance_conflicts_claim_check", "claimed_at = NULL"),
    changed("balance_conflicts", "balance_conflicts_claim_check", "claimed_by = NULL"),
    changed("balance_conflicts", "balance_conflicts_closed_check", "closed_at = NULL"),
    changed("balance_conflicts", "balance_conflicts_closed_check", "closed_reason = ''"),
    changed("balance_conflicts", "balance_conflicts_closed_check", "conflict_status = 'open'"),
    changed(
        "balance_resolutions",
        "balance_resolutions_method_check",
        "method = 'coin_toss', amount = NULL, adjustment_id = NULL",
    ),
    changed("balance_resolutions", "balance_resolutions_two_people_check", "decided_by = proposed_by"),
    changed("balance_resolutions", "balance_resolutions_decided_check", "decided_at = NULL"),
    changed("balance_resolutions", "balance_resolutions_decided_check", "decided_by = NULL"),
    changed("balance_resolutions", "balance_resolutions_amount_check", "amount = NULL"),
    changed("balance_resolutions", "balance_resolutions_amount_check", "amount = 0"),
    changed("balance_resolutions", "balance_resolutions_adjustment_check", "adjustment_id = NULL"),
    changed("balance_resolutions", "balance_resolutions_adjustment_check", "method = 'keep_dway', amount = NULL"),
    changed("balance_resolutions", "balance_resolutions_window_check", "window_start = '2026-10-01'"),
    changed(
        "balance_resolutions",
        "balance_resolutions_window_check",
        "method = 'transaction_resync', amount = NULL, adjustment_id = NULL, window_start = '2026-10-02', "
        "window_end = '2026-10-01'",
    ),
    changed("balance_resolutions", "balance_resolutions_reason_check", "reason = ''"),
    changed(
        "balance_resolutions",
        "balance_resolutions_reason_check",
        "resolution_status = 'rejected', adjustment_id = NULL",
    ),
    changed("mapping_policies", "mapping_policies_days_check", "create_after_days = 0"),
    changed("mapping_policies", "mapping_policies_days_check", "create_after_days = 366"),
    *(
        changed(table, rule, assignment)
        for part in (broken_reporting, broken_suspicion)
        for table, rules in part.BROKEN_CHECKS.items()
        for rule, assignment in rules
    ),
    *(
        Case(table, rule, copied(table, **changes))
        for part in (broken_reporting, broken_suspicion)
        for table, rules in part.BROKEN_COPIES.items()
        for rule, changes in rules
    ),
)

_OPEN_CONFLICT = copied("balance_conflicts", conflict_status="'open'", closed_at="NULL", closed_reason="''")
_WAITS = copied(
    "balance_resolutions",
    resolution_status="'proposed'",
    decided_by="NULL",
    decided_at="NULL",
    adjustment_id="NULL",
)
BROKEN_UNIQUES = (
    Case("users", "users_email_key", copied("users")),
    Case("users_groups", "users_groups_user_id_group_id_fc7788e8_uniq", copied("users_groups")),
    Case(
        "users_user_permissions",
        "users_user_permissions_user_id_permission_id_3b86cbdf_uniq",
        copied("users_user_permissions"),
    ),
    Case("bank_connections", "idx_bank_connections_active_user_bank", copied("bank_connections")),
    Case("bank_webhooks", "idx_bank_webhooks_connection_id", copied("bank_webhooks")),
    Case(
        "transaction_mappings",
        "idx_transaction_mappings_transaction_id",
        copied("transaction_mappings", bank_transaction_id=UNMAPPED),
    ),
    Case(
        "transaction_mappings",
        "idx_transaction_mappings_bank_transaction_id",
        copied("transaction_mappings", transaction_id=OTHER_LEDGER),
    ),
    Case("bank_transaction_keys", "idx_bank_transactions_unique", copied("bank_transaction_keys")),
    # a second row of the same bank id, on another day: what the key table is for
    Case(
        "bank_transaction_keys",
        "idx_bank_transactions_unique",
        copied("bank_transactions", transaction_date="date '2026-11-05'"),
    ),
    Case("linked_accounts", "linked_accounts_connection_account_key", copied("linked_accounts")),
    # the same number, written otherwise, of another account
    Case(
        "linked_accounts",
        "linked_accounts_bank_account_key",
        copied("linked_accounts", account_id=OTHER_ACCOUNT, external_account_id="'01234 5678901'"),
    ),
    Case(
        "bank_transaction_duplicates",
        "bank_transaction_duplicates_bank_transaction_id_key",
        copied("bank_transaction_duplicates", duplicate_of_id=THIRD),
    ),
    Case(
        "bank_transaction_duplicates",
        "bank_transaction_duplicates_source_key",
        copied("bank_transaction_duplicates", bank_transaction_id=THIRD),
    ),
    Case(
        "statement_profiles",
        "statement_profiles_owner_name_version_key",
        copied("statement_profiles", is_current="false"),
    ),
    Case("statement_profiles", "idx_statement_profiles_one_current", copied("statement_profiles", version="2")),
    Case("statement_files", "statement_files_owner_sha256_key", copied("statement_files")),
    Case("bank_statements", "bank_statements_file_account_key", copied("bank_statements")),
    Case("bank_account_syncs", "idx_bank_account_syncs_once", copied("bank_account_syncs")),
    Case("connection_sync_states", "idx_connection_sync_states_connection", copied("connection_sync_states")),
    Case("pending_transactions", "idx_pending_transactions_unique", copied("pending_transactions")),
    Case("sync_requests", "idx_sync_requests_one_waiting", copied("sync_requests")),
    # without account and window too: NULL is a value here
    Case(
        "sync_requests",
        "idx_sync_requests_one_waiting",
        "INSERT INTO sync_requests (connection_id, reason) SELECT connection_id, 'manual' FROM sync_requests, "
        "generate_series(1, 2)",
    ),
    Case("webhook_deliveries", "idx_webhook_deliveries_event_once", copied("webhook_deliveries")),
    Case("withdrawn_transactions", "idx_withdrawn_transactions_one_open", copied("withdrawn_transactions")),
    Case("connect_attempts", "idx_connect_attempts_state", copied("connect_attempts")),
    Case("mapping_proposals", "idx_mapping_proposals_one_waiting", copied("mapping_proposals")),
    # disputed is waiting too
    Case(
        "mapping_proposals",
        "idx_mapping_proposals_one_waiting",
        copied("mapping_proposals", proposal_status="'disputed'"),
    ),
    Case(
        "mapping_decisions",
        "idx_mapping_decisions_undone_once",
        copied("mapping_decisions", decision="'undo'", undoes="id"),
    ),
    Case("transaction_parts", "idx_transaction_parts_part", copied("transaction_parts")),
    # of another whole
    Case("transaction_parts", "idx_transaction_parts_part", copied("transaction_parts", parent_id=TWIN)),
    Case("counterparty_aliases", "idx_counterparty_aliases_unique", copied("counterparty_aliases")),
    Case("rejected_pairs", "idx_rejected_pairs_unique", copied("rejected_pairs")),
    Case("notifications", "idx_notifications_unique", copied("notifications", kind="'overdue'")),
    Case("saved_filters", "idx_saved_filters_unique", copied("saved_filters", is_default="false")),
    Case("saved_filters", "idx_saved_filters_default", copied("saved_filters", name="'Another'")),
    Case("notification_settings", "idx_notification_settings_person", copied("notification_settings", digest_hour="9")),
    Case("audit_seals", "idx_audit_seals_position", copied("audit_seals")),
    Case("mapping_policies", "idx_mapping_policies_account", copied("mapping_policies", create_after_days="NULL")),
    *(
        Case(table, rule, copied(table, **changes))
        for part in (broken_reporting, broken_suspicion)
        for table, rules in part.BROKEN_UNIQUES.items()
        for rule, changes in rules
    ),
    Case("bank_balances", "bank_balances_account_kind_as_of_key", copied("bank_balances")),
    Case("balance_conflicts", "idx_balance_conflicts_one_open", f"{_OPEN_CONFLICT}; {_OPEN_CONFLICT}"),
    Case("balance_resolutions", "idx_balance_resolutions_one_waits", f"{_WAITS}; {_WAITS}"),
    Case(
        "balance_resolutions",
        "idx_balance_resolutions_one_ends_it",
        copied("balance_resolutions", adjustment_id=LEDGER),
    ),
    Case(
        "balance_resolutions",
        "balance_resolutions_adjustment_key",
        copied("balance_resolutions", conflict_id="gen_random_uuid()"),
    ),
)

# The key of a partition bears the partition's name.
PARTITION_OF = {
    "bank_transactions": "bank_transactions_y2026m10",
    "bank_transactions_archive": "bank_transactions_archive_y2015m01",
    "audit_events_archive": "audit_events_archive_y2015m01",
}


@cache
def broken_primary_keys() -> list[Case]:
    """The same row again, key and all."""
    return [
        Case(table, f"{table}_pkey", copied(table, **({"id": "id"} if "id" in columns else {})))
        for table, columns in expected_tables().items()
    ]


@cache
def broken_foreign_keys() -> list[Case]:
    """Each reference, to nobody."""
    cases = []
    for table, its_keys in FOREIGN_KEYS.items():
        for rule, (column, target, _) in its_keys.items():
            nobody = "-1" if target.startswith("auth_") else NOBODY
            copies = broken_reporting.FOREIGN_KEY_COPIES | broken_suspicion.FOREIGN_KEY_COPIES
            if (table, column) in copies:
                others = copies[table, column]
                cases.append(Case(table, rule, copied(table, **{column: nobody}, **others)))
            elif table in {"bank_transaction_versions", "mapping_decisions"}:  # never updated
                undo = {"decision": "'undo'"} if column == "undoes" else {}
                cases.append(Case(table, rule, copied(table, **{column: nobody}, **undo)))
            else:
                cases.append(changed(table, rule, f"{column} = {nobody}"))
    return cases


@cache
def broken_not_nulls() -> list[Case]:
    """Each column that must be set, left out. ``rule`` is the column. The archive has no DEFAULT partition, so that
    a row without a date finds no place in it: its partition is written directly."""
    into = {table: PARTITION_OF[table] for table in ("bank_transactions_archive", "audit_events_archive")}
    return [
        Case(table, name, copied(table, into=into.get(table, ""), **{name: "NULL"}))
        for table, columns in expected_tables().items()
        for name, column in columns.items()
        if not column.nullable
    ]


RETAINED = "UPDATE bank_connections SET data_retention_until = CURRENT_TIMESTAMP + interval '1 day'; {}"
SUBMITTED = broken_reporting.SUBMITTED
PARTED = "INSERT INTO transaction_parts (parent_id, part_id, made) VALUES ({parent}, {part}, 'parent')"
# Rules that triggers hold: some need a row to become protected first.
REFUSALS = (
    Case("audit_events", "audit_events_append_only", "UPDATE audit_events SET reason = ''"),
    Case("audit_events", "audit_events_append_only", "DELETE FROM audit_events"),
    Case("read_events", "read_events_append_only", "UPDATE read_events SET path = ''"),
    Case("read_events", "read_events_append_only", "DELETE FROM read_events"),
    *(
        case
        for table in ("audit_events_archive", "audit_seals")
        for case in (
            Case(table, f"{table}_append_only", f"UPDATE {table} SET id = 5"),
            Case(table, f"{table}_append_only", f"DELETE FROM {table}"),
            Case(
                table,
                f"{table}_no_truncate",
                f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate; TRUNCATE {table}",
            ),
        )
    ),
    Case(
        "audit_seals",
        "audit_seals_chain",
        "SELECT add_audit_seal(7, '2026-10-01', 2, 0, 9, 'x', 0, '{2}', hash, hash, hash, 'k', '', CURRENT_TIMESTAMP) "
        "FROM audit_seals",
    ),
    Case(
        "audit_events",
        "audit_events_no_truncate",
        "ALTER TABLE audit_events ENABLE TRIGGER audit_events_no_truncate; TRUNCATE audit_events",
    ),
    Case(
        "bank_transaction_versions",
        "bank_transaction_versions_immutable",
        "UPDATE bank_transaction_versions SET amount = 0",
    ),
    Case("bank_transactions", "bank_transactions_id_immutable", "UPDATE bank_transactions SET id = gen_random_uuid()"),
    Case("bank_connections", "bank_connections_retention_guard", RETAINED.format("DELETE FROM bank_connections")),
    Case("statement_files", "statement_files_retention_guard", "DELETE FROM statement_files"),
    Case("bank_transactions", "bank_transactions_retention_guard", RETAINED.format("DELETE FROM bank_transactions")),
    Case("bank_transactions", "bank_transactions_retention_guard", RETAINED.format("DELETE FROM accounts")),
    Case(
        "bank_transactions_archive",
        "bank_transactions_retention_guard",
        RETAINED.format("DELETE FROM bank_transactions_archive"),
    ),
    Case(
        "compliance_reports", "compliance_reports_retention_guard", SUBMITTED.format("DELETE FROM compliance_reports")
    ),
    Case(
        "compliance_reports",
        "compliance_reports_submission_guard",
        SUBMITTED.format("UPDATE compliance_reports SET submitted_at = NULL"),
    ),
    Case("mapping_decisions", "mapping_decisions_append_only", "UPDATE mapping_decisions SET note = 'other'"),
    Case("mapping_decisions", "mapping_decisions_no_delete", "DELETE FROM mapping_decisions"),
    Case("transaction_parts", "transaction_parts_sum_check", PARTED.format(parent=LEDGER, part=OTHER_LEDGER)),
    Case("transaction_parts", "transaction_parts_sum_check", PARTED.format(parent=TWIN, part=OTHER_LEDGER)),
    Case("transaction_parts", "transaction_parts_account_check", PARTED.format(parent=TWIN, part=STRANGER)),
    Case(
        "transaction_parts",
        "transaction_parts_account_check",
        f"UPDATE transactions SET currency = 'USD' WHERE id = {PART}; UPDATE transaction_parts SET made = 'parent'",
    ),
    changed("statement_profiles", "statement_profiles_account_check", f"owner_id = {OTHER_PERSON}"),
    Case("transaction_parts", "transaction_parts_depth_check", PARTED.format(parent=PART, part=TWIN)),
    *(Case(*refused) for refused in broken_reporting.REFUSALS),
    Case("balance_conflicts", "balance_conflicts_guard", "UPDATE balance_conflicts SET snoozed_until = '2026-12-01'"),
    Case("balance_resolutions", "balance_resolutions_guard", "UPDATE balance_resolutions SET reason = 'other'"),
    Case("balance_sync_history", "balance_sync_history_guard", "UPDATE balance_sync_history SET bank_balance = 2"),
    *(Case(*refused) for refused in broken_suspicion.REFUSALS),
)
