# ruff: noqa: E501 - conditions as one line each, to be searched for
"""Columns, constraints, indexes, functions and triggers of reporting and retention: cash records, parties, what is filed,
holds and purges. Written as in ``expected_columns`` and ``expected_definitions``, which take it in."""

from __future__ import annotations

COLUMNS = {
    "privacy_breaches": """
        id uuid ! = gen_random_uuid()
        determined_at timestamptz !
        happened varchar(100) ! = ''
        description text !
        data_affected text ! = ''
        people_affected int4
        real_risk boolean
        risk_reason text ! = ''
        reported_at timestamptz
        people_told_at timestamptz
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        recorded_by uuid
        contact varchar(200) ! = ''
        integration_error_id uuid
        steps_taken text ! = ''
        told_how text ! = ''
    """,
    "legal_holds": """
        id uuid ! = gen_random_uuid()
        table_name varchar(63) ! = ''
        row_id varchar(255) ! = ''
        rule_name varchar(63) ! = ''
        reason text !
        placed_at timestamptz ! = CURRENT_TIMESTAMP
        released_at timestamptz
        release_reason text ! = ''
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        placed_by uuid !
        released_by uuid
        user_id uuid
    """,
    "retention_plans": """
        id uuid ! = gen_random_uuid()
        rule_name varchar(63) !
        due_at timestamptz !
        rows_due integer !
        rows_held integer ! = 0
        planned_at timestamptz = CURRENT_TIMESTAMP
        approved_at timestamptz
        executed_at timestamptz
        rows_purged integer
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        approved_by uuid
        planned_by uuid !
    """,
    "parties": """
        id uuid ! = gen_random_uuid()
        party_key varchar(100) !
        kind varchar(10) !
        as_of timestamptz ! = CURRENT_TIMESTAMP
        surname varchar(100) ! = ''
        given_name varchar(100) ! = ''
        other_name varchar(100) ! = ''
        alias varchar(100) ! = ''
        date_of_birth date
        country_of_residence varchar(2) ! = ''
        country_of_citizenship varchar(2) ! = ''
        occupation varchar(200) ! = ''
        employer jsonb ! = '{}'
        entity_name varchar(100) ! = ''
        nature_of_business varchar(200) ! = ''
        structure_code smallint
        client_number varchar(100) ! = ''
        telephone varchar(20) ! = ''
        extension varchar(10) ! = ''
        email varchar(200) ! = ''
        address jsonb ! = '{}'
        identifications jsonb ! = '[]'
        authorized_persons jsonb ! = '[]'
        registrations jsonb ! = '[]'
        ownership jsonb ! = '{}'
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        user_id uuid
    """,
    "large_cash_records": """
        id uuid ! = gen_random_uuid()
        reference varchar(200) !
        record_status varchar(20) ! = 'recorded'
        status_reason text ! = ''
        record_source varchar(20) ! = 'entered'
        received_at timestamptz !
        zone varchar(50) !
        posted_at timestamptz
        location_id varchar(30) ! = ''
        method_code smallint
        method_other varchar(200) ! = ''
        amount decimal(15,2) !
        currency varchar(3) ! = 'CAD'
        exchange_rate decimal(20,10)
        rate_source varchar(20) ! = ''
        amount_cad decimal(15,2) !
        purpose varchar(200) ! = ''
        how_obtained varchar(200) ! = ''
        source_of_cash boolean
        business_account boolean
        disposition_code smallint
        disposition_other varchar(200) ! = ''
        disposition_reference varchar(100) ! = ''
        institution_number varchar(50) ! = ''
        branch_number varchar(50) ! = ''
        account_number varchar(100) ! = ''
        account_type smallint
        account_type_other varchar(200) ! = ''
        account_currency varchar(3) ! = ''
        account_opened date
        further_dispositions jsonb ! = '[]'
        exemption varchar(30) ! = ''
        exemption_reason text ! = ''
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        account_id uuid
        bank_transaction_id uuid
        created_by uuid
        transaction_id uuid
    """,
    "large_cash_parties": """
        id uuid ! = gen_random_uuid()
        party_key varchar(100)
        party_role varchar(20) !
        relationship_code smallint
        relationship_other varchar(200) ! = ''
        created_at timestamptz = CURRENT_TIMESTAMP
        record_id uuid !
        party_id uuid !
    """,
    "compliance_report_transactions": """
        id uuid ! = gen_random_uuid()
        position integer !
        transaction_role varchar(20) !
        window_start timestamptz
        window_end timestamptz
        occurred_at timestamptz
        amount_cad decimal(15,2)
        snapshot jsonb !
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        bank_transaction_id uuid
        ledger_transaction_id uuid
        report_id uuid !
        cash_record_id uuid
    """,
    "compliance_report_versions": """
        id uuid ! = gen_random_uuid()
        version integer !
        content jsonb !
        reason text ! = ''
        changed_at timestamptz = CURRENT_TIMESTAMP
        changed_by uuid
        report_id uuid !
    """,
    "compliance_filings": """
        id uuid ! = gen_random_uuid()
        version integer !
        submit_kind varchar(10) !
        method varchar(10) !
        reference varchar(100) !
        payload bytea !
        sha256 varchar(64) !
        record_number varchar(50) ! = ''
        filed_at timestamptz !
        created_at timestamptz = CURRENT_TIMESTAMP
        filed_by uuid
        report_id uuid !
    """,
    "compliance_acknowledgements": """
        id uuid ! = gen_random_uuid()
        outcome varchar(30) !
        status_code integer
        external_uuid varchar(100) ! = ''
        said jsonb ! = '{}'
        messages jsonb ! = '[]'
        received_at timestamptz !
        created_at timestamptz = CURRENT_TIMESTAMP
        received_by uuid
        filing_id uuid !
    """,
}

