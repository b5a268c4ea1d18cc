"""Indexes and foreign keys of large tables, dropped while they are filled and made again as they were."""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction
from psycopg import sql
from tqdm import tqdm

# what is filled row by row and is no partitioned table (those get their indexes month by month)
LARGE: Final = (
    "transactions", "bank_transaction_keys", "transaction_mappings", "mapping_proposals", "mapping_decisions",
)  # fmt: skip
_CONSTRAINTS: Final = """
    SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c
    WHERE c.contype = %s AND c.conparentid = 0 AND c.conrelid = ANY (%s::regclass[])
    ORDER BY 1, 2
"""
_INDEXES: Final = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    WHERE i.indrelid = ANY (%s::regclass[]) AND NOT i.indisprimary AND i.indpred IS NULL
        AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
    ORDER BY 1
"""
# all of the schema that a fill could leave other than it was; months are named by the calendar and left out
_SCHEMA: Final = r"""
    SELECT 'index ' || c.relname, pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relname !~ '_y\d+m\d\d$'
    UNION ALL
    SELECT 'constraint ' || t.relname || '.' || c.conname,
        pg_get_constraintdef(c.oid) || CASE WHEN c.convalidated THEN '' ELSE ' NOT VALID' END
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relname !~ '_y\d+m\d\d$' AND c.contype <> 'n'
        AND (c.conparentid = 0 OR c.contype <> 'f')
    UNION ALL
    SELECT 'trigger ' || t.relname || '.' || g.tgname, pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text
    FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relname !~ '_y\d+m\d\d$' AND NOT g.tgisinternal
"""


def schema_of() -> dict[str, str]:
    """Every index, constraint and trigger but those of months, by name, as PostgreSQL writes it."""
    with connection.cursor() as cursor:
        cursor.execute(_SCHEMA)
        return dict(cursor.fetchall())


def drop_for_speed() -> None:
    """Drop foreign keys, unique constraints and indexes of the large tables; bench.dropped remembers how to make them.

    Primary keys stay: months of bank transactions refer to them while they are attached. Partial indexes stay too: they
    hold few rows, and PostgreSQL would write their conditions in other words.
    """
    made: list[sql.Composable] = []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench.dropped (place integer PRIMARY KEY, statement text NOT NULL)")
        for kind in ("f", "u"):
            cursor.execute(_CONSTRAINTS, [kind, list(LARGE)])
            for table, name, definition in cursor.fetchall():
                parts = {"table": sql.SQL(table), "name": sql.Identifier(name), "definition": sql.SQL(definition)}
                cursor.execute(sql.SQL("ALTER TABLE {table} DROP CONSTRAINT {name}").format(**parts))
                made.append(sql.SQL("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}").format(**parts))
        cursor.execute(_INDEXES, [list(LARGE)])
        for name, definition in cursor.fetchall():
            cursor.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))
            made.append(sql.SQL(definition))
        # indexes first, foreign keys last
        for place, statement in enumerate(reversed(made)):
            cursor.execute("INSERT INTO bench.dropped VALUES (%s, %s)", [place, statement.as_string(cursor.connection)])


def make_again() -> None:
    """Make what was dropped, each in a transaction of its own; adding a foreign key checks every row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, statement FROM bench.dropped ORDER BY place")
        waiting = cursor.fetchall()
        for place, statement in tqdm(waiting, desc="indexes and keys", disable=None):
            with transaction.atomic():
                cursor.execute(statement)
                cursor.execute("DELETE FROM bench.dropped WHERE place = %s", [place])
