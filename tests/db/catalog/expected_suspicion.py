# ruff: noqa: E501 - conditions as one line each, to be searched for
"""Columns, constraints, indexes, functions and triggers of suspicion: indicators, alerts, cases. Written as in
``expected_columns`` and ``expected_definitions``, which take it in."""

from __future__ import annotations

COLUMNS = {
    "indicator_settings": """
        id uuid ! = gen_random_uuid()
        indicator varchar(50) !
        mode varchar(10) ! = 'shadow'
        parameters jsonb ! = '{}'
        version integer ! = 1
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
    """,
    "customer_profiles": """
        id uuid ! = gen_random_uuid()
        expected_monthly_cad numeric(15,2)
        low_income boolean ! = false
        stated_on date !
        source varchar(200) !
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        user_id uuid !
    """,
    "detection_runs": """
        id uuid ! = gen_random_uuid()
        started_at timestamptz !
        new_since timestamptz
        looked_back_to date !
        movements integer !
        left_out integer ! = 0
        settings jsonb !
        outcomes jsonb !
        seconds numeric(10,3) !
        created_at timestamptz = CURRENT_TIMESTAMP
        created_by uuid
    """,
    "suspicion_cases": """
        id uuid ! = gen_random_uuid()
        subject_key varchar(100) !
        case_status varchar(20) ! = 'open'
        opened_at timestamptz ! = CURRENT_TIMESTAMP
        assigned_at timestamptz
        grounds_established_at timestamptz
        closing varchar(20) ! = ''
        decision_note text ! = ''
        decided_at timestamptz
        version integer ! = 1
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        assigned_to uuid
        decided_by uuid
        report_id uuid
        user_id uuid
    """,
    "suspicion_case_events": """
        id uuid ! = gen_random_uuid()
        kind varchar(20) !
        text text ! = ''
        written_at timestamptz ! = CURRENT_TIMESTAMP
        case_id uuid !
        written_by uuid
    """,
    "suspicion_alerts": """
        id uuid ! = gen_random_uuid()
        alert_key varchar(64) !
        indicator varchar(50) !
        indicator_version integer !
        settings_version integer !
        subject varchar(100) !
        alert_status varchar(20) !
        first_at timestamptz !
        last_at timestamptz !
        total_cad numeric(15,2) !
        facts jsonb !
        raised_at timestamptz !
        decided_at timestamptz
        created_at timestamptz = CURRENT_TIMESTAMP
        updated_at timestamptz = CURRENT_TIMESTAMP
        run_id uuid !
        superseded_by uuid
        user_id uuid
        case_id uuid
    """,
    "suspicion_alert_rows": """
        id uuid ! = gen_random_uuid()
        position integer !
        source varchar(10) !
        row_id uuid !
        at timestamptz !
        amount_cad numeric(15,2) !
        flow varchar(3) !
        is_cash boolean !
        location varchar(30) ! = ''
        conductor varchar(100) ! = ''
        beneficiary varchar(100) ! = ''
        account_id uuid
        alert_id uuid !
    """,
}

