"""SQL files are what stands in the database, say what they are for, and never change once released."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL

from dwaybank.db.sql_files import REVERSE_MARK, forward_sql, sql_text
from tests.db.catalog.live import relations, run

pytestmark = pytest.mark.django_db

ROOT = Path(settings.BASE_DIR)
SUMS = Path(__file__).with_name("sql_files.sha256")
RENEW = "sha256sum */sql/*/*_v[0-9][0-9].sql > tests/db/catalog/sql_files.sha256"


class SqlFile(NamedTuple):
    """One versioned file ``<app>/sql/<kind>/<name>_v<version>.sql``."""

    app: str
    kind: str
    name: str
    version: int

    @property
    def path(self) -> str:
        return f"{self.app}/sql/{self.kind}/{self.name}_v{self.version:02d}.sql"

    @property
    def forward(self) -> str:
        return forward_sql(*self)

    @property
    def reverse(self) -> str:
        return sql_text(*self).split(REVERSE_MARK, 1)[1]


def _versioned() -> list[SqlFile]:
    found = []
    for path in sorted(ROOT.glob("*/sql/*/*_v[0-9][0-9].sql")):
        app, _, kind, file_name = path.relative_to(ROOT).parts
        name, version = re.match(r"(.+)_v(\d\d)\.sql$", file_name).groups()  # type: ignore[union-attr]
        found.append(SqlFile(app, kind, name, int(version)))
    return found


FILES = _versioned()
LATEST = list({(file.app, file.kind, file.name): file for file in FILES}.values())  # sorted, so the last one stays
QUERIES = sorted(
    str(path.relative_to(ROOT)) for path in ROOT.glob("*/sql/*/*.sql") if not re.search(r"_v\d\d\.sql$", path.name)
)


def latest(kind: str) -> list[SqlFile]:
    return [file for file in LATEST if file.kind == kind]


def path_of(file: SqlFile) -> str:
    return file.path


# --- Files equal the live catalog. Each test is rolled back.


@pytest.mark.parametrize("file", latest("functions"), ids=path_of)
def test_the_function_in_the_database_is_the_file(file: SqlFile) -> None:
    definition = "SELECT oid::regprocedure::text, pg_get_functiondef(oid), proacl::text FROM pg_proc WHERE proname = %s"
    live = run(definition, file.name)
    assert len(live) == 1

    run(file.forward.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))

    assert run(definition, file.name) == live


@pytest.mark.parametrize("file", latest("views"), ids=path_of)
def test_the_view_in_the_database_is_the_file(file: SqlFile) -> None:
    definition = "SELECT pg_get_viewdef(%s::regclass)"
    live = run(definition, file.name)

    run(file.forward.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))

    assert run(definition, file.name) == live


TRIGGERS = (
    "SELECT tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
    "ORDER BY 1, 2"
)


@pytest.mark.parametrize("file", latest("triggers"), ids=path_of)
def test_the_triggers_in_the_database_are_the_file(file: SqlFile) -> None:
    live = run(TRIGGERS)
    run(file.reverse)
    assert run(TRIGGERS) != live

    run(file.forward)

    assert run(TRIGGERS) == live


# Columns, constraints and indexes of the tables of one schema, without their schema's name.
TABLES = """
    SELECT c.relname || ' ' || a.attnum || ' ' || a.attname, concat_ws(
        ' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, pg_get_expr(d.adbin, d.adrelid))
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = %(schema)s::regnamespace AND c.relname = ANY (%(tables)s) AND a.attnum > 0
    UNION ALL
    SELECT c.relname || ' ' || k.conname, pg_get_constraintdef(k.oid)
    FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid
    WHERE c.relnamespace = %(schema)s::regnamespace AND c.relname = ANY (%(tables)s)
    UNION ALL
    SELECT c.relname || ' ' || i.relname, replace(pg_get_indexdef(i.oid), %(schema)s || '.', '')
    FROM pg_class c JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid
    WHERE c.relnamespace = %(schema)s::regnamespace AND c.relname = ANY (%(tables)s)
    UNION ALL
    SELECT c.relname, concat_ws(' ', pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid))
    FROM pg_class c WHERE c.relnamespace = %(schema)s::regnamespace AND c.relname = ANY (%(tables)s)
    ORDER BY 1, 2
