# ruff: noqa: E501 - one statement a line, to be read as a list
"""Valid rows of reporting and retention, and statements that break each of their rules; see ``broken``."""

from __future__ import annotations

PERSON, OTHER_PERSON, LEDGER, BANK_ROW = (f"'00000000-0000-0000-0000-{number:012d}'" for number in (1, 2, 5, 11))
REPORT, PARTY, RECORD, FILING, IN_REPORT, PLAN = (
    f"'00000000-0000-0000-0000-{number:012d}'" for number in range(41, 47)
)

VALID_ROWS = (
    "INSERT INTO privacy_breaches (determined_at, description, recorded_by, integration_error_id) "
    f"SELECT CURRENT_TIMESTAMP, 'A letter to the wrong address', {PERSON}, id FROM integration_errors LIMIT 1",
    "INSERT INTO legal_holds (user_id, reason, placed_by, released_by, released_at, release_reason) "
    f"VALUES ({PERSON}, 'Court order', {PERSON}, {OTHER_PERSON}, CURRENT_TIMESTAMP, 'Lifted')",
    "INSERT INTO retention_plans (id, rule_name, due_at, rows_due, planned_by, approved_by, approved_at) "
    f"VALUES ({PLAN}, 'reports', CURRENT_TIMESTAMP, 1, {PERSON}, {OTHER_PERSON}, CURRENT_TIMESTAMP)",
    f"UPDATE compliance_reports SET id = {REPORT}, report_reference = 'LCTR-1', set_key = repeat('a', 64), "
    f"prepared_by = {PERSON}, assigned_to = {PERSON}, assigned_at = CURRENT_TIMESTAMP, "
    "window_start = '2026-10-05Z', window_end = '2026-10-06Z'",
    "INSERT INTO parties (id, party_key, kind, surname, given_name, user_id) "
    f"VALUES ({PARTY}, 'alice', 'person', 'Roy', 'Alice', {PERSON})",
    "INSERT INTO large_cash_records (id, reference, received_at, zone, location_id, method_code, amount, amount_cad, "
    "account_id, bank_transaction_id, transaction_id, created_by) "
    f"VALUES ({RECORD}, 'CASH-1', '2026-10-05Z', 'America/Toronto', 'B1', 1, 10000, 10000, NULL, "
    f"{BANK_ROW}, {LEDGER}, {PERSON})",
    f"INSERT INTO large_cash_parties (record_id, party_id, party_role) VALUES ({RECORD}, {PARTY}, 'conductor')",
    "INSERT INTO compliance_report_transactions (id, report_id, position, transaction_role, cash_record_id, "
    "bank_transaction_id, ledger_transaction_id, snapshot) "
    f"VALUES ({IN_REPORT}, {REPORT}, 1, 'single', {RECORD}, {BANK_ROW}, {LEDGER}, '{{}}')",
    "INSERT INTO compliance_report_versions (report_id, version, content, changed_by) "
    f"VALUES ({REPORT}, 1, '{{}}', {PERSON})",
    "INSERT INTO compliance_filings (id, report_id, version, submit_kind, method, reference, payload, sha256, "
    "filed_by, filed_at) "
    f"VALUES ({FILING}, {REPORT}, 1, 'submit', 'api', 'LCTR-1', '{{}}', encode(sha256('{{}}'), 'hex'), {PERSON}, "
    "CURRENT_TIMESTAMP)",
    "INSERT INTO compliance_acknowledgements (filing_id, outcome, received_at, received_by) "
    f"VALUES ({FILING}, 'accepted', CURRENT_TIMESTAMP, {PERSON})",
)