# added to a table of the document
EXTENSION = {
    "compliance_reports": """
        aggregation_party varchar(100) ! = ''
        aggregation_role varchar(20) ! = ''
        approved_at timestamptz
        approved_by uuid
        approved_version integer
        assigned_at timestamptz
        assigned_to uuid
        change_reason text ! = ''
        delete_reason smallint
        due_basis varchar(100) ! = ''
        due_basis_at timestamptz
        due_rule varchar(50) ! = ''
        grounds_established_at timestamptz
        not_required_at timestamptz
        not_required_by uuid
        not_required_reason text ! = ''
        prepared_by uuid
        report_reference varchar(100)
        set_key varchar(64)
        submit_kind varchar(10) ! = 'submit'
        version integer ! = 1
        window_end timestamptz
        window_start timestamptz
    """,
}

CHECKS = {
    "privacy_breaches": {
        "privacy_breaches_description_check": "NOT (description = '')",
        "privacy_breaches_people_check": "((people_affected IS NULL) OR (people_affected >= 0))",
        "privacy_breaches_risk_check": "((real_risk IS NULL) OR (NOT (risk_reason = '')))",
        "privacy_breaches_reported_check": "((reported_at IS NULL) OR (reported_at >= determined_at))",
    },
    "legal_holds": {
        "legal_holds_subject_check": "(((row_id) = '') AND ((rule_name) = '') AND ((table_name) = '') AND (user_id IS NOT NULL)) OR (((rule_name) = '') AND (user_id IS NULL) AND (NOT ((table_name) = '')) AND (NOT ((row_id) = ''))) OR (((row_id) = '') AND ((table_name) = '') AND (user_id IS NULL) AND (NOT ((rule_name) = '')))",
        "legal_holds_reason_check": "NOT (reason = '')",
        "legal_holds_release_check": "((released_at IS NULL) AND (released_by IS NULL)) OR ((released_at IS NOT NULL) AND (released_by IS NOT NULL) AND (NOT (release_reason = '')))",
    },
    "retention_plans": {
        "retention_plans_approval_check": "((approved_at IS NULL) AND (approved_by IS NULL)) OR ((approved_at IS NOT NULL) AND (approved_by IS NOT NULL))",
        "retention_plans_two_people_check": "(approved_by IS NULL) OR (NOT ((approved_by = planned_by) AND (approved_by IS NOT NULL)))",
        "retention_plans_executed_check": "((executed_at IS NULL) AND (rows_purged IS NULL)) OR ((approved_by IS NOT NULL) AND (executed_at IS NOT NULL) AND (rows_purged IS NOT NULL))",
        "retention_plans_counts_check": "(rows_due >= 0) AND (rows_held >= 0)",
    },
    "parties": {
        "parties_kind_check": "kind IN ('person', 'entity')",
        "parties_key_check": "NOT ((party_key) = '')",
        "parties_name_check": "(((entity_name) = '') AND ((kind) = 'person') AND (NOT ((surname) = ''))) OR (((given_name) = '') AND ((kind) = 'entity') AND ((surname) = '') AND (NOT ((entity_name) = '')))",
    },
    "large_cash_records": {
        "large_cash_records_status_check": "record_status IN ('proposed', 'recorded', 'dismissed')",
        "large_cash_records_source_check": "record_source IN ('entered', 'imported', 'proposed')",
        "large_cash_records_amount_check": "(amount > (0)::numeric) AND (amount_cad > (0)::numeric)",
        "large_cash_records_rate_check": "((amount_cad = amount) AND ((currency) = 'CAD') AND (exchange_rate IS NULL) AND ((rate_source) = '')) OR ((NOT ((currency) = 'CAD')) AND (exchange_rate > (0)::numeric) AND (rate_source IN ('bank_of_canada', 'ordinary_business')))",
        "large_cash_records_complete_check": "(NOT ((record_status) = 'recorded')) OR ((method_code IS NOT NULL) AND (NOT ((location_id) = '')) AND (NOT ((reference) = '')))",
        "large_cash_records_dismissed_check": "(NOT ((record_status) = 'dismissed')) OR (NOT (status_reason = ''))",
        "large_cash_records_exemption_check": "((exemption) = '') OR ((exemption IN ('financial_entity', 'public_body', 'acts_for_exempt_client', 'alternative_to_lctr')) AND (NOT (exemption_reason = '')))",
    },
    "large_cash_parties": {
        "large_cash_parties_role_check": "party_role IN ('conductor', 'on_behalf_of', 'beneficiary', 'source', 'involved', 'holder')",
    },
    "compliance_report_transactions": {
        "compliance_report_transactions_role_check": "transaction_role IN ('conductor', 'on_behalf_of', 'beneficiary', 'single', 'suspicious')",
        "compliance_report_transactions_window_check": "((window_end IS NULL) AND (window_start IS NULL)) OR ((window_end > window_start) AND (window_end IS NOT NULL) AND (window_start IS NOT NULL))",
    },
    "compliance_filings": {
        "compliance_filings_submit_kind_check": "submit_kind IN ('submit', 'change', 'delete')",
        "compliance_filings_method_check": "method IN ('api', 'manual')",
        "compliance_filings_sha256_check": "(sha256) = encode(sha256(payload), 'hex')",
    },
    "compliance_acknowledgements": {
        "compliance_acknowledgements_outcome_check": "outcome IN ('accepted', 'accepted_with_warnings', 'rejected', 'pending', 'failed', 'unknown')",
    },
    "compliance_reports": {
        "compliance_reports_submit_kind_check": "submit_kind IN ('submit', 'change', 'delete')",
        "compliance_reports_delete_reason_check": "((delete_reason = ANY (ARRAY[3, 4])) AND (delete_reason IS NOT NULL) AND ((submit_kind) = 'delete')) OR ((NOT ((submit_kind) = 'delete')) AND (delete_reason IS NULL))",
        "compliance_reports_assignment_check": "((assigned_at IS NULL) AND (assigned_to IS NULL)) OR ((assigned_at IS NOT NULL) AND (assigned_to IS NOT NULL))",
        "compliance_reports_approval_check": "((approved_at IS NULL) AND (approved_by IS NULL) AND (approved_version IS NULL)) OR ((approved_at IS NOT NULL) AND (approved_by IS NOT NULL) AND (approved_version IS NOT NULL))",
        "compliance_reports_two_people_check": "(approved_by IS NULL) OR (prepared_by IS NULL) OR (NOT ((approved_by = prepared_by) AND (approved_by IS NOT NULL) AND (prepared_by IS NOT NULL)))",
        "compliance_reports_not_required_check": "((not_required_at IS NULL) AND (not_required_by IS NULL) AND (not_required_reason = '')) OR (((compliance_status) = 'exempt') AND (not_required_at IS NOT NULL) AND (not_required_by IS NOT NULL) AND (NOT (not_required_reason = '')))",
        "compliance_reports_window_check": "((window_end IS NULL) AND (window_start IS NULL)) OR ((window_end > window_start) AND (window_end IS NOT NULL) AND (window_end <= (window_start + '1 day'::interval)) AND (window_start IS NOT NULL))",
        "compliance_reports_role_check": "aggregation_role IN ('', 'conductor', 'on_behalf_of', 'beneficiary', 'single', 'suspicious')",
    },
}

