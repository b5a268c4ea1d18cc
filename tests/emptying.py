"""A database as the migrations left it, after a test whose rows were committed.

Django's flush makes every table and index anew and asks for each permission again: half a second for a test that
wrote a dozen rows. Here the tables that hold rows are found by one query and emptied by DELETE.
"""

from __future__ import annotations

from typing import Final

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

# what the migrations did is recorded here; tests begin without it
EVIDENCE: Final = {"audit_events"}
_TABLES: Final = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
     ORDER BY relname
"""


def keep_delivered(cursor: CursorWrapper) -> None:
    """Keeps a copy of each row that migrations put in a table, in a schema of its own; once for a test database."""
    cursor.execute("SELECT to_regnamespace('delivered') IS NOT NULL")
    if cursor.fetchone() == (True,):
        return
    cursor.execute("CREATE SCHEMA delivered")
    cursor.execute(_TABLES)
    for table in _with_rows(cursor, {name for (name,) in cursor.fetchall()} - EVIDENCE):
        cursor.execute(f'CREATE TABLE delivered."{table}" AS TABLE public."{table}"')


def empty(cursor: CursorWrapper) -> None:
    """Leaves what the migrations delivered and nothing else. Triggers and foreign keys sleep meanwhile (a superuser's
    ``session_replication_role``)."""
    cursor.execute(_TABLES)
    tables = {name for (name,) in cursor.fetchall()}
    cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'delivered'::regnamespace AND relkind = 'r'")
    delivered = {name for (name,) in cursor.fetchall()}
    statements = [f'DELETE FROM "{table}"' for table in _with_rows(cursor, tables - delivered)]
    for table in _changed(cursor, delivered):
        statements += [f'DELETE FROM "{table}"', f'INSERT INTO "{table}" TABLE delivered."{table}"']
    if statements:
        cursor.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {'; '.join(statements)}; COMMIT")


def _with_rows(cursor: CursorWrapper, tables: set[str]) -> list[str]:
    cursor.execute(" UNION ALL ".join(f"""SELECT '{t}' WHERE EXISTS (SELECT FROM "{t}")""" for t in sorted(tables)))
    return [name for (name,) in cursor.fetchall()]


def _changed(cursor: CursorWrapper, tables: set[str]) -> list[str]:
    """Those whose rows are not the delivered ones; a row is compared as JSON, in which every type can be."""
    now, then = (f'SELECT to_jsonb(r) FROM {schema}."%(t)s" r' for schema in ("public", "delivered"))
    differ = f"SELECT '%(t)s' WHERE EXISTS ({now} EXCEPT ALL {then}) OR EXISTS ({then} EXCEPT ALL {now})"
    cursor.execute(" UNION ALL ".join(differ % {"t": table} for table in sorted(tables)))
    return [name for (name,) in cursor.fetchall()]


def _fixture_teardown(self: TransactionTestCase) -> None:
    for alias in self._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        with connections[alias].cursor() as cursor:
            empty(cursor)


TransactionTestCase._fixture_teardown = _fixture_teardown  # type: ignore[method-assign]
