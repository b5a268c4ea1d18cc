"""docs/schema.md names what is there, all of it, and nothing that is not."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from tests.db.catalog.expected_definitions import TRIGGERS
from tests.db.catalog.live import columns, constraints, indexes, relations, run, short

pytestmark = pytest.mark.django_db

ROOT = Path(settings.BASE_DIR)
TEXT = (ROOT / "docs" / "schema.md").read_text("utf-8")
NAMES = re.findall(r"`([^`\n]+)`", TEXT)
TESTS = sorted({name for name in NAMES if name.startswith("tests/") and "::" in name})


def section(title: str) -> str:
    return re.split(r"^## ", TEXT.split(f"\n## {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """Cells of the rows of every table, heads left out."""
    lines = re.findall(r"^\| (.+) \|$(?!\n\|---)", text, re.MULTILINE)
    return [line.split(" | ") for line in lines]


def first_names(title: str) -> list[str]:
    return [cells[0].strip("`") for cells in rows(section(title))]


def functions() -> dict[str, bool]:
    """Signature → whether it is a trigger's."""
    found = run(
        "SELECT p.proname || '(' || pg_get_function_arguments(p.oid) || ')', p.prorettype = 'trigger'::regtype "
        "FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname !~ '^(_?pgtrigger|procrastinate)_'"
    )
    return {re.sub(r"NULL::[a-z]+", "NULL", short(signature)): is_trigger for signature, is_trigger in found}


def test_tables_and_views() -> None:
    assert sorted(first_names("Tables")) == sorted(relations("r", "p"))
    assert sorted(first_names("Views")) == sorted(relations("v"))


def test_which_tables_are_partitioned() -> None:
    said = {cells[0].strip("`") for cells in rows(section("Tables")) if cells[3].startswith("month of")}
    assert said == relations("p")


def test_functions_by_their_whole_signature() -> None:
    live = functions()
    assert sorted(first_names("Functions")) == sorted(name for name, is_trigger in live.items() if not is_trigger)
    assert sorted(first_names("Trigger functions")) == sorted(name for name, is_trigger in live.items() if is_trigger)


def test_with_whose_rights_functions_run() -> None:
    definers = dict(run("SELECT proname::text, prosecdef FROM pg_proc WHERE pronamespace = 'public'::regnamespace"))
    for signature, *_, rights in rows(section("Functions")):
        assert rights.startswith("owner" if definers[signature.strip("`").split("(")[0]] else "caller"), signature


def test_triggers_and_their_tables() -> None:
    """TRIGGERS is itself held against the live catalog (test_definitions)."""
    said = {
        (table, name.strip("`").replace("<table>", table))
        for name, _, tables in rows(section("Triggers"))
        for table in re.findall(r"`(\w+)`", tables)
    }
    assert said == {(table, name) for table, triggers in TRIGGERS.items() for name in triggers}


def test_roles() -> None:
    assert first_names("Roles and rights") == ["dwaybank_app", "readonly_role"]
    existing = {name for (name,) in run("SELECT rolname::text FROM pg_roles")}
    assert set(first_names("Roles and rights")) <= existing


def test_every_decision_says_where_it_lives_and_what_shows_it() -> None:
    decisions = rows(section("Decisions"))
    assert len(decisions) > 40
    for cells in decisions:
        assert len(cells) == 3, cells
        assert "`" in cells[1], cells[0]
        assert re.search(r"`tests/[^`]+\.py::\w+", cells[2]), cells[0]


def test_every_rule_that_a_trigger_raises_is_named() -> None:
    raised = run(
        "SELECT DISTINCT (regexp_matches(p.prosrc, 'CONSTRAINT = ''([^'']+)''', 'g'))[1] "
        "FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
    )
    assert {name for (name,) in raised} <= set(NAMES)


@cache
def names_of_tests(path: str) -> set[str]:
    """Names of the tests of one file, those in classes as Class::name."""
    found = set()
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return found


@pytest.mark.parametrize("test", TESTS)
def test_the_test_it_names_exists(test: str) -> None:
    path, name = test.split("::", 1)
    assert (ROOT / path).is_file()
    assert name.rsplit("::", 1)[-1].startswith("test_")
    assert name in names_of_tests(path)


def test_nothing_is_named_that_is_not_there() -> None:
    """Every name in code type is something: a file, a relation, a column, a rule, a function, a role."""
    live = columns()
    known = relations("r", "p", "v") | {name for (_, name) in indexes()}
    known |= {name for kind in "cufp" for (_, name) in constraints(kind)}
    known |= {name for triggers in TRIGGERS.values() for name in triggers}
    known |= {column for its_columns in live.values() for column in its_columns}
    known |= {f"{table}.{column}" for table, its_columns in live.items() for column in its_columns}
    known |= {f"{signature.split('(')[0]}()" for signature in functions()} | set(functions())
    known |= {
        name
        for (name,) in run("SELECT DISTINCT (regexp_matches(prosrc, 'CONSTRAINT = ''([^'']+)''', 'g'))[1] FROM pg_proc")
    }
    known |= {name for (name,) in run("SELECT rolname::text FROM pg_roles")} | {"gen_random_uuid()", "search_path"}
    words = {  # and Django's own tables
        "manage.py migrate",
        "ensure_partitions",
        "--fake-initial",
        "<table>_updated_at_trigger",
        "<table>_audit_trigger",
        "<table>_audit_insert_trigger",
        "<table>_append_only",
        "<table>_no_truncate",
        "<table>_audit_update_trigger",
        "<table>_audit_delete_trigger",
        "auth_group",
        "auth_group_permissions",
        "mfa_authenticator",
    }

    unknown = []
    for name in set(NAMES) - known - words - set(TESTS):
        path = name.replace("<app>", "*")
        if "/" not in name or not any(ROOT.glob(path)):
            unknown.append(name)
    assert not unknown