# table → (rule, assignment that breaks it)
BROKEN_CHECKS = {
    "privacy_breaches": (
        ("privacy_breaches_description_check", "description = ''"),
        ("privacy_breaches_people_check", "people_affected = -1"),
        ("privacy_breaches_risk_check", "real_risk = true"),
        ("privacy_breaches_reported_check", "reported_at = '2001-01-01Z'"),
    ),
    "legal_holds": (
        ("legal_holds_subject_check", "rule_name = 'reports'"),
        ("legal_holds_subject_check", "user_id = NULL"),
        ("legal_holds_subject_check", "user_id = NULL, row_id = 'x'"),
        ("legal_holds_reason_check", "reason = ''"),
        ("legal_holds_release_check", "released_by = NULL"),
        ("legal_holds_release_check", "release_reason = ''"),
    ),
    "retention_plans": (
        ("retention_plans_approval_check", "approved_at = NULL"),
        ("retention_plans_two_people_check", "approved_by = planned_by"),
        ("retention_plans_executed_check", "executed_at = CURRENT_TIMESTAMP"),
        (
            "retention_plans_executed_check",
            "executed_at = CURRENT_TIMESTAMP, rows_purged = 1, approved_by = NULL, approved_at = NULL",
        ),
        ("retention_plans_counts_check", "rows_due = -1"),
    ),
    "parties": (
        ("parties_kind_check", "kind = 'robot'"),
        ("parties_name_check", "surname = ''"),
        ("parties_name_check", "entity_name = 'Mill'"),
        ("parties_name_check", "kind = 'entity'"),
    ),
    "large_cash_records": (
        ("large_cash_records_status_check", "record_status = 'lost'"),
        ("large_cash_records_source_check", "record_source = 'guessed'"),
        ("large_cash_records_amount_check", "amount = 0, amount_cad = 0"),
        ("large_cash_records_rate_check", "amount_cad = 9999"),
        ("large_cash_records_rate_check", "currency = 'USD'"),
        ("large_cash_records_rate_check", "currency = 'USD', exchange_rate = 1.37, rate_source = 'guess'"),
        ("large_cash_records_rate_check", "exchange_rate = 1"),
        ("large_cash_records_complete_check", "location_id = ''"),
        ("large_cash_records_complete_check", "method_code = NULL"),
        ("large_cash_records_dismissed_check", "record_status = 'dismissed'"),
        ("large_cash_records_exemption_check", "exemption = 'public_body'"),
        ("large_cash_records_exemption_check", "exemption = 'friend', exemption_reason = 'known'"),
    ),
    "large_cash_parties": (("large_cash_parties_role_check", "party_role = 'witness'"),),
    "compliance_report_transactions": (
        ("compliance_report_transactions_role_check", "transaction_role = 'witness'"),
        ("compliance_report_transactions_window_check", "window_start = '2026-10-05Z'"),
        ("compliance_report_transactions_window_check", "window_start = '2026-10-05Z', window_end = '2026-10-05Z'"),
    ),
    "compliance_reports": (
        ("compliance_reports_submit_kind_check", "submit_kind = 'burn'"),
        ("compliance_reports_delete_reason_check", "submit_kind = 'delete'"),
        ("compliance_reports_delete_reason_check", "delete_reason = 3"),
        ("compliance_reports_assignment_check", "assigned_at = NULL"),
        ("compliance_reports_not_required_check", "not_required_reason = 'no cash'"),
        (
            "compliance_reports_not_required_check",
            f"not_required_reason = 'no', not_required_at = CURRENT_TIMESTAMP, not_required_by = {PERSON}",
        ),
        ("compliance_reports_window_check", "window_end = window_start"),
        ("compliance_reports_window_check", "window_end = window_start + interval '25 hours'"),
        ("compliance_reports_role_check", "aggregation_role = 'witness'"),
    ),
}

# table → (rule, changes of a copied row); these tables are never updated, or an update is refused before
BROKEN_COPIES = {
    "parties": (("parties_key_check", {"party_key": "''"}),),
    "compliance_filings": (
        ("compliance_filings_submit_kind_check", {"submit_kind": "'burn'"}),
        ("compliance_filings_method_check", {"method": "'fax'"}),
        ("compliance_filings_sha256_check", {"sha256": "repeat('a', 64)"}),
    ),
    "compliance_acknowledgements": (("compliance_acknowledgements_outcome_check", {"outcome": "'maybe'"}),),
    "compliance_reports": (
        (
            "compliance_reports_approval_check",
            {"approved_by": PERSON, "prepared_by": "NULL", "set_key": "NULL", "report_reference": "NULL"},
        ),
        (
            "compliance_reports_two_people_check",
            {
                "approved_by": PERSON,
                "approved_at": "CURRENT_TIMESTAMP",
                "approved_version": "1",
                "set_key": "NULL",
                "report_reference": "NULL",
            },
        ),
    ),
}

