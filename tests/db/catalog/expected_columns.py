"""The columns of every table, by hand from the schema document and the decisions on it.

One column per line: name, type, ``!`` where NULL is refused, ``= default``, or ``generated``.
"""

from __future__ import annotations

from functools import cache

from tests.db.catalog import expected_reporting, expected_suspicion
from tests.db.catalog.live import Column

# The eight tables of the document. Departures: gen_random_uuid() for the key (in PostgreSQL's core),
# duration_ms bigint, discrepancy_percentage decimal(20,2), webhook_secret and verification_token text.
DOCUMENT = {
    "bank_connections": """
        id uuid ! = gen_random_uuid()
        user_id uuid !
        bank_id varchar(20) !
        bank_name varchar(100) !
        connection_type varchar(20) !
        encrypted_credentials text !
        encryption_key_id varchar(100) !
        encrypted_access_token text
        encrypted_refresh_token text
        token_expires_at timestamptz
        token_last_refreshed timestamptz
        connection_status varchar(20) ! = 'active'
        scopes text[]
        linked_accounts_count integer = 0
        last_successful_sync timestamptz
        last_sync_attempt timestamptz
        consecutive_failures integer = 0
        last_error_message text
        last_error_at timestamptz
        consent_given_at timestamptz !
        consent_expires_at timestamptz
        data_retention_until timestamptz
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        created_by uuid
        updated_by uuid
        deleted_at timestamptz
        deleted_by uuid
    """,
    "bank_sync_logs": """
        id uuid ! = gen_random_uuid()
        connection_id uuid !
        user_id uuid !
        sync_type varchar(50) !
        sync_operation varchar(50) !
        sync_status varchar(20) !
        started_at timestamptz ! = CURRENT_TIMESTAMP
        completed_at timestamptz
        duration_ms bigint generated
        accounts_processed integer = 0
        accounts_imported integer = 0
        accounts_updated integer = 0
        transactions_processed integer = 0
        transactions_imported integer = 0
        transactions_duplicates integer = 0
        errors_count integer = 0
        warnings_count integer = 0
        error_details jsonb
        sync_metadata jsonb
    """,
    "bank_transactions": """
        id uuid ! = gen_random_uuid()
        connection_id uuid !
        account_id uuid !
        bank_id varchar(20) !
        external_transaction_id varchar(255) !
        external_account_id varchar(255) !
        raw_data jsonb !
        normalized_data jsonb !
        amount decimal(15,2) !
        currency varchar(3) = 'CAD'
        transaction_type varchar(20) !
        transaction_date date !
        posted_date date
        value_date date
        raw_description text
        normalized_description text
        merchant_name varchar(255)
        category varchar(100)
        subcategory varchar(100)
        transaction_code varchar(50)
        bank_reference varchar(255)
        processing_status varchar(20) = 'imported'
        mapped_transaction_id uuid
        bank_created_at timestamptz
        imported_at timestamptz = CURRENT_TIMESTAMP
        processed_at timestamptz
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "transaction_mappings": """
        id uuid ! = gen_random_uuid()
        transaction_id uuid !
        bank_transaction_id uuid !
        mapping_type varchar(20) !
        mapping_confidence decimal(3,2)
        mapping_algorithm varchar(50)
        reconciliation_status varchar(20) = 'matched'
        discrepancy_amount decimal(15,2)
        discrepancy_reason text
        reviewed_by uuid
        reviewed_at timestamptz
        review_notes text
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "balance_sync_history": """
        id uuid ! = gen_random_uuid()
        account_id uuid !
        connection_id uuid
        dway_balance_before decimal(15,2) !
        bank_balance decimal(15,2) !
        dway_balance_after decimal(15,2) !
        discrepancy_amount decimal(15,2) generated
        discrepancy_percentage decimal(20,2) generated
        sync_type varchar(50) !
        sync_status varchar(20) !
        resolution_method varchar(50)
        conflict_detected boolean = false
        conflict_resolution_id uuid
        resolution_confidence decimal(3,2)
        resolution_reasoning text
        requires_manual_review boolean = false
        reviewed_by uuid
        reviewed_at timestamptz
        approved_by uuid
        approved_at timestamptz
        sync_metadata jsonb
        sync_timestamp timestamptz ! = CURRENT_TIMESTAMP
        created_at timestamptz = CURRENT_TIMESTAMP
    """,
    "bank_webhooks": """
        id uuid ! = gen_random_uuid()
        connection_id uuid !
        bank_id varchar(20) !
        webhook_url text !
        webhook_secret text !
        webhook_events text[] !
        webhook_status varchar(20) = 'active'
        last_verification_at timestamptz
        verification_token text
        events_received integer = 0
        last_event_at timestamptz
        last_successful_event_at timestamptz
        consecutive_failures integer = 0
        supported_events text[]
        webhook_version varchar(10)
        webhook_metadata jsonb
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        expires_at timestamptz
    """,
    "compliance_reports": """
        id uuid ! = gen_random_uuid()
        user_id uuid
        report_type varchar(50) !
        report_period_start date !
        report_period_end date !
        report_status varchar(20) = 'draft'
        fintrac_report_number varchar(50)
        transaction_threshold_amount decimal(15,2)
        suspicious_activity_indicators text[]
        report_data jsonb !
        report_summary jsonb
        submitted_to varchar(100)
        submission_method varchar(50)
        submitted_at timestamptz
        submitted_by uuid
        acknowledgment_received_at timestamptz
        response_received_at timestamptz
        response_status varchar(50)
        response_data jsonb
        due_date date !
        compliance_status varchar(20) = 'pending'
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "integration_errors": """
        id uuid ! = gen_random_uuid()
        connection_id uuid
        user_id uuid
        error_type varchar(50) !
        error_severity varchar(20) !
        error_code varchar(50)
        error_message text !
        operation_type varchar(50)
        bank_id varchar(20)
        external_account_id varchar(255)
        error_details jsonb
        stack_trace text
        request_data jsonb
        response_data jsonb
        resolution_status varchar(20) = 'new'
        resolution_method varchar(50)
        resolved_at timestamptz
        resolved_by uuid
        resolution_notes text
        affected_users_count integer = 0
        business_impact varchar(20)
        estimated_downtime_minutes integer
        retry_count integer = 0
        last_retry_at timestamptz
        next_retry_at timestamptz
        max_retries integer = 3
        notification_sent boolean = false
        notification_sent_at timestamptz
        escalated boolean = false
        escalated_at timestamptz
        occurred_at timestamptz ! = CURRENT_TIMESTAMP
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
}

