"""Each table's columns, types, nullability, defaults and generated columns, against the schema document."""

from __future__ import annotations

import pytest

from tests.db.catalog.expected_columns import DOCUMENT, EXTENSION, GENERATED, OWN, VIEWS, expected_tables, parse
from tests.db.catalog.live import columns, relations, run

pytestmark = pytest.mark.django_db


def test_there_are_these_tables_and_views_and_no_others() -> None:
    assert len(DOCUMENT) == 8
    assert relations("r", "p") == set(expected_tables())
    assert relations("v") == set(VIEWS)


@pytest.mark.parametrize("table", [*DOCUMENT, *OWN, "bank_transactions_archive", "audit_events_archive"])
def test_columns_of(table: str) -> None:
    assert columns()[table] == expected_tables()[table]


@pytest.mark.parametrize("table", DOCUMENT)
def test_the_documents_columns_stand_in_its_order(table: str) -> None:
    written = list(parse(DOCUMENT[table]))
    assert list(columns()[table])[: len(written)] == written


@pytest.mark.parametrize("table", EXTENSION)
def test_what_the_document_adds_is_nullable_so_that_old_rows_stay(table: str) -> None:
    live = columns()[table]
    for name, column in parse(EXTENSION[table]).items():
        assert live[name] == column
        assert column.nullable


@pytest.mark.parametrize("view", VIEWS)
def test_columns_of_view(view: str) -> None:
    live = columns()[view]
    assert list(live.items()) == list(parse(VIEWS[view]).items())


def test_generated_columns_compute_what_is_written_down() -> None:
    found = {
        (table, name)
        for table, its_columns in columns().items()
        for name, column in its_columns.items()
        if column.generated
    }
    assert found == set(GENERATED)

    expression = (
        "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d "
        "JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum "
        "WHERE d.adrelid = %s::regclass AND a.attname = %s"
    )
    for (table, name), written in GENERATED.items():
        type_name = columns()[table][name].type
        run(f"CREATE TEMP TABLE as_written (LIKE {table}) ON COMMIT DROP")
        run(f"ALTER TABLE as_written DROP COLUMN {name}")
        run(f"ALTER TABLE as_written ADD COLUMN {name} {type_name} GENERATED ALWAYS AS ({written}) STORED")
        assert run(expression, table, name) == run(expression, "as_written", name), f"{table}.{name}"
        run("DROP TABLE as_written")


def test_no_money_is_a_float() -> None:
    types = {column.type for its_columns in columns().values() for column in its_columns.values()}
    assert not types & {"real", "double precision", "money"}


def test_no_extension_is_needed() -> None:
    assert run("SELECT extname FROM pg_extension") == [("plpgsql",)]
