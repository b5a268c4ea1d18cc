"""Every rule of the database broken on purpose, by raw SQL, and the name under which it refused."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoDbBlocker

from tests.db.catalog.broken import (
    BROKEN_CHECKS,
    BROKEN_UNIQUES,
    PARTITION_OF,
    REFUSALS,
    VALID_ROWS,
    Case,
    broken_foreign_keys,
    broken_not_nulls,
    broken_primary_keys,
    copied,
)
from tests.db.catalog.expected_columns import expected_tables
from tests.db.catalog.live import OWN_TABLES, constraints, indexes, relations, run

pytestmark = pytest.mark.django_db
TABLES = sorted(expected_tables())


@pytest.fixture(scope="module", autouse=True)
def _valid_rows(module_database: None, django_db_blocker: DjangoDbBlocker) -> None:
    """One valid row in every table: what is refused below is refused for the one thing that is wrong with it.

    Made once for all of these tests: nothing of a refused statement stays."""
    with django_db_blocker.unblock():
        run("SELECT create_bank_transactions_partition('2026-10-01')")
        for statement in VALID_ROWS:
            run(statement)


def refusal(statement: str) -> tuple[str | None, str | None, str | None]:
    """SQLSTATE, constraint and column of the refusal; nothing of the statement stays."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(statement)
            transaction.set_rollback(True)
    except IntegrityError as error:
        diagnosis = error.__cause__.diag  # type: ignore[union-attr]
        return diagnosis.sqlstate, diagnosis.constraint_name, diagnosis.column_name
    return None, None, None


def not_refused_as_expected(cases: Iterable[Case], table: str, sqlstate: str) -> list[str]:
    wrong = []
    for case in cases:
        if case.table != table:
            continue
        state, constraint, column = refusal(case.statement)
        said = column if sqlstate == "23502" else constraint
        if (state, said) != (sqlstate, case.rule):
            wrong.append(f"{case.rule}: refused as {state} {said} by {case.statement}")
    return wrong


def test_every_table_has_a_valid_row() -> None:
    assert relations("r", "p") == set(TABLES)
    for table in TABLES:
        assert run(f"SELECT count(*) > 0 FROM {table}") == [(True,)], table


@pytest.mark.parametrize("table", TABLES)
def test_rules_of(table: str) -> None:
    """CHECKs, foreign keys, unique indexes, keys and NOT NULLs of one table."""
    wrong = not_refused_as_expected(BROKEN_CHECKS, table, "23514")
    wrong += not_refused_as_expected(broken_foreign_keys(), table, "23503")
    wrong += not_refused_as_expected(BROKEN_UNIQUES, table, "23505")
    wrong += not_refused_as_expected(broken_not_nulls(), table, "23502")
    primary_keys = [
        case._replace(rule=f"{PARTITION_OF.get(case.table, case.table)}_pkey") for case in broken_primary_keys()
    ]
    if table in {"bank_sync_logs", "audit_events"}:
        partition = run(f"SELECT tableoid::regclass::text FROM {table} LIMIT 1")[0][0]
        primary_keys = [case._replace(rule=f"{partition}_pkey") for case in primary_keys]
    wrong += not_refused_as_expected(primary_keys, table, "23505")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.statement.split("; ")[-1])
def test_triggers_refuse(case: Case) -> None:
    assert refusal(case.statement)[:2] == ("23514", case.rule)


def test_a_partition_refuses_another_month_even_when_written_directly() -> None:
    partition = PARTITION_OF["bank_transactions"]
    statement = copied("bank_transactions", into=partition, transaction_date="date '2026-11-05'")
    assert refusal(statement)[:2] == ("23514", f"{partition}_month_check")

    partition = run("SELECT tableoid::regclass::text FROM bank_sync_logs")[0][0]
    statement = copied("bank_sync_logs", into=partition, started_at="started_at + interval '40 days'")
    assert refusal(statement)[:2] == ("23514", f"{partition}_month_check")


class TestNothingIsLeftOut:
    """A rule that is added to the schema is broken here too, or these tests fail."""

    def test_constraints_and_unique_indexes(self) -> None:
        live = {key for kind in "cufpx" for key in constraints(kind)}
        live |= {key for key, definition in indexes().items() if definition.startswith("UNIQUE")}
        broken = {
            (case.table, case.rule)
            for cases in (BROKEN_CHECKS, BROKEN_UNIQUES, broken_foreign_keys(), broken_primary_keys())
            for case in cases
        }
        assert live == broken

    def test_columns_that_must_be_set(self) -> None:
        live = run(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            f"WHERE {OWN_TABLES} AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND a.attnotnull AND NOT a.attisdropped"
        )
        assert set(live) == {(case.table, case.rule) for case in broken_not_nulls()}

    def test_constraints_that_only_a_partition_has(self) -> None:
        own = run(
            "SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
            "WHERE c.relispartition AND c.relkind = 'r' AND k.contype = 'c' AND k.coninhcount = 0"
        )
        assert own
        assert {name for _, name in own} == {f"{partition}_month_check" for partition, _ in own}

    def test_rules_that_triggers_hold(self) -> None:
        live = run(
            "SELECT DISTINCT (regexp_matches(p.prosrc, 'CONSTRAINT = ''([^'']+)''', 'g'))[1] "
            "FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
            " UNION SELECT tgname::text FROM pg_trigger WHERE tgfoid = 'refuse_change'::regproc"
        )
        assert {name for (name,) in live} == {case.rule for case in REFUSALS}