BROKEN_UNIQUES = {
    "large_cash_records": (
        ("idx_large_cash_records_reference", {"bank_transaction_id": "NULL"}),
        ("idx_large_cash_records_bank_transaction", {"reference": "'CASH-2'"}),
    ),
    "large_cash_parties": (("idx_large_cash_parties_unique", {}),),
    "privacy_breaches": (("idx_privacy_breaches_error", {}),),
    "compliance_report_transactions": (("idx_compliance_report_transactions_once", {}),),
    "compliance_report_versions": (("idx_compliance_report_versions_unique", {}),),
    "compliance_reports": (
        ("idx_compliance_reports_reference", {"set_key": "NULL"}),
        ("idx_compliance_reports_set", {"report_reference": "NULL"}),
    ),
}

# (table, column) of a reference to nobody → what else of a copied row changes, where an update is refused before or no
# row is ever updated
_NEW_REPORT = {"set_key": "NULL", "report_reference": "NULL"}
FOREIGN_KEY_COPIES = {
    ("compliance_report_versions", "report_id"): {},
    ("compliance_report_versions", "changed_by"): {"version": "9"},
    ("compliance_filings", "report_id"): {},
    ("compliance_filings", "filed_by"): {},
    ("compliance_acknowledgements", "filing_id"): {},
    ("compliance_acknowledgements", "received_by"): {},
    ("compliance_report_transactions", "report_id"): {},
    ("compliance_reports", "approved_by"): {
        **_NEW_REPORT,
        "approved_at": "CURRENT_TIMESTAMP",
        "approved_version": "1",
    },
    ("compliance_reports", "not_required_by"): {
        **_NEW_REPORT,
        "compliance_status": "'exempt'",
        "not_required_reason": "'no cash'",
        "not_required_at": "CURRENT_TIMESTAMP",
    },
}

REVIEW = f"UPDATE compliance_reports SET report_status = 'under_review', prepared_by = {PERSON}; {{}}"
APPROVE = (
    f"UPDATE compliance_reports SET approved_by = {OTHER_PERSON}, approved_at = CURRENT_TIMESTAMP, "
    "approved_version = version; {}"
)
SUBMITTED = REVIEW.format(
    APPROVE.format("UPDATE compliance_reports SET report_status = 'submitted', submitted_at = CURRENT_TIMESTAMP; {}")
)
SUSPICION = "UPDATE compliance_reports SET report_type = 'FINTRAC_STR'; {}"
HELD_PERSON = f"INSERT INTO legal_holds (user_id, reason, placed_by) VALUES ({PERSON}, 'Court', {PERSON}); {{}}"
HELD_ROW = (
    "INSERT INTO legal_holds (table_name, row_id, reason, placed_by) "
    f"VALUES ('large_cash_records', {RECORD}, 'Court', {PERSON}); {{}}"
)
OLD_RECORD = "UPDATE large_cash_records SET created_at = '2015-01-01Z'; {}"