CHECKS = {
    "indicator_settings": {
        "indicator_settings_mode_check": "(mode IN ('off', 'shadow', 'active'))",
        "indicator_settings_version_check": "(version >= 1)",
    },
    "customer_profiles": {
        "customer_profiles_expected_check": "((expected_monthly_cad > 0) OR (expected_monthly_cad IS NULL))",
    },
    "suspicion_cases": {
        "suspicion_cases_assignment_check": "(((assigned_at IS NULL) AND (assigned_to IS NULL)) OR ((assigned_at IS NOT NULL) AND (assigned_to IS NOT NULL)))",
        "suspicion_cases_closing_check": "((closing = '') OR (closing IN ('explained', 'false_positive', 'duplicate', 'monitored')))",
        "suspicion_cases_decided_check": "(((case_status IN ('open', 'in_progress')) AND (decided_at IS NULL) AND (decided_by IS NULL)) OR ((case_status IN ('reported', 'closed')) AND (decided_at IS NOT NULL) AND (decided_by IS NOT NULL) AND (NOT (decision_note = ''))))",
        "suspicion_cases_decision_check": "(((case_status = 'reported') AND (closing = '') AND (grounds_established_at IS NOT NULL) AND (report_id IS NOT NULL)) OR ((case_status = 'closed') AND (report_id IS NULL) AND (NOT (closing = ''))) OR ((case_status IN ('open', 'in_progress')) AND (closing = '') AND (report_id IS NULL)))",
        "suspicion_cases_in_progress_check": "((NOT (case_status = 'in_progress')) OR (assigned_to IS NOT NULL))",
        "suspicion_cases_case_status_check": "(case_status IN ('open', 'in_progress', 'reported', 'closed'))",
    },
    "suspicion_case_events": {
        "suspicion_case_events_kind_check": "(kind IN ('opened', 'alerted', 'assigned', 'released', 'note', 'reported', 'closed', 'reopened'))",
        "suspicion_case_events_note_check": "((NOT (kind = 'note')) OR (NOT (text = '')))",
    },
    "suspicion_alerts": {
        "suspicion_alerts_decided_check": "(((alert_status IN ('confirmed', 'dismissed')) AND (case_id IS NOT NULL) AND (decided_at IS NOT NULL)) OR ((NOT (alert_status IN ('confirmed', 'dismissed'))) AND (decided_at IS NULL)))",
        "suspicion_alerts_key_check": "(alert_key ~ '^[0-9a-f]{64}$')",
        "suspicion_alerts_shadow_check": "((NOT (alert_status = 'shadow')) OR (case_id IS NULL))",
        "suspicion_alerts_span_check": "((last_at >= first_at) AND (total_cad > 0))",
        "suspicion_alerts_status_check": "(alert_status IN ('shadow', 'open', 'confirmed', 'dismissed', 'superseded'))",
        "suspicion_alerts_superseded_check": "(((alert_status = 'superseded') AND (superseded_by IS NOT NULL)) OR ((NOT (alert_status = 'superseded')) AND (superseded_by IS NULL)))",
    },
    "suspicion_alert_rows": {
        "suspicion_alert_rows_flow_check": "(flow IN ('in', 'out'))",
        "suspicion_alert_rows_source_check": "(source IN ('ledger', 'bank', 'cash'))",
    },
}

FOREIGN_KEYS = {
    "customer_profiles": {
        "customer_profiles_user_id_fkey": ("user_id", "users", "NO ACTION"),
    },
    "detection_runs": {
        "detection_runs_created_by_fkey": ("created_by", "users", "NO ACTION"),
    },
    "suspicion_cases": {
        "suspicion_cases_assigned_to_fkey": ("assigned_to", "users", "NO ACTION"),
        "suspicion_cases_decided_by_fkey": ("decided_by", "users", "NO ACTION"),
        "suspicion_cases_report_id_fkey": ("report_id", "compliance_reports", "NO ACTION"),
        "suspicion_cases_user_id_fkey": ("user_id", "users", "NO ACTION"),
    },
    "suspicion_case_events": {
        "suspicion_case_events_case_id_fkey": ("case_id", "suspicion_cases", "CASCADE"),
        "suspicion_case_events_written_by_fkey": ("written_by", "users", "NO ACTION"),
    },
    "suspicion_alerts": {
        "suspicion_alerts_case_id_fkey": ("case_id", "suspicion_cases", "NO ACTION"),
        "suspicion_alerts_run_id_fkey": ("run_id", "detection_runs", "NO ACTION"),
        "suspicion_alerts_superseded_by_fkey": ("superseded_by", "suspicion_alerts", "NO ACTION"),
        "suspicion_alerts_user_id_fkey": ("user_id", "users", "NO ACTION"),
    },
    "suspicion_alert_rows": {
        "suspicion_alert_rows_account_id_fkey": ("account_id", "accounts", "SET NULL"),
        "suspicion_alert_rows_alert_id_fkey": ("alert_id", "suspicion_alerts", "CASCADE"),
    },
}

UNIQUE = {
    "indicator_settings": {
        "idx_indicator_settings_indicator": "(indicator)",
    },
    "customer_profiles": {
        "idx_customer_profiles_user": "(user_id)",
    },
    "suspicion_cases": {
        "idx_suspicion_cases_one_undecided": "(subject_key) WHERE (case_status IN ('open', 'in_progress'))",
    },
    "suspicion_alerts": {
        "idx_suspicion_alerts_key": "(alert_key)",
    },
    "suspicion_alert_rows": {
        "idx_suspicion_alert_rows_position": '(alert_id, "position")',
    },
}

