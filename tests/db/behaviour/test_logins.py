"""Two logins on a real database: one migrates and owns, one serves and owns nothing."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse

from dwaybank.audit.verifying import verify
from dwaybank.models import AuditEvent, User
from tests.factories import UserFactory

LOGIN = "dwaybank_test_login"


@pytest.fixture
def login(db: None) -> Iterator[str]:
    """A login of the application, as docs/operations.md has it made; everything runs with its rights."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {LOGIN} LOGIN IN ROLE dwaybank_app")
        cursor.execute(f"SET LOCAL ROLE {LOGIN}")
        yield LOGIN
        if not connection.needs_rollback:
            cursor.execute("RESET ROLE")


REFUSED = [
    "UPDATE audit_events SET reason = 'x'",
    "DELETE FROM audit_events",
    "TRUNCATE audit_events",
    "INSERT INTO audit_events (table_name, row_id, action, database_role, changed_columns) "
    "VALUES ('a', 'b', 'INSERT', 'c', '{}')",
    "UPDATE audit_seals SET sealed_at = now()",
    "DELETE FROM audit_seals",
    "INSERT INTO audit_seals SELECT * FROM audit_seals",
    "ALTER TABLE audit_events DISABLE TRIGGER ALL",
    "ALTER TABLE bank_connections DISABLE TRIGGER bank_connections_audit_trigger",
    "DROP TABLE bank_connections",
    "CREATE TABLE mine (id int)",
    "CREATE FUNCTION audit_context() RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb'",
    "SELECT audit_table('users', p_events => '{}')",
    "SET session_replication_role = replica",
    "UPDATE auth_group_permissions SET permission_id = permission_id",
    "INSERT INTO auth_group (name) VALUES ('Masters')",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_serving_login_cannot_touch_the_audit_or_the_schema(login: str, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT try")
        with pytest.raises(Exception, match=r"permission denied|must be owner"):
            cursor.execute(statement)
        cursor.execute("ROLLBACK TO try")


def test_the_serving_login_owns_nothing(login: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = %s::regrole OR relowner = 'dwaybank_app'::regrole", [login]
        )
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = %s", [login]
        )
        assert cursor.fetchone() == (False,)


def test_the_serving_login_serves_every_screen_and_its_writes_are_audited(db: None, settings: object) -> None:
    person: User = UserFactory.create(staff=True, is_superuser=True)
    client = Client()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {LOGIN} LOGIN IN ROLE dwaybank_app")
        cursor.execute(f"SET LOCAL ROLE {LOGIN}")
    client.force_login(person)
    assert client.get(reverse("admin:index")).status_code == 200
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(address).status_code in {200, 302}, address
    other = client.post(
        reverse("admin:dwaybank_user_add"),
        {
            "email": "new@dwaybank.example",
            "full_name": "New",
            "is_staff": "on",
            "usable_password": "false",
            "reason": "hired",
        },
    )
    assert other.status_code == 302, other.content.decode()[:2000]
    event = AuditEvent.objects.filter(table_name="users").latest("pk")
    assert (event.new_values or {})["email"] == "new@dwaybank.example"
    assert event.actor_id == person.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT may_seal FROM audit_seal_bounds()")
        assert cursor.fetchone() == (True,)
    assert verify().holds


def test_a_real_session_of_that_login_is_refused_too(db: None) -> None:
    """Not a role set within a superuser's session, but a login of its own."""
    settings = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'dwaybank_app' AND NOT rolcanlogin")
        assert cursor.fetchone() == (1,)
    place = {"host": settings["HOST"], "port": settings["PORT"] or None, "dbname": settings["NAME"]}
    admin_parameters = {**place, "user": settings["USER"], "password": settings["PASSWORD"] or None}
    with psycopg.connect(**admin_parameters, autocommit=True) as owner:
        owner.execute("CREATE ROLE dwaybank_test_real_login LOGIN PASSWORD 'x' IN ROLE dwaybank_app")
        try:
            with psycopg.connect(**place, user="dwaybank_test_real_login", password="x", autocommit=True) as served:
                served.execute("SELECT count(*) FROM audit_events")
                for statement in REFUSED:
                    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedFunction)):
                        served.execute(statement)
        finally:
            owner.execute("DROP ROLE dwaybank_test_real_login")
