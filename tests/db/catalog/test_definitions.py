"""Names and definitions of constraints, indexes, functions, triggers and partitions, against the schema document."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.db.catalog import expected_definitions as expected
from tests.db.catalog.live import constraints, indexes, relations, run, short

pytestmark = pytest.mark.django_db

TABLES = sorted({*expected.CHECKS, *expected.FOREIGN_KEYS, *expected.UNIQUE, *expected.INDEXES})


def named(definitions: dict[tuple[str, str], str], table: str) -> dict[str, str]:
    return {name: definition for (of, name), definition in definitions.items() if of == table}


def index_as_written(table: str, name: str, written: str, *, unique: bool) -> str:
    """PostgreSQL's own spelling of an index that a person wrote down."""
    method = "" if written.startswith("USING") else "USING btree "
    run(f"CREATE {'UNIQUE' if unique else ''} INDEX {name} ON pg_temp.as_written {method}{written}")
    definition = str(run("SELECT pg_get_indexdef(%s::regclass)", f"pg_temp.{name}")[0][0]).split(" USING ", 1)[1]
    return f"UNIQUE {definition}" if unique else definition


def checks_as_written(conditions: dict[str, str]) -> dict[str, str]:
    """PostgreSQL's own spelling of CHECKs that a person wrote down."""
    for name, condition in conditions.items():
        run(f"ALTER TABLE pg_temp.as_written ADD CONSTRAINT {name} CHECK ({condition})")
    return dict(
        run(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = 'pg_temp.as_written'::regclass AND contype = 'c'"
        )
    )


@pytest.mark.parametrize("table", TABLES)
def test_checks_and_indexes_of(table: str) -> None:
    run(f"CREATE TEMP TABLE as_written (LIKE {table}) ON COMMIT DROP")

    assert named(constraints("c"), table) == checks_as_written(expected.CHECKS.get(table, {}))

    live = {name: definition for name, definition in named(indexes(), table).items() if not name.endswith("_pkey")}
    written = {
        name: index_as_written(table, name, definition, unique=unique)
        for kind, unique in ((expected.INDEXES, False), (expected.UNIQUE, True))
        for name, definition in kind.get(table, {}).items()
    }
    assert live == written


@pytest.mark.parametrize("table", sorted(expected.FOREIGN_KEYS))
def test_foreign_keys_act_in_the_database(table: str) -> None:
    written = {
        name: (
            f"FOREIGN KEY ({column}) REFERENCES {target}(id)"
            + ("" if on_delete == "NO ACTION" else f" ON DELETE {on_delete}")
            + (" DEFERRABLE INITIALLY DEFERRED" if table in expected.DEFERRED else "")
        )
        for name, (column, target, on_delete) in expected.FOREIGN_KEYS[table].items()
    }
    assert named(constraints("f"), table) == written


def test_no_table_has_a_constraint_that_is_not_written_down() -> None:
    assert {table for table, _ in constraints("c")} == set(expected.CHECKS)
    assert {table for table, _ in constraints("f")} == set(expected.FOREIGN_KEYS)
    unique = {table for (table, name), text in indexes().items() if text.startswith("UNIQUE") and "_pkey" not in name}
    assert unique == set(expected.UNIQUE)
    assert constraints("x") == {}
    assert run("SELECT conname FROM pg_constraint WHERE NOT convalidated") == []


def test_primary_keys() -> None:
    live = constraints("p")
    assert {table for table, _ in live} == relations("r", "p")
    for (table, name), definition in live.items():
        assert name == f"{table}_pkey"
        assert definition == expected.PRIMARY_KEYS_WITH_THE_PARTITION_KEY.get(table, "PRIMARY KEY (id)")


def test_every_name_fits_into_63_bytes_and_follows_one_pattern() -> None:
    for _, name in [*constraints("c"), *constraints("f"), *constraints("u"), *indexes()]:
        assert len(name.encode()) <= 63
    for table, name in constraints("c"):
        owner = table.removesuffix("_archive")
        assert name.startswith(f"{owner}_")
        assert name.endswith(("_check", "_range"))


def functions() -> dict[str, tuple[str, bool, str | None, bool]]:
    """Signature → (result, acts with its owner's rights, search_path, may everybody call it). Those that
    django-pgtrigger makes for its triggers are left out."""
    rows = run(
        "SELECT p.proname || '(' || pg_get_function_arguments(p.oid) || ')', pg_get_function_result(p.oid), "
        "p.prosecdef, array_to_string(p.proconfig, ' '), "
        "EXISTS (SELECT FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0) "
        "FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname !~ '^(_?pgtrigger|procrastinate)_'"
    )
    return {
        re.sub(r"NULL::[a-z]+", "NULL", short(signature)): (short(result), definer, path, public)
        for signature, result, definer, path, public in rows
    }


