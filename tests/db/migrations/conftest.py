"""Scratch databases on the test server: empty, of one test, dropped after it."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunSQL
from pytest_django import DjangoDbBlocker

from dwaybank.db.migration_states import kept_classes

ALIAS = "scratch"
# each takes those that depend on it along
ROOTS = ("dwaybank", "sessions", "auth", "contenttypes")


class Scratch:
    """One empty database under the alias ``scratch``."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.notices: list[str] = []

    def run(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def migrate(self, *arguments: str, **options: Any) -> None:
        call_command("migrate", *arguments, database=ALIAS, stdout=StringIO(), **options)

    def migrate_to_zero(self) -> None:
        for app in ROOTS:
            self.migrate(app, "zero")

    def migrate_with_roles_named(self, names: dict[str, str]) -> None:
        """Every migration, with other group roles in place of dwaybank_app and readonly_role: those belong to the
        whole server, so that a test can neither remove nor miss them."""
        self.connection.ensure_connection()
        self.connection.connection.add_notice_handler(lambda told: self.notices.append(told.message_primary or ""))
        executor = MigrationExecutor(self.connection)
        for migration in executor.loader.graph.nodes.values():
            migration.operations = [_with_roles_named(operation, names) for operation in migration.operations]
        with kept_classes():
            executor.migrate(executor.loader.graph.leaf_nodes())


def _with_roles_named(operation: Any, names: dict[str, str]) -> Any:
    if not isinstance(operation, RunSQL) or not isinstance(operation.sql, str):
        return operation
    renamed = copy.copy(operation)
    for name, other in names.items():
        renamed.sql = renamed.sql.replace(name, other)
    return renamed


@contextmanager
def _scratch_database(owner: str | None = None) -> Iterator[Scratch]:
    """An empty database; with ``owner`` everything is done with that role's rights."""
    name = f"scratch_{uuid.uuid4().hex[:12]}"
    default = connections["default"]
    database = {**default.settings_dict, "NAME": name, "OPTIONS": {**default.settings_dict["OPTIONS"]}}
    if owner:
        database["OPTIONS"]["options"] = f"{database['OPTIONS'].get('options', '')} -c role={owner}".strip()
    with default._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0" + (f" OWNER {owner}" if owner else ""))
    connections.settings[ALIAS] = database
    try:
        yield Scratch(connections[ALIAS])
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]
        with default._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def scratch(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scratch]:
    """An empty database of this test alone."""
    with django_db_blocker.unblock(), _scratch_database() as database:
        yield database


@pytest.fixture
def scratch_of(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[str], AbstractContextManager[Scratch]]]:
    """The same, owned by a role."""
    with django_db_blocker.unblock():
        yield _scratch_database


@pytest.fixture
def role(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[str], str]]:
    """Makes roles of this test alone (attributes as in CREATE ROLE), dropped after it."""
    made: list[str] = []

    def make(attributes: str | None) -> str:
        name = f"scratch_role_{uuid.uuid4().hex[:12]}"
        made.append(name)
        if attributes is not None:
            with connections["default"]._nodb_cursor() as cursor:
                cursor.execute(f"CREATE ROLE {name} {attributes}")
        return name

    with django_db_blocker.unblock():
        yield make
        with connections["default"]._nodb_cursor() as cursor:
            for name in reversed(made):
                cursor.execute(f"DROP ROLE IF EXISTS {name}")
