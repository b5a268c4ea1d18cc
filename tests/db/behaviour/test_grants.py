"""What the application, reporting and everybody else may do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories import BankTransactionFactory, ComplianceReportFactory

pytestmark = pytest.mark.django_db


@contextmanager
def role(name: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {name}")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("RESET ROLE")


def may(name: str, statement: str) -> bool:
    """Whether the role may run the statement; anything but a missing right is an error of the test."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {name}")
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") == "42501":
            return False
        raise
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
    return True


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT encrypted_credentials FROM bank_connections",
        "UPDATE bank_connections SET bank_name = bank_name",
        "DELETE FROM bank_transactions WHERE false",
        "INSERT INTO bank_transactions SELECT * FROM bank_transactions WHERE false",
        "SELECT * FROM bank_transactions_archive",
        "DELETE FROM bank_transactions_archive WHERE false",
        "DELETE FROM statement_files WHERE false",
        "UPDATE transaction_mappings SET review_notes = 'x'",
        "SELECT * FROM compliance_reports",
        "SELECT * FROM get_user_bank_connections(gen_random_uuid())",
        "SELECT * FROM validate_bank_connection(gen_random_uuid())",
        "SELECT * FROM get_balance_sync_stats(gen_random_uuid())",
        "SELECT create_bank_transactions_partition('2044-01-01')",
        "SELECT cleanup_old_sync_logs()",
        "SELECT archive_old_bank_transactions()",
        "SELECT * FROM bank_integration_health",
        "UPDATE system_config SET value = value",
        "UPDATE mapping_proposals SET claimed_at = NULL, claimed_by = NULL",
        "INSERT INTO mapping_decisions SELECT * FROM mapping_decisions WHERE false",
        "INSERT INTO mapping_runs SELECT * FROM mapping_runs WHERE false",
        "DELETE FROM transaction_parts",
        "DELETE FROM rejected_pairs",
        "UPDATE counterparty_aliases SET confirmations = 0",
        "DELETE FROM mapping_policies",
        "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'x')",
        "DELETE FROM procrastinate_jobs",
        "INSERT INTO read_events (table_name, what) VALUES ('compliance_reports', 'list')",
        "SELECT * FROM read_events",
        "UPDATE statement_profiles SET is_current = false",
    ],
)
def test_the_application_may(statement: str) -> None:
    assert may("dwaybank_app", statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM bank_transactions_y2026m01",  # a partition: its parent's triggers would be passed by
        "INSERT INTO bank_transactions_default SELECT * FROM bank_transactions WHERE false",
        "DELETE FROM bank_transaction_keys",
        "UPDATE bank_transaction_keys SET bank_id = 'td'",
        "DELETE FROM bank_transaction_versions",
        "INSERT INTO audit_events (table_name, row_id, action, database_role, changed_columns) "
        "VALUES ('a', 'b', 'INSERT', 'c', '{}')",
        "DELETE FROM audit_events",
        "UPDATE read_events SET path = ''",
        "DELETE FROM read_events",
        "TRUNCATE read_events",
        "DELETE FROM bank_connections",
        "UPDATE statement_profiles SET columns = '[]'",
        "DELETE FROM statement_profiles",
        "UPDATE mapping_decisions SET note = ''",
        "DELETE FROM mapping_decisions",
        "TRUNCATE mapping_decisions",
        "UPDATE mapping_runs SET seconds = 0",
        "DELETE FROM mapping_runs",
        "DELETE FROM mapping_proposals",
        "TRUNCATE bank_transactions",
        "DROP TABLE bank_transactions",
        "CREATE TABLE public.mine (id int)",
        "SELECT grant_if_role_exists('SELECT ON users', 'dwaybank_app')",
    ],
)
def test_the_application_may_not(statement: str) -> None:
    assert not may("dwaybank_app", statement)


def test_the_application_writes_through_the_triggers_all_the_same() -> None:
    """Keys and audit are written for a role that could not write them itself."""
    row = BankTransactionFactory.create()
    with role("dwaybank_app"), connection.cursor() as cursor:
        cursor.execute("UPDATE bank_transactions SET transaction_date = '2026-09-01' WHERE id = %s", [row.pk])
        cursor.execute("UPDATE bank_connections SET bank_name = 'X' WHERE id = %s", [row.connection_id])
        cursor.execute("SELECT transaction_date::text FROM bank_transaction_keys")
        assert cursor.fetchall() == [("2026-09-01",)]
        cursor.execute("SELECT count(*) FROM bank_transaction_versions")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM bank_integration_health",
        "SELECT * FROM transaction_reconciliation_status",
        "SELECT * FROM bank_transactions",
        "SELECT * FROM accounts",
        "SELECT id, bank_id, connection_status, last_error_message FROM bank_connections",
        "SELECT id, email FROM users",
        "SELECT id, file_name, sha256, file_status FROM statement_files",
        "SELECT id, webhook_url, webhook_status FROM bank_webhooks",
        "SELECT id, error_type, error_message FROM integration_errors",
        "SELECT * FROM mapping_proposals",
        "SELECT * FROM mapping_decisions",
        "SELECT * FROM mapping_runs",
        "SELECT * FROM transaction_parts",
        "SELECT * FROM counterparty_aliases",
        "SELECT * FROM rejected_pairs",
        "SELECT * FROM mapping_policies",
        "SELECT * FROM statement_profiles",
    ],
)
def test_reporting_may_read(statement: str) -> None:
    assert may("readonly_role", statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM bank_connections",
        "SELECT encrypted_credentials FROM bank_connections",
        "SELECT encrypted_access_token FROM bank_connections",
        "SELECT encrypted_refresh_token FROM bank_connections",
        "SELECT webhook_secret FROM bank_webhooks",
        "SELECT verification_token FROM bank_webhooks",
        "SELECT password FROM users",
        "SELECT request_data FROM integration_errors",
        "SELECT content FROM statement_files",
        "SELECT * FROM compliance_reports",
        "SELECT * FROM audit_events",
        "SELECT args FROM procrastinate_jobs",
        "SELECT * FROM read_events",
        "UPDATE accounts SET account_name = 'x'",
        "UPDATE mapping_proposals SET outcome = outcome",
        "DELETE FROM rejected_pairs",
        "SELECT * FROM get_user_bank_connections(gen_random_uuid())",
    ],
)
def test_reporting_may_not(statement: str) -> None:
    ComplianceReportFactory.create()

    assert not may("readonly_role", statement)


def test_everybody_else_may_call_no_function_that_acts_with_its_owners_rights() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE dwaybank_test_stranger NOLOGIN")
        cursor.execute(
            "SELECT p.oid::regprocedure::text, p.proconfig, "
            "has_function_privilege('dwaybank_test_stranger', p.oid, 'EXECUTE') "
            "FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
        )
        functions = cursor.fetchall()

    assert len(functions) > 12
    for name, configuration, callable_by_all in functions:
        assert not callable_by_all, name
        assert "search_path=pg_catalog, public, pg_temp" in configuration, name