def test_functions_have_the_documents_signatures() -> None:
    live = {signature: result for signature, (result, *_) in functions().items()}
    assert live == {**expected.DOCUMENT_FUNCTIONS, **expected.OWN_FUNCTIONS}


def test_functions_with_their_owners_rights_are_closed() -> None:
    for signature, (_, definer, search_path, public) in functions().items():
        name = signature.split("(")[0]
        assert definer == (name not in expected.INVOKER_FUNCTIONS), signature
        if name not in expected.WITHOUT_SEARCH_PATH:
            assert "search_path=pg_catalog, public, pg_temp" in search_path, signature
        if definer:
            assert not public, signature


def live_triggers() -> dict[str, dict[str, str]]:
    """Table → trigger or rule → timing, events, level and function as written in the expectation."""
    found: dict[str, dict[str, str]] = {}
    for table, name, definition in run(
        "SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition "
        "AND c.relname !~ '^procrastinate_'"
    ):
        parts = re.match(
            r"CREATE (?:CONSTRAINT )?TRIGGER \S+ (?P<when>.+?) ON \S+ (?P<deferred>DEFERRABLE INITIALLY DEFERRED )?"
            r".*?FOR EACH (?P<level>ROW|STATEMENT) .*?"
            r"EXECUTE FUNCTION (?P<function>.+)$",
            definition,
        )
        assert parts, definition
        rule = re.match(r"pgtrigger_(.+)_[0-9a-f]+$", name)
        text = f"{parts['when']} {parts['deferred'] or ''}{parts['level']}"
        found.setdefault(table, {})[rule[1] if rule else name] = text if rule else f"{text} {parts['function']}"
    return found


def test_what_joins_the_rows_before_and_after_is_planned_for_the_rows_it_has() -> None:
    """A session keeps the plan of a function's plain statement: made for one row, it compares every row with every
    other of a thousand. Statements given to EXECUTE are planned anew."""
    sources = run("SELECT proname, prosrc FROM pg_proc WHERE prosrc LIKE '%old_rows%' AND prosrc LIKE '%new_rows%'")
    assert sources
    for name, source in sources:
        plain = re.sub(r"'(?:[^']|'')*'", "''", re.sub(r"--[^\n]*", "", source))
        joined = [
            one for one in plain.split(";") if re.search(r"\bold_rows\b", one) and re.search(r"\bnew_rows\b", one)
        ]
        assert not joined, name


def test_triggers_fire_when_they_should() -> None:
    assert live_triggers() == expected.TRIGGERS


def test_the_audit_comes_after_and_the_timestamp_before() -> None:
    for triggers in live_triggers().values():
        for name, text in triggers.items():
            if name.endswith("_audit_trigger"):
                assert text.startswith("AFTER")
            if name.endswith("_updated_at_trigger"):
                assert text.startswith("BEFORE UPDATE")


def test_what_is_partitioned_and_by_what() -> None:
    assert dict(run("SELECT relname, pg_get_partkeydef(oid) FROM pg_class WHERE relkind = 'p'")) == {
        "audit_events": "RANGE (occurred_at)",
        "audit_events_archive": "RANGE (occurred_at)",
        "bank_sync_logs": "RANGE (started_at)",
        "bank_transactions": "RANGE (transaction_date)",
        "bank_transactions_archive": "RANGE (transaction_date)",
    }


@pytest.mark.parametrize("parent", ["bank_transactions", "bank_sync_logs", "audit_events"])
def test_each_partition_is_one_whole_month_under_its_name(parent: str) -> None:
    run("SET LOCAL TIME ZONE 'UTC'")
    partitions = dict(
        run(
            "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i "
            "JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = %s::regclass",
            parent,
        )
    )

    assert partitions.pop(f"{parent}_default") == "DEFAULT"
    assert partitions
    for name, bounds in partitions.items():
        year, month = map(int, re.match(rf"{parent}_y(\d{{4}})m(\d\d)$", name).groups())  # type: ignore[union-attr]
        following = date(year + month // 12, month % 12 + 1, 1)
        midnight = "" if parent == "bank_transactions" else " 00:00:00+00"
        assert bounds == f"FOR VALUES FROM ('{date(year, month, 1)}{midnight}') TO ('{following}{midnight}')"