# (table, rule that a trigger holds, statement)
REFUSALS = (
    ("privacy_breaches", "privacy_breaches_retention_guard", "DELETE FROM privacy_breaches"),
    ("privacy_breaches", "social_insurance_number_guard", "UPDATE privacy_breaches SET description = '046 454 286'"),
    ("compliance_reports", "compliance_reports_moves", "UPDATE compliance_reports SET report_status = 'submitted'"),
    ("compliance_reports", "compliance_reports_moves", "UPDATE compliance_reports SET report_status = 'accepted'"),
    (
        "compliance_reports",
        "compliance_reports_moves",
        SUBMITTED.format("UPDATE compliance_reports SET report_status = 'draft'"),
    ),
    (
        "compliance_reports",
        "compliance_reports_locked",
        REVIEW.format("UPDATE compliance_reports SET report_data = '[1]'"),
    ),
    (
        "compliance_reports",
        "compliance_reports_locked",
        SUBMITTED.format("UPDATE compliance_reports SET set_key = NULL"),
    ),
    (
        "compliance_reports",
        "compliance_reports_approved",
        REVIEW.format("UPDATE compliance_reports SET report_status = 'submitted'"),
    ),
    (
        "compliance_reports",
        "compliance_reports_approved",
        REVIEW.format(
            "UPDATE compliance_reports SET approved_by = NULL, approved_version = 9, approved_at = NULL"
        ).replace("approved_by = NULL", f"approved_by = {OTHER_PERSON}"),
    ),
    (
        "compliance_reports",
        "compliance_reports_approved",
        SUBMITTED.format(
            "UPDATE compliance_reports SET approved_by = NULL, approved_at = NULL, approved_version = NULL"
        ),
    ),
    (
        "compliance_reports",
        "compliance_reports_prepared",
        "UPDATE compliance_reports SET report_status = 'under_review', prepared_by = NULL",
    ),
    (
        "compliance_reports",
        "compliance_reports_two_people_check",
        f"INSERT INTO compliance_report_versions (report_id, version, content, changed_by) VALUES ({REPORT}, 7, '{{}}', {OTHER_PERSON}); "
        + REVIEW.format(APPROVE.format("")),
    ),
    ("compliance_reports", "compliance_reports_officer", SUSPICION.format(REVIEW.format(APPROVE.format("")))),
    (
        "compliance_reports",
        "compliance_reports_due_date_reason",
        "UPDATE compliance_reports SET due_date = '2030-01-01'",
    ),
    (
        "compliance_reports",
        "compliance_reports_not_required",
        f"UPDATE compliance_reports SET compliance_status = 'exempt', not_required_reason = 'no cash', not_required_by = {PERSON}, not_required_at = CURRENT_TIMESTAMP; "
        + REVIEW.format(""),
    ),
    ("compliance_reports", "legal_holds_guard", HELD_PERSON.format("DELETE FROM compliance_reports")),
    (
        "compliance_reports",
        "social_insurance_number_guard",
        "UPDATE compliance_reports SET change_reason = 'SIN 046 454 286'",
    ),
    (
        "compliance_report_transactions",
        "compliance_report_transactions_locked",
        REVIEW.format("UPDATE compliance_report_transactions SET position = 2"),
    ),
    (
        "compliance_report_transactions",
        "compliance_report_transactions_locked",
        REVIEW.format("DELETE FROM compliance_report_transactions"),
    ),
    (
        "compliance_report_transactions",
        "compliance_report_transactions_locked",
        SUBMITTED.format(
            "INSERT INTO compliance_report_transactions (report_id, position, transaction_role, snapshot) "
            f"VALUES ({REPORT}, 2, 'single', '{{}}')"
        ),
    ),
    ("parties", "parties_key_immutable", "UPDATE parties SET party_key = 'somebody else'"),
    ("parties", "legal_holds_guard", HELD_PERSON.format("DELETE FROM parties")),
    ("parties", "social_insurance_number_guard", "UPDATE parties SET alias = '046454286'"),
    (
        "parties",
        "social_insurance_number_guard",
        "UPDATE parties SET kind = 'entity', surname = '', given_name = '', entity_name = 'Mill 046454286'",
    ),
    (
        "compliance_reports",
        "social_insurance_number_guard",
        """UPDATE compliance_reports SET report_type = 'FINTRAC_STR', report_data = '{"narrative": {"facts": "046 454 286"}}'""",
    ),
    (
        "parties",
        "social_insurance_number_guard",
        """UPDATE parties SET identifications = '[{"number": "046-454-286"}]'""",
    ),
    ("parties", "social_insurance_number_guard", """UPDATE parties SET identifications = '[{"number": 123456782}]'"""),
    (
        "parties",
        "social_insurance_number_guard",
        """UPDATE parties SET identifications = '[{"identifierTypeCode": 27}]'""",
    ),
    ("large_cash_records", "social_insurance_number_guard", "UPDATE large_cash_records SET purpose = 'SIN046454286'"),
    ("large_cash_records", "large_cash_records_retention_guard", "DELETE FROM large_cash_records"),
    ("large_cash_records", "legal_holds_guard", OLD_RECORD.format(HELD_ROW.format("DELETE FROM large_cash_records"))),
    (
        "compliance_report_versions",
        "compliance_report_versions_append_only",
        "UPDATE compliance_report_versions SET reason = 'x'",
    ),
    ("compliance_report_versions", "compliance_report_versions_no_delete", "DELETE FROM compliance_report_versions"),
    ("compliance_filings", "compliance_filings_append_only", "UPDATE compliance_filings SET reference = 'x'"),
    ("compliance_filings", "compliance_filings_no_delete", "DELETE FROM compliance_filings"),
    (
        "compliance_acknowledgements",
        "compliance_acknowledgements_append_only",
        "UPDATE compliance_acknowledgements SET outcome = 'rejected'",
    ),
    ("compliance_acknowledgements", "compliance_acknowledgements_no_delete", "DELETE FROM compliance_acknowledgements"),
)