FOREIGN_KEYS = {
    "privacy_breaches": {
        "privacy_breaches_recorded_by_fkey": ("recorded_by", "users", "NO ACTION"),
        "privacy_breaches_integration_error_id_fkey": ("integration_error_id", "integration_errors", "NO ACTION"),
    },
    "legal_holds": {
        "legal_holds_user_id_fkey": ("user_id", "users", "NO ACTION"),
        "legal_holds_placed_by_fkey": ("placed_by", "users", "NO ACTION"),
        "legal_holds_released_by_fkey": ("released_by", "users", "NO ACTION"),
    },
    "retention_plans": {
        "retention_plans_planned_by_fkey": ("planned_by", "users", "NO ACTION"),
        "retention_plans_approved_by_fkey": ("approved_by", "users", "NO ACTION"),
    },
    "parties": {
        "parties_user_id_fkey": ("user_id", "users", "NO ACTION"),
    },
    "large_cash_records": {
        "large_cash_records_account_id_fkey": ("account_id", "accounts", "NO ACTION"),
        "large_cash_records_bank_transaction_id_fkey": ("bank_transaction_id", "bank_transaction_keys", "SET NULL"),
        "large_cash_records_transaction_id_fkey": ("transaction_id", "transactions", "SET NULL"),
        "large_cash_records_created_by_fkey": ("created_by", "users", "NO ACTION"),
    },
    "large_cash_parties": {
        "large_cash_parties_record_id_fkey": ("record_id", "large_cash_records", "CASCADE"),
        "large_cash_parties_party_id_fkey": ("party_id", "parties", "NO ACTION"),
    },
    "compliance_report_transactions": {
        "compliance_report_transactions_report_id_fkey": ("report_id", "compliance_reports", "CASCADE"),
        "compliance_report_transactions_cash_record_id_fkey": ("cash_record_id", "large_cash_records", "NO ACTION"),
        "compliance_report_transactions_bank_transaction_id_fkey": (
            "bank_transaction_id",
            "bank_transaction_keys",
            "SET NULL",
        ),
        "compliance_report_transactions_ledger_transaction_id_fkey": (
            "ledger_transaction_id",
            "transactions",
            "SET NULL",
        ),
    },
    "compliance_report_versions": {
        "compliance_report_versions_report_id_fkey": ("report_id", "compliance_reports", "CASCADE"),
        "compliance_report_versions_changed_by_fkey": ("changed_by", "users", "NO ACTION"),
    },
    "compliance_filings": {
        "compliance_filings_report_id_fkey": ("report_id", "compliance_reports", "CASCADE"),
        "compliance_filings_filed_by_fkey": ("filed_by", "users", "NO ACTION"),
    },
    "compliance_acknowledgements": {
        "compliance_acknowledgements_filing_id_fkey": ("filing_id", "compliance_filings", "CASCADE"),
        "compliance_acknowledgements_received_by_fkey": ("received_by", "users", "NO ACTION"),
    },
    "compliance_reports": {
        "compliance_reports_prepared_by_fkey": ("prepared_by", "users", "NO ACTION"),
        "compliance_reports_assigned_to_fkey": ("assigned_to", "users", "NO ACTION"),
        "compliance_reports_approved_by_fkey": ("approved_by", "users", "NO ACTION"),
        "compliance_reports_not_required_by_fkey": ("not_required_by", "users", "NO ACTION"),
    },
}