# Columns the document adds to tables that DwayBank already has.
EXTENSION = {
    "accounts": """
        external_bank_name varchar(100)
        external_account_id varchar(255)
        last_sync_date timestamptz
        sync_enabled boolean = false
    """,
    "transactions": """
        external_transaction_id varchar(255)
        import_source varchar(50) = 'manual'
        bank_reference varchar(255)
        transaction_metadata jsonb
    """,
}

# Tables that the document takes for granted, and the project's own.
OWN = {
    "users": """
        id uuid ! = gen_random_uuid()
        email varchar(254) !
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        full_name varchar(200) ! = ''
        password varchar(128) ! = '!'
        last_login timestamptz
        is_active boolean ! = true
        is_staff boolean ! = false
        is_superuser boolean ! = false
        language varchar(5)
    """,
    "users_groups": """
        id bigint ! = identity
        user_id uuid !
        group_id integer !
    """,
    "users_user_permissions": """
        id bigint ! = identity
        user_id uuid !
        permission_id integer !
    """,
    "accounts": """
        id uuid ! = gen_random_uuid()
        user_id uuid !
        account_name varchar(255) !
        account_type varchar(50) !
        currency varchar(3) = 'CAD'
        current_balance decimal(15,2) ! = 0
        is_external boolean ! = false
        deleted_at timestamptz
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "transactions": """
        id uuid ! = gen_random_uuid()
        account_id uuid !
        amount decimal(15,2) !
        currency varchar(3) = 'CAD'
        transaction_type varchar(20) !
        transaction_date date !
        description text
        status varchar(20) = 'posted'
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "system_config": """
        key varchar(100) !
        value text !
        description text
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "system_logs": """
        id uuid ! = gen_random_uuid()
        level varchar(10) !
        message text !
        metadata jsonb
        created_at timestamptz = CURRENT_TIMESTAMP
    """,
    "notifications": """
        id uuid ! = gen_random_uuid()
        recipient_id uuid !
        kind varchar(40) !
        subject varchar(200) !
        url varchar(300) !
        dedupe_key varchar(200) !
        created_at timestamptz ! = CURRENT_TIMESTAMP
        read_at timestamptz
        mailed_at timestamptz
    """,
    "notification_settings": """
        id uuid ! = gen_random_uuid()
        person_id uuid !
        mail_mode varchar(10) ! = 'daily'
        digest_hour smallint ! = 8
        quiet_from smallint
        quiet_until smallint
        muted_kinds varchar(40)[] ! = '{}'::character varying(40)[]
        digest_sent_on date
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "saved_filters": """
        id uuid ! = gen_random_uuid()
        owner_id uuid !
        page varchar(200) !
        name varchar(60) !
        query varchar(2000) !
        is_default boolean ! = false
        shared_with_id integer
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "audit_events": """
        id bigint ! = identity
        occurred_at timestamptz ! = CURRENT_TIMESTAMP
        table_name varchar(63) !
        row_id varchar(255) !
        action varchar(10) !
        actor_id uuid
        run text ! = ''
        run_id varchar(64) ! = ''
        reason text ! = ''
        database_role varchar(63) !
        changed_columns varchar(63)[] !
        old_values jsonb
        new_values jsonb
        txid bigint ! = ((pg_current_xact_id())::text)
    """,
    "audit_seals": """
        id bigint !
        month date !
        position integer !
        first_txid bigint !
        next_txid bigint !
        cluster varchar(32) !
        covered_id bigint !
        event_ids bigint[] !
        event_hashes bytea !
        previous_hash bytea !
        hash bytea !
        key_id varchar(63) !
        signature bytea !
        sealed_at timestamptz !
    """,
    "read_events": """
        id bigint ! = identity
        read_at timestamptz ! = CURRENT_TIMESTAMP
        reader_id uuid
        table_name varchar(63) !
        row_ids text[] ! = '{}'::text[]
        what varchar(20) !
        path text ! = ''
        run text ! = ''
        request_id varchar(100) ! = ''
    """,
    "linked_accounts": """
        id uuid ! = gen_random_uuid()
        connection_id uuid !
        account_id uuid !
        bank_id varchar(20) !
        external_account_id varchar(255) !
        identifier_kind varchar(20) !
        currency varchar(3) !
        account_key varchar(255) generated
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "bank_transaction_keys": """
        id uuid !
        bank_id varchar(20) !
        external_account_id varchar(255) !
        external_transaction_id varchar(255) !
        transaction_date date !
    """,
    "bank_transaction_versions": """
        id uuid ! = gen_random_uuid()
        bank_transaction_id uuid !
        replaced_at timestamptz ! = CURRENT_TIMESTAMP
        transaction_date date !
        posted_date date
        amount decimal(15,2) !
        transaction_type varchar(20) !
        raw_description text
        raw_data jsonb !
        normalized_data jsonb !
    """,
    "bank_transaction_duplicates": """
        id uuid ! = gen_random_uuid()
        bank_transaction_id uuid !
        duplicate_of_id uuid !
        source varchar(30) !
        created_at timestamptz = CURRENT_TIMESTAMP
    """,
    "statement_files": """
        id uuid ! = gen_random_uuid()
        owner_id uuid !
        sha256 varchar(64) !
        file_name varchar(255) !
        size_bytes bigint !
        file_format varchar(30)
        bank_id varchar(20)
        file_status varchar(20) !
        content bytea
        problems jsonb !
        uploaded_by uuid
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "statement_profiles": """
        id uuid ! = gen_random_uuid()
        owner_id uuid !
        account_id uuid
        name varchar(100) !
        version integer !
        is_current boolean !
        columns jsonb !
        has_header boolean !
        delimiter varchar(1) !
        encoding varchar(10) !
        date_order varchar(10) !
        sign_rule varchar(20) !
        currency varchar(3) !
        bank_id varchar(20)
        institution varchar(100) !
        account_kind varchar(20) !
        created_by uuid
        created_at timestamptz = CURRENT_TIMESTAMP
    """,
    "bank_statements": """
        id uuid ! = gen_random_uuid()
        file_id uuid !
        account_id uuid !
        connection_id uuid !
        sync_log_id uuid
        external_account_id varchar(255) !
        currency varchar(3) !
        period_start date
        period_end date
        opening_balance decimal(15,2)
        closing_balance decimal(15,2)
        signed_sum decimal(15,2) !
        transactions_seen integer !
        transactions_imported integer !
        transactions_duplicates integer !
        transactions_changed integer ! = 0
        transactions_rejected integer !
        ties_out boolean generated
        created_at timestamptz = CURRENT_TIMESTAMP
    """,
    "bank_account_syncs": """
        id uuid ! = gen_random_uuid()
        sync_log_id uuid !
        currency varchar(3) !
        window_start date
        window_end date
        transactions_seen integer ! = 0
        transactions_imported integer ! = 0
        transactions_duplicates integer ! = 0
        transactions_rejected integer ! = 0
        pending_seen integer ! = 0
        created_at timestamptz = CURRENT_TIMESTAMP
        account_id uuid !
        connection_id uuid !
    """,
    "connect_attempts": """
        id uuid ! = gen_random_uuid()
        connector_id varchar(50) !
        state_sha256 varchar(64) !
        sealed text !
        redirect_uri text !
        requested_by uuid
        expires_at timestamptz !
        used_at timestamptz
        created_at timestamptz = CURRENT_TIMESTAMP
        connection_id uuid
        user_id uuid !
    """,
    "connection_sync_states": """
        id uuid ! = gen_random_uuid()
        cursor text
        synced_through date
        next_sync_at timestamptz
        next_probe_at timestamptz
        consent_status varchar(20) ! = 'unknown'
        consent_id varchar(255) ! = ''
        consent_checked_at timestamptz
        consent_reminded_at timestamptz
        paused_at timestamptz
        paused_by uuid
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        connection_id uuid !
    """,
    "pending_transactions": """
        id uuid ! = gen_random_uuid()
        external_account_id varchar(255) !
        external_transaction_id varchar(255) !
        amount decimal(15,2) !
        currency varchar(3) !
        transaction_type varchar(20) !
        transaction_date date !
        description text ! = ''
        raw_data jsonb !
        pending_status varchar(20) ! = 'pending'
        linked_by varchar(20) ! = ''
        first_seen_at timestamptz !
        last_seen_at timestamptz !
        ended_at timestamptz
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        account_id uuid !
        connection_id uuid !
        posted_as uuid
    """,
    "sync_requests": """
        id uuid ! = gen_random_uuid()
        window_start date
        window_end date
        reason varchar(20) !
        request_status varchar(20) ! = 'queued'
        attempts integer ! = 0
        next_attempt_at timestamptz
        sync_log_id uuid
        message text ! = ''
        requested_by uuid
        created_at timestamptz = CURRENT_TIMESTAMP
        started_at timestamptz
        ended_at timestamptz
        updated_at timestamptz = CURRENT_TIMESTAMP
        account_id uuid
        connection_id uuid !
    """,
    "webhook_deliveries": """
        id uuid ! = gen_random_uuid()
        verdict varchar(20) !
        verdict_reason text ! = ''
        event_id varchar(255)
        event_type varchar(100) ! = ''
        body bytea
        proof text ! = ''
        body_sha256 varchar(64) ! = ''
        size_bytes bigint !
        received_at timestamptz !
        processed_at timestamptz
        created_at timestamptz = CURRENT_TIMESTAMP
        sync_request_id uuid
        webhook_id uuid !
    """,
    "withdrawn_transactions": """
        id uuid ! = gen_random_uuid()
        withdrawal_kind varchar(20) !
        sync_log_id uuid !
        noticed_at timestamptz !
        returned_at timestamptz
        created_at timestamptz = CURRENT_TIMESTAMP
        account_id uuid !
        bank_transaction_id uuid !
        connection_id uuid !
    """,
    "mapping_runs": """
        id uuid ! = gen_random_uuid()
        account_id uuid
        since date
        run_hash varchar(64) !
        parameters jsonb !
        bank_lines integer !
        ledger_lines integer !
        outcomes jsonb !
        ledger_offsets jsonb !
        seconds decimal(10,3) !
        created_by uuid
        created_at timestamptz = CURRENT_TIMESTAMP
    """,
    "mapping_proposals": """
        id uuid ! = gen_random_uuid()
        bank_transaction_id uuid !
        account_id uuid !
        run_id uuid
        group_id uuid ! = gen_random_uuid()
        proposal_status varchar(20) ! = 'open'
        outcome varchar(20) !
        reason varchar(50) ! = ''
        amount decimal(15,2) !
        currency varchar(3) = 'CAD'
        transaction_type varchar(20) !
        transaction_date date !
        description text ! = ''
        probability decimal(5,4)
        margin decimal(5,4)
        is_exact boolean ! = false
        candidates jsonb !
        claimed_by uuid
        claimed_at timestamptz
        version integer ! = 1
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "mapping_decisions": """
        id uuid ! = gen_random_uuid()
        bank_transaction_id uuid !
        account_id uuid !
        decision varchar(20) !
        before jsonb !
        after jsonb !
        note text ! = ''
        undoes uuid
        decided_by uuid !
        decided_at timestamptz = CURRENT_TIMESTAMP
    """,
    "transaction_parts": """
        id uuid ! = gen_random_uuid()
        parent_id uuid !
        part_id uuid !
        made varchar(10) !
        created_at timestamptz = CURRENT_TIMESTAMP
    """,
    "counterparty_aliases": """
        id uuid ! = gen_random_uuid()
        account_id uuid !
        bank_text varchar(255) !
        counterparty varchar(255) !
        confirmations integer ! = 1
        confirmed_at timestamptz ! = CURRENT_TIMESTAMP
        created_at timestamptz = CURRENT_TIMESTAMP
    """,
    "rejected_pairs": """
        id uuid ! = gen_random_uuid()
        bank_transaction_id uuid !
        transaction_id uuid !
        rejected_by uuid !
        rejected_at timestamptz ! = CURRENT_TIMESTAMP
    """,
    "bank_balances": """
        id uuid ! = gen_random_uuid()
        account_id uuid !
        connection_id uuid
        sync_log_id uuid
        kind varchar(20) !
        amount decimal(15,2) !
        currency varchar(3) !
        as_of timestamptz !
        bank_day date !
        created_at timestamptz = CURRENT_TIMESTAMP
    """,
    "balance_conflicts": """
        id uuid ! = gen_random_uuid()
        account_id uuid !
        connection_id uuid
        conflict_status varchar(20) ! = 'open'
        currency varchar(3) !
        bank_day date !
        bank_balance decimal(15,2) !
        dway_balance decimal(15,2) !
        gap decimal(15,2) generated
        parted_on date
        parted_from date
        cause varchar(20) ! = ''
        is_certain boolean ! = false
        explanation jsonb !
        comparisons integer ! = 1
        claimed_by uuid
        claimed_at timestamptz
        snoozed_until date
        opened_at timestamptz ! = CURRENT_TIMESTAMP
        compared_at timestamptz ! = CURRENT_TIMESTAMP
        closed_at timestamptz
        closed_reason text ! = ''
        version integer ! = 1
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "balance_resolutions": """
        id uuid ! = gen_random_uuid()
        conflict_id uuid !
        resolution_status varchar(20) ! = 'proposed'
        method varchar(20) !
        amount decimal(15,2)
        window_start date
        window_end date
        reason text !
        bank_balance decimal(15,2) !
        dway_balance decimal(15,2) !
        proposed_by uuid !
        proposed_at timestamptz ! = CURRENT_TIMESTAMP
        decided_by uuid
        decided_at timestamptz
        decision_reason text ! = ''
        is_one_person boolean ! = false
        adjustment_id uuid
        sync_request_id uuid
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "mapping_policies": """
        id uuid ! = gen_random_uuid()
        account_id uuid !
        create_after_days integer
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
}

# Generated columns: what the document (or, where it fails, the decision) computes. PostgreSQL itself brings both
# sides into one spelling, so these are written as a person would.
GENERATED = {
    ("balance_conflicts", "gap"): "bank_balance - dway_balance",
    ("bank_sync_logs", "duration_ms"): (
        "CASE WHEN completed_at IS NOT NULL THEN EXTRACT(EPOCH FROM (completed_at - started_at)) * 1000 ELSE NULL END"
    ),
    ("balance_sync_history", "discrepancy_amount"): "ABS(dway_balance_before - bank_balance)",
    ("balance_sync_history", "discrepancy_percentage"): (
        "CASE WHEN dway_balance_before = bank_balance THEN 0 WHEN bank_balance = 0 THEN NULL "
        "ELSE ROUND((ABS(dway_balance_before - bank_balance) / ABS(bank_balance)) * 100, 2) END"
    ),
    ("linked_accounts", "account_key"): "upper(regexp_replace(external_account_id, '[^0-9A-Za-z*]', '', 'g'))",
    ("bank_statements", "ties_out"): "opening_balance + signed_sum = closing_balance",
}

# View columns of the document, in its order.
VIEWS = {
    "bank_integration_health": """
        connection_id uuid
        user_id uuid
        bank_id varchar(20)
        bank_name varchar(100)
        connection_status varchar(20)
        linked_accounts_count integer
        last_successful_sync timestamptz
        consecutive_failures integer
        health_score integer
        sync_count_7d bigint
        error_count_7d bigint
        avg_sync_duration_ms decimal
        token_status text
        created_at timestamptz
        updated_at timestamptz
    """,
    "transaction_reconciliation_status": """
        account_id uuid
        user_id uuid
        account_name varchar(255)
        external_bank_name varchar(100)
        total_bank_transactions bigint
        mapped_transactions bigint
        unmapped_transactions bigint
        total_bank_amount decimal
        total_mapped_amount decimal
        reconciliation_difference decimal
        automatic_mappings bigint
        manual_mappings bigint
        discrepancies bigint
        earliest_transaction date
        latest_transaction date
        last_import timestamptz
    """,
}


def parse(block: str) -> dict[str, Column]:
    """Column name → column, in the order written."""
    parsed = {}
    for line in filter(None, map(str.strip, block.splitlines())):
        head, _, default = line.partition(" = ")
        name, type_name, *marks = head.split()
        parsed[name] = Column(
            type_name.replace("decimal", "numeric"), "!" not in marks, default or None, "generated" in marks
        )
    return parsed


@cache
def expected_tables() -> dict[str, dict[str, Column]]:
    """Every table; the archive is the live table once more."""
    tables = {
        name: parse(block)
        for name, block in {**DOCUMENT, **OWN, **expected_reporting.COLUMNS, **expected_suspicion.COLUMNS}.items()
    }
    for name, block in (*EXTENSION.items(), *expected_reporting.EXTENSION.items()):
        tables[name] |= parse(block)
    tables["bank_transactions_archive"] = tables["bank_transactions"]
    id_by_hand = tables["audit_events"]["id"]._replace(default=None)
    tables["audit_events_archive"] = {**tables["audit_events"], "id": id_by_hand}
    return tables