"""


@pytest.mark.parametrize("name", ["bank_sync_logs", "bank_transactions"])
def test_the_tables_in_the_database_are_the_file(name: str) -> None:
    def described(schema: str, tables: list[str]) -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(TABLES, {"schema": schema, "tables": tables})
            return cursor.fetchall()

    run("CREATE SCHEMA as_in_the_file")
    run("SET LOCAL search_path = as_in_the_file, public")
    run(forward_sql("integrations", "tables", name, 1))
    run("SET LOCAL search_path = public")
    tables = [
        table
        for (table,) in run(
            "SELECT relname::text FROM pg_class "
            "WHERE relnamespace = 'as_in_the_file'::regnamespace AND relkind IN ('r', 'p')"
        )
    ]

    assert {name, f"{name}_default"} <= set(tables)
    assert described("as_in_the_file", tables) == described("public", tables)


@pytest.mark.parametrize("name", ["dwaybank/adopted_tables", "integrations/first_partitions"])
def test_what_only_completes_tables_finds_nothing_left_to_do(name: str) -> None:
    app, file_name = name.split("/")
    catalog = (
        "SELECT c.oid, a.attname::text, a.attnotnull, a.atthasdef, col_description(c.oid, a.attnum) FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 2"
    )
    constraints = "SELECT oid FROM pg_constraint ORDER BY 1"
    before = run(catalog), run(constraints)

    run(forward_sql(app, "tables", file_name, 1))

    assert (run(catalog), run(constraints)) == before


# Who may do what with what, whoever granted it and in whichever order.
RIGHTS = """
    SELECT what, pg_get_userbyid(a.grantee)::text, a.privilege_type
    FROM (
        SELECT c.relname::text AS what, c.relacl AS acl FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT t.attrelid::regclass || '.' || t.attname, t.attacl FROM pg_attribute t
        JOIN pg_class c ON c.oid = t.attrelid WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT p.oid::regprocedure::text, p.proacl FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        UNION ALL
        SELECT n.nspname::text, n.nspacl FROM pg_namespace n WHERE n.nspname = 'public'
    ) AS objects, aclexplode(objects.acl) AS a
    WHERE a.grantee::regrole::text IN ('dwaybank_app', 'readonly_role')
    ORDER BY 1, 2, 3
"""


def test_the_rights_in_the_database_are_what_the_files_grant() -> None:
    live = run(RIGHTS)
    assert len(live) > 100
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        run(f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM dwaybank_app, readonly_role")
    run("REVOKE ALL ON SCHEMA public FROM dwaybank_app, readonly_role")
    assert run(RIGHTS) == []

    for file in latest("grants"):
        run(file.forward)

    assert run(RIGHTS) == live


def test_nobody_is_granted_a_partition_or_truncate() -> None:
    partitions = {name for (name,) in run("SELECT relname::text FROM pg_class WHERE relispartition")}
    for what, role, privilege in run(RIGHTS):
        assert what not in partitions, (what, role)
        assert privilege in {"SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE", "USAGE"}, (what, role)
        if role == "readonly_role":
            assert privilege in {"SELECT", "USAGE"}, what


# --- Each object in one file, each file used once


def test_every_function_and_view_has_its_file() -> None:
    functions = run(
        "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND proname !~ '^(_?pgtrigger|procrastinate)_'"
    )
    assert {name for (name,) in functions} == {file.name for file in latest("functions")}
    assert relations("v") == {file.name for file in latest("views")}


def test_each_file_is_applied_by_one_migration() -> None:
    migrations = MigrationLoader(None).disk_migrations.values()
    applied = Counter(
        operation.sql
        for migration in migrations
        for operation in migration.operations
        if isinstance(operation, RunSQL) and isinstance(operation.sql, str)
    )
    for file in FILES:
        assert applied[file.forward] == 1, file.path


# --- Head comments


@pytest.mark.parametrize("path", [*map(path_of, FILES), *QUERIES])
def test_each_file_says_what_it_is_for_who_calls_it_and_what_it_locks(path: str) -> None:
    head = re.match(r"(?:--.*\n)+", (ROOT / path).read_text("utf-8"))
    assert head, path
    said = dict(re.findall(r"^-- (\w+): +(\S.*)$", head[0], re.MULTILINE))
    assert {"Purpose", "Callers", "Locks"} <= set(said), path
    if "/functions/" in path:
        text = (ROOT / path).read_text("utf-8")
        assert ("SECURITY DEFINER" in text.split("$$")[0].replace(head[0], "")) == ("Rights" in said), path
        if not re.search(r"CREATE FUNCTION \w+\(\)", text):
            assert "Inputs" in said, path


# --- Released files never change


def test_released_files_are_never_edited() -> None:
    listed = dict(reversed(line.split()) for line in SUMS.read_text("ascii").splitlines())
    actual = {file.path: hashlib.sha256((ROOT / file.path).read_bytes()).hexdigest() for file in FILES}

    edited = sorted(path for path in listed.keys() & actual.keys() if listed[path] != actual[path])
    assert not edited, (
        f"{', '.join(edited)}: a migration that may already have run somewhere names this file, so it must stay as it "
        "is. Put the new text into NAME_v02.sql and apply it by a new migration with run_sql_file(…, version=2). "
        f"Only a file that no release holds yet may change; then renew its line: {RENEW}"
    )
    removed = sorted(listed.keys() - actual.keys())
    assert not removed, f"{', '.join(removed)}: a released migration needs this file; bring it back."
    added = sorted(actual.keys() - listed.keys())
    assert not added, f"{', '.join(added)}: new, so add its line: {RENEW}"