UNIQUE = {
    "privacy_breaches": {
        "idx_privacy_breaches_error": "(integration_error_id) WHERE (integration_error_id IS NOT NULL)",
    },
    "large_cash_records": {
        "idx_large_cash_records_reference": "(reference)",
        "idx_large_cash_records_bank_transaction": "(bank_transaction_id)",
    },
    "large_cash_parties": {
        "idx_large_cash_parties_unique": "(record_id, party_role, party_id)",
    },
    "compliance_report_transactions": {
        "idx_compliance_report_transactions_once": "(report_id, cash_record_id)",
    },
    "compliance_report_versions": {
        "idx_compliance_report_versions_unique": "(report_id, version)",
    },
    "compliance_reports": {
        "idx_compliance_reports_reference": "(report_reference)",
        "idx_compliance_reports_set": "(set_key)",
    },
}

INDEXES = {
    "privacy_breaches": {
        "idx_privacy_breaches_determined": "(determined_at)",
        "idx_privacy_breaches_open": (
            "(determined_at) WHERE real_risk IS NULL OR ((reported_at IS NULL OR people_told_at IS NULL) AND real_risk)"
        ),
    },
    "legal_holds": {
        "idx_legal_holds_user": "(user_id) WHERE (released_at IS NULL)",
        "idx_legal_holds_row": "(table_name, row_id) WHERE (released_at IS NULL)",
    },
    "retention_plans": {
        "idx_retention_plans_rule": "(rule_name, due_at DESC)",
    },
    "parties": {
        "idx_parties_key": "(party_key, as_of DESC)",
        "idx_parties_user_id": "(user_id)",
        "idx_parties_surname": "(surname, given_name) WHERE (NOT ((surname) = ''))",
        "idx_parties_entity_name": "(entity_name) WHERE (NOT ((entity_name) = ''))",
        "idx_parties_key_prefix": "(upper((party_key)) text_pattern_ops)",
        "idx_parties_surname_prefix": "(upper((surname)) text_pattern_ops) WHERE (NOT ((surname) = ''))",
        "idx_parties_entity_name_prefix": "(upper((entity_name)) text_pattern_ops) WHERE (NOT ((entity_name) = ''))",
    },
    "large_cash_records": {
        "idx_large_cash_records_received": "(received_at, id) WHERE ((record_status) = 'recorded')",
        "idx_large_cash_records_all": "(received_at DESC, id DESC)",
        "idx_large_cash_records_proposed": "(received_at, id) WHERE ((record_status) = 'proposed')",
        "idx_large_cash_records_updated": "(updated_at)",
        "idx_large_cash_records_account": "(account_id, received_at) WHERE (account_id IS NOT NULL)",
    },
    "large_cash_parties": {
        "idx_large_cash_parties_key": "(party_key, party_role)",
        "idx_large_cash_parties_party_id": "(party_id)",
    },
    "compliance_report_transactions": {
        "idx_compliance_report_transactions_report": '(report_id, "position")',
        "idx_compliance_report_transactions_cash_record": "(cash_record_id) WHERE (cash_record_id IS NOT NULL)",
    },
    "compliance_filings": {
        "idx_compliance_filings_report": "(report_id, filed_at DESC)",
        "idx_compliance_filings_filed_at": "(filed_at)",
    },
    "compliance_acknowledgements": {
        "idx_compliance_acknowledgements_filing": "(filing_id, received_at DESC)",
    },
    "compliance_reports": {
        "idx_compliance_reports_submitted": "(submitted_at) WHERE (submitted_at IS NOT NULL)",
        "idx_compliance_reports_open": "(due_date, id) WHERE (report_status IN ('draft', 'under_review', 'rejected'))",
        "idx_compliance_reports_assigned": "(assigned_to, due_date) WHERE (report_status IN ('draft', 'under_review', 'rejected'))",
        "idx_compliance_reports_window": "(window_start, aggregation_role, aggregation_party) WHERE (window_start IS NOT NULL)",
    },
}

