"""Migrations beside a live application: the linter refuses what would stop it, and migrate waits only briefly."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.core.management import CommandError, call_command
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from dwaybank.management.commands import migrate
from tests import migration_lint

BIG = models.CheckConstraint(condition=models.Q(amount__gte=0), name="movements_amount_check")
INDEX = models.Index(fields=["amount"], name="idx_movements_amount")


def state_with(*constraints: models.CheckConstraint) -> ProjectState:
    """A table that is there already."""
    columns = [("id", models.UUIDField(primary_key=True)), ("amount", models.DecimalField(max_digits=9, decimal_places=2))]
    state = ProjectState()
    state.add_model(ModelState("integrations", "Movement", columns, {"db_table": "movements", "constraints": [*constraints]}))
    return state


def rules(*operations: Any, state: ProjectState | None = None, **attributes: Any) -> set[str]:
    """What the linter finds in a migration of these operations."""
    made = type("Migration", (migrations.Migration,), {"operations": list(operations), **attributes})
    migration = made("0099_next", "integrations")
    sql = migration_lint.sql_of(migration, state or state_with())
    return {finding.rule for finding in migration_lint.findings(migration, sql)}


pytestmark = pytest.mark.django_db(transaction=True)


def test_what_would_stop_a_live_table_is_found_and_its_two_steps_are_not() -> None:
    assert rules(migrations.AddIndex("movement", INDEX)) == {"require-concurrent-index-creation"}
    assert rules(AddIndexConcurrently("movement", INDEX), atomic=False) == set()

    assert rules(migrations.AddConstraint("movement", BIG)) == {"constraint-missing-not-valid"}
    assert rules(AddConstraintNotValid("movement", BIG)) == set()
    assert rules(ValidateConstraint("movement", BIG.name), state=state_with(BIG)) == set()

    assert rules(migrations.RemoveField("movement", "amount")) == {"ban-drop-column"}
    explained = {"ban-drop-column": "not read since the release before"}
    assert rules(migrations.RemoveField("movement", "amount"), lint_ignore=explained) == set()
    wider = models.DecimalField(max_digits=9, decimal_places=4)
    assert rules(migrations.AlterField("movement", "amount", wider)) == {"changing-column-type"}
    assert rules(migrations.RenameField("movement", "amount", "value")) == {"renaming-column"}
    # a table made by the migration itself holds nobody up
    created = migrations.CreateModel("Fresh", [("id", models.UUIDField(primary_key=True)), ("n", models.IntegerField())])
    assert rules(created, migrations.AddIndex("fresh", models.Index(fields=["n"], name="idx_fresh_n"))) == set()


def test_every_released_migration_is_there_and_what_is_new_is_clean() -> None:
    loader = MigrationLoader(connection)
    own = {migration_lint.name_of(one): one for one in migration_lint.own_migrations(loader)}
    assert migration_lint.released() <= set(own)
    new = [one for name, one in own.items() if name not in migration_lint.released()]
    assert migration_lint.lint(new, loader) == []


@pytest.fixture
def other() -> Any:
    """Another session on the same database."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as session:
        yield session


class TestMigrate:
    def test_one_at_a_time(self, other: psycopg.Connection[Any]) -> None:
        other.execute("SELECT pg_advisory_lock(%s)", [migrate.ADVISORY_LOCK])

        with pytest.raises(CommandError, match="Another migrate is running"):
            call_command("migrate", verbosity=0)

    def test_a_lock_is_waited_for_briefly_and_often(
        self, other: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A long query holds the table: migrate lets go, so that nobody waits behind it, and comes back."""
        seen = []

        def take_lock(self: Any, *args: Any, **options: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
                seen.append(cursor.fetchone())
                with transaction.atomic():
                    cursor.execute("LOCK TABLE bank_connections IN ACCESS EXCLUSIVE MODE")

        monkeypatch.setattr(DjangoMigrate, "handle", take_lock)
        monkeypatch.setattr(migrate, "LOCK_TIMEOUT_MS", 50)
        monkeypatch.setattr("time.sleep", lambda seconds: other.rollback())
        other.execute("SELECT 1 FROM bank_connections")

        call_command("migrate")
        assert seen == [("50ms", "0"), ("50ms", "0")]
        assert "try 1 of 10" in capsys.readouterr().err
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout'), count(*) FROM pg_locks WHERE locktype = 'advisory' "
                           "AND pid = pg_backend_pid()")
            assert cursor.fetchone() == ("0", 0)

        monkeypatch.setattr("time.sleep", lambda seconds: None)
        other.execute("SELECT 1 FROM bank_connections")
        with pytest.raises(CommandError, match="Other sessions kept a lock through 2 tries"):
            call_command("migrate", lock_attempts=2)