INDEXES = {
    "detection_runs": {
        "idx_detection_runs_started_at": "(started_at DESC)",
    },
    "suspicion_cases": {
        "idx_suspicion_cases_assigned": "(assigned_to, opened_at) WHERE ((assigned_to IS NOT NULL) AND (case_status IN ('open', 'in_progress')))",
        "idx_suspicion_cases_opened": "(opened_at, id)",
        "idx_suspicion_cases_report": "(report_id) WHERE (report_id IS NOT NULL)",
        "idx_suspicion_cases_undecided": "(opened_at, id) WHERE (case_status IN ('open', 'in_progress'))",
        "idx_suspicion_cases_user": "(user_id, opened_at DESC)",
    },
    "suspicion_case_events": {
        "idx_suspicion_case_events_case": "(case_id, written_at)",
    },
    "suspicion_alerts": {
        "idx_suspicion_alerts_case": "(case_id) WHERE (case_id IS NOT NULL)",
        "idx_suspicion_alerts_raised_at": "(raised_at)",
        "idx_suspicion_alerts_run": "(run_id)",
        "idx_suspicion_alerts_subject": "(indicator, subject)",
        "idx_suspicion_alerts_user": "(user_id, raised_at DESC)",
        "idx_suspicion_alerts_waiting": "(raised_at, id) WHERE (alert_status = 'open')",
    },
    "suspicion_alert_rows": {
        "idx_suspicion_alert_rows_row": "(row_id)",
    },
}

FUNCTIONS = {
    "suspicion_cases_moves()": "trigger",
    "suspicion_alerts_moves()": "trigger",
    "indicator_settings_new_version()": "trigger",
}
INVOKER_FUNCTIONS = {"suspicion_cases_moves", "suspicion_alerts_moves", "indicator_settings_new_version"}

_UPDATED_AT = "BEFORE UPDATE ROW update_updated_at_column()"
TRIGGERS = {
    "indicator_settings": {
        "indicator_settings_version_trigger": "BEFORE UPDATE ROW indicator_settings_new_version()",
        "indicator_settings_updated_at_trigger": _UPDATED_AT,
    },
    "customer_profiles": {
        "customer_profiles_updated_at_trigger": _UPDATED_AT,
        "customer_profiles_private_numbers_trigger": (
            "BEFORE INSERT OR UPDATE ROW refuse_social_insurance_numbers('source')"
        ),
    },
    "suspicion_cases": {
        "suspicion_cases_moves_trigger": "BEFORE UPDATE ROW suspicion_cases_moves()",
        "suspicion_cases_updated_at_trigger": _UPDATED_AT,
        "suspicion_cases_private_numbers_trigger": (
            "BEFORE INSERT OR UPDATE OF decision_note ROW refuse_social_insurance_numbers('decision_note')"
        ),
        "suspicion_cases_retention_guard": "BEFORE DELETE ROW",
    },
    "suspicion_case_events": {
        "suspicion_case_events_append_only": "BEFORE UPDATE ROW",
        "suspicion_case_events_no_delete": "BEFORE DELETE ROW",
        "suspicion_case_events_private_numbers_trigger": "BEFORE INSERT ROW refuse_social_insurance_numbers('text')",
    },
    "suspicion_alerts": {
        "suspicion_alerts_moves_trigger": "BEFORE UPDATE ROW suspicion_alerts_moves()",
        "suspicion_alerts_updated_at_trigger": _UPDATED_AT,
        "suspicion_alerts_content_immutable": "BEFORE UPDATE ROW",
        "suspicion_alerts_retention_guard": "BEFORE DELETE ROW",
    },
    "suspicion_alert_rows": {"suspicion_alert_rows_immutable": "BEFORE UPDATE ROW"},
}
# table → columns whose values the audit does not keep; all are audited once per statement
AUDITED = {
    "indicator_settings": "{}",
    "customer_profiles": "{}",
    "detection_runs": "{}",
    "suspicion_cases": "{decision_note}",
    "suspicion_case_events": "{text}",
    "suspicion_alerts": "{facts}",
    "suspicion_alert_rows": "{}",
}