FUNCTIONS = {
    "holds_social_insurance_number(content text)": "boolean",
    "refuse_social_insurance_numbers()": "trigger",
    "refuse_delete_under_hold()": "trigger",
    "compliance_reports_moves()": "trigger",
    "lock_report_transactions()": "trigger",
    "large_cash_parties_key()": "trigger",
    "parties_key_immutable()": "trigger",
    "check_report_approval(report uuid, kind text, approver uuid, state text, approved integer, standing integer)": "void",
}
INVOKER_FUNCTIONS = {
    "holds_social_insurance_number",
    "refuse_social_insurance_numbers",
    "compliance_reports_moves",
    "lock_report_transactions",
    "large_cash_parties_key",
    "parties_key_immutable",
}

TRIGGERS = {
    "privacy_breaches": {
        "privacy_breaches_retention_guard": "BEFORE DELETE ROW",
        "privacy_breaches_updated_at_trigger": "BEFORE UPDATE ROW update_updated_at_column()",
        "privacy_breaches_private_numbers_trigger": "BEFORE INSERT OR UPDATE ROW refuse_social_insurance_numbers('description', 'data_affected', 'risk_reason', 'steps_taken', 'told_how', 'contact')",
    },
    "compliance_reports": {
        "compliance_reports_moves_trigger": "BEFORE UPDATE ROW compliance_reports_moves()",
        "compliance_reports_hold_guard": "BEFORE DELETE ROW refuse_delete_under_hold('user_id')",
        "compliance_reports_narrative_private_numbers_trigger": "BEFORE INSERT OR UPDATE OF report_data ROW refuse_social_insurance_numbers('report_data')",
        "compliance_reports_private_numbers_trigger": "BEFORE INSERT OR UPDATE OF change_reason, not_required_reason ROW refuse_social_insurance_numbers('change_reason', 'not_required_reason')",
    },
    "legal_holds": {
        "legal_holds_updated_at_trigger": "BEFORE UPDATE ROW update_updated_at_column()",
    },
    "retention_plans": {
        "retention_plans_updated_at_trigger": "BEFORE UPDATE ROW update_updated_at_column()",
    },
    "compliance_filings": {
        "compliance_filings_append_only": "BEFORE UPDATE ROW",
        "compliance_filings_no_delete": "BEFORE DELETE ROW",
    },
    "compliance_acknowledgements": {
        "compliance_acknowledgements_append_only": "BEFORE UPDATE ROW",
        "compliance_acknowledgements_no_delete": "BEFORE DELETE ROW",
    },
    "compliance_report_versions": {
        "compliance_report_versions_append_only": "BEFORE UPDATE ROW",
        "compliance_report_versions_no_delete": "BEFORE DELETE ROW",
    },
    "large_cash_records": {
        "large_cash_records_retention_guard": "BEFORE DELETE ROW",
        "large_cash_records_private_numbers_trigger": "BEFORE INSERT OR UPDATE ROW refuse_social_insurance_numbers('purpose', 'how_obtained', 'method_other', 'disposition_other', 'account_type_other', 'status_reason', 'exemption_reason')",
        "large_cash_records_hold_guard": "BEFORE DELETE ROW refuse_delete_under_hold()",
        "large_cash_records_updated_at_trigger": "BEFORE UPDATE ROW update_updated_at_column()",
    },
    "compliance_report_transactions": {
        "compliance_report_transactions_lock_trigger": "BEFORE INSERT OR DELETE OR UPDATE ROW lock_report_transactions()",
        "compliance_report_transactions_updated_at_trigger": "BEFORE UPDATE ROW update_updated_at_column()",
    },
    "parties": {
        "parties_private_numbers_trigger": "BEFORE INSERT OR UPDATE ROW refuse_social_insurance_numbers('party_key', 'client_number', 'surname', 'given_name', 'other_name', 'alias', 'occupation', 'employer', 'email', 'address', 'identifications')",
        "parties_entity_private_numbers_trigger": "BEFORE INSERT OR UPDATE ROW refuse_social_insurance_numbers('party_key', 'entity_name', 'nature_of_business', 'email', 'address', 'authorized_persons', 'ownership')",
        "parties_key_trigger": "BEFORE UPDATE OF party_key ROW parties_key_immutable()",
        "parties_hold_guard": "BEFORE DELETE ROW refuse_delete_under_hold('user_id')",
        "parties_updated_at_trigger": "BEFORE UPDATE ROW update_updated_at_column()",
    },
    "large_cash_parties": {
        "large_cash_parties_key_trigger": "BEFORE INSERT OR UPDATE ROW large_cash_parties_key()",
    },
}

# table → columns kept out of its audit, columns of which only the digest stands there
_AUDITED = {
    "parties": ("{identifications,date_of_birth}", "{}"),
    "large_cash_records": ("{}", "{}"),
    "large_cash_parties": ("{}", "{}"),
    "compliance_report_transactions": ("{}", "{snapshot}"),
    "compliance_report_versions": ("{}", "{content}"),
    "compliance_filings": ("{payload}", "{}"),
    "compliance_acknowledgements": ("{}", "{messages,said}"),
    "legal_holds": ("{}", "{}"),
    "retention_plans": ("{}", "{}"),
    "privacy_breaches": ("{}", "{}"),
}
for _table, (_secret, _digested) in _AUDITED.items():
    for _event, _function in (("insert", "inserted"), ("update", "updated"), ("delete", "deleted")):
        TRIGGERS.setdefault(_table, {})[f"{_table}_audit_{_event}_trigger"] = (
            f"AFTER {_event.upper()} STATEMENT audit_{_function}_rows('{_secret}', '{_digested}')"
        )
