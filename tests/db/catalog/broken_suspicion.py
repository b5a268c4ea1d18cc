"""A valid row in each table of suspicion, and what breaks each of its rules. ``broken`` takes it in."""

from __future__ import annotations


def _key(number: int) -> str:
    return f"'00000000-0000-0000-0000-{number:012d}'"


PERSON, ACCOUNT, LEDGER = _key(1), _key(3), _key(5)
RUN, CASE, ALERT, OTHER_ALERT = map(_key, range(61, 65))

VALID_ROWS = (
    "INSERT INTO customer_profiles (user_id, expected_monthly_cad, stated_on, source) "
    f"VALUES ({PERSON}, 2000, '2026-01-02', 'account opening')",
    "INSERT INTO detection_runs (id, started_at, looked_back_to, movements, settings, outcomes, seconds, created_by) "
    f"VALUES ({RUN}, '2026-10-06Z', '2025-10-01', 1, '{{}}', '{{}}', 0.1, {PERSON})",
    "INSERT INTO suspicion_cases (id, subject_key, user_id, case_status, assigned_to, assigned_at) "
    f"VALUES ({CASE}, {PERSON}, {PERSON}, 'in_progress', {PERSON}, '2026-10-06Z')",
    f"INSERT INTO suspicion_case_events (case_id, kind, text, written_by) VALUES ({CASE}, 'note', 'Looked', {PERSON})",
    "INSERT INTO suspicion_alerts (id, alert_key, run_id, indicator, indicator_version, settings_version, subject, "
    "user_id, case_id, alert_status, first_at, last_at, total_cad, facts, raised_at) VALUES "
    f"({ALERT}, repeat('a', 64), {RUN}, 'round_sums', 1, 1, {PERSON}, {PERSON}, {CASE}, 'open', '2026-10-05Z', "
    "'2026-10-05Z', 500, '{}', '2026-10-06Z')",
    "INSERT INTO suspicion_alert_rows (alert_id, position, source, row_id, account_id, at, amount_cad, flow, is_cash) "
    f"VALUES ({ALERT}, 1, 'ledger', {LEDGER}, {ACCOUNT}, '2026-10-05Z', 500, 'in', true)",
)

# table → (rule, assignment that breaks it)
BROKEN_CHECKS = {
    "indicator_settings": (("indicator_settings_mode_check", "mode = 'loud'"),),
    "customer_profiles": (("customer_profiles_expected_check", "expected_monthly_cad = 0"),),
    "suspicion_cases": (
        ("suspicion_cases_assignment_check", "assigned_at = NULL"),
        ("suspicion_cases_closing_check", "closing = 'forgotten'"),
        ("suspicion_cases_decided_check", "decided_at = '2026-10-07Z'"),
        ("suspicion_cases_decided_check", "case_status = 'closed', closing = 'explained'"),
        ("suspicion_cases_decision_check", "grounds_established_at = '2026-10-07Z', closing = 'explained'"),
        (
            "suspicion_cases_decision_check",
            "case_status = 'reported', decided_by = assigned_to, decided_at = assigned_at, decision_note = 'x', "
            "report_id = (SELECT id FROM compliance_reports LIMIT 1)",
        ),
        ("suspicion_cases_in_progress_check", "assigned_to = NULL, assigned_at = NULL"),
    ),
    "suspicion_alerts": (
        ("suspicion_alerts_decided_check", "alert_status = 'confirmed'"),
        ("suspicion_alerts_decided_check", "decided_at = '2026-10-07Z'"),
        ("suspicion_alerts_superseded_check", "alert_status = 'superseded'"),
    ),
}
# table → (rule, columns changed in a copy of its row): for what is never updated, or only along guarded ways
BROKEN_COPIES = {
    "indicator_settings": (("indicator_settings_version_check", {"indicator": "'x'", "version": "0"}),),
    "suspicion_cases": (
        ("suspicion_cases_case_status_check", {"case_status": "'lost'", "subject_key": "'x'"}),
        (
            "suspicion_cases_decision_check",
            {
                "case_status": "'closed'",
                "subject_key": "'x'",
                "decided_by": "assigned_to",
                "decided_at": "opened_at",
                "decision_note": "'x'",
            },
        ),
    ),
    "suspicion_case_events": (
        ("suspicion_case_events_kind_check", {"kind": "'gossip'"}),
        ("suspicion_case_events_note_check", {"text": "''"}),
    ),
    "suspicion_alerts": (
        ("suspicion_alerts_status_check", {"alert_key": "repeat('b', 64)", "alert_status": "'maybe'"}),
        ("suspicion_alerts_key_check", {"alert_key": "repeat('G', 64)"}),
        ("suspicion_alerts_span_check", {"alert_key": "repeat('b', 64)", "total_cad": "0"}),
        ("suspicion_alerts_span_check", {"alert_key": "repeat('b', 64)", "last_at": "first_at - interval '1 s'"}),
        ("suspicion_alerts_shadow_check", {"alert_key": "repeat('b', 64)", "alert_status": "'shadow'"}),
    ),
    "suspicion_alert_rows": (
        ("suspicion_alert_rows_source_check", {"position": "2", "source": "'hearsay'"}),
        ("suspicion_alert_rows_flow_check", {"position": "2", "flow": "'up'"}),
    ),
}
BROKEN_UNIQUES = {
    "indicator_settings": (("idx_indicator_settings_indicator", {}),),
    "customer_profiles": (("idx_customer_profiles_user", {}),),
    "suspicion_cases": (
        ("idx_suspicion_cases_one_undecided", {}),
        (
            "idx_suspicion_cases_one_undecided",
            {"case_status": "'open'", "assigned_to": "NULL", "assigned_at": "NULL"},
        ),
    ),
    "suspicion_alerts": (("idx_suspicion_alerts_key", {}),),
    "suspicion_alert_rows": (("idx_suspicion_alert_rows_position", {}),),
}
# (table, column) → what else a copy needs, of tables whose rows are never updated or whose columns are frozen
FOREIGN_KEY_COPIES = {
    ("suspicion_cases", "user_id"): {"subject_key": "'x'"},
    ("suspicion_cases", "report_id"): {
        "subject_key": "'x'",
        "case_status": "'reported'",
        "grounds_established_at": "opened_at",
        "decided_by": "assigned_to",
        "decided_at": "opened_at",
        "decision_note": "'x'",
    },
    ("suspicion_cases", "decided_by"): {
        "subject_key": "'x'",
        "case_status": "'closed'",
        "closing": "'explained'",
        "decided_at": "opened_at",
        "decision_note": "'x'",
    },
    ("suspicion_case_events", "case_id"): {},
    ("suspicion_case_events", "written_by"): {},
    ("suspicion_alerts", "run_id"): {"alert_key": "repeat('b', 64)"},
    ("suspicion_alerts", "user_id"): {"alert_key": "repeat('b', 64)"},
    ("suspicion_alerts", "superseded_by"): {"alert_key": "repeat('b', 64)", "alert_status": "'superseded'"},
    ("suspicion_alert_rows", "alert_id"): {},
    ("suspicion_alert_rows", "account_id"): {"position": "2"},
}
CLOSED = (
    "UPDATE suspicion_cases SET case_status = 'closed', closing = 'explained', decision_note = 'x', "
    "decided_by = assigned_to, decided_at = assigned_at; {}"
)
REFUSALS = (
    ("suspicion_cases", "suspicion_cases_moves", CLOSED.format("UPDATE suspicion_cases SET case_status = 'open'")),
    (
        "suspicion_cases",
        "suspicion_cases_reopen_reason",
        CLOSED.format(
            "UPDATE suspicion_cases SET case_status = 'in_progress', closing = '', decision_note = '', "
            "decided_by = NULL, decided_at = NULL"
        ),
    ),
    (
        "suspicion_cases",
        "suspicion_cases_locked",
        CLOSED.format("UPDATE suspicion_cases SET decision_note = 'something else'"),
    ),
    ("suspicion_cases", "suspicion_cases_locked", "UPDATE suspicion_cases SET subject_key = 'somebody else'"),
    (
        "suspicion_cases",
        "social_insurance_number_guard",
        "UPDATE suspicion_cases SET decision_note = 'SIN 046 454 286'",
    ),
    (
        "suspicion_case_events",
        "social_insurance_number_guard",
        f"INSERT INTO suspicion_case_events (case_id, kind, text) VALUES ({CASE}, 'note', '046 454 286')",
    ),
    ("customer_profiles", "social_insurance_number_guard", "UPDATE customer_profiles SET source = '046454286'"),
    ("suspicion_cases", "suspicion_cases_retention_guard", CLOSED.format("DELETE FROM suspicion_cases")),
    ("suspicion_case_events", "suspicion_case_events_append_only", "UPDATE suspicion_case_events SET text = 'x'"),
    ("suspicion_case_events", "suspicion_case_events_no_delete", "DELETE FROM suspicion_case_events"),
    (
        "suspicion_alerts",
        "suspicion_alerts_moves",
        "UPDATE suspicion_alerts SET alert_status = 'shadow', case_id = NULL",
    ),
    ("suspicion_alerts", "suspicion_alerts_content_immutable", "UPDATE suspicion_alerts SET total_cad = 1"),
    ("suspicion_alerts", "suspicion_alerts_retention_guard", "DELETE FROM suspicion_alerts"),
    ("suspicion_alert_rows", "suspicion_alert_rows_immutable", "UPDATE suspicion_alert_rows SET amount_cad = 1"),
)
