"""Rows of tables that are audited by run, compared with what the audit says came in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import connection

from dwaybank.audit.verifying import Problem

_TABLES: Final = """
    SELECT c.relname, array_remove(ARRAY[c.relname, archive.relname], NULL)::text[]
    FROM pg_trigger t
    JOIN pg_proc p ON p.oid = t.tgfoid
    JOIN pg_class c ON c.oid = t.tgrelid
    LEFT JOIN pg_class archive
        ON archive.relname = c.relname || '_archive' AND archive.relnamespace = c.relnamespace
    WHERE p.proname = 'audit_inserted_run' AND NOT c.relispartition AND NOT t.tgisinternal
    ORDER BY c.relname
"""
_SAID: Final = {
    "changed": "Row {row} of {table} is not what event {event} says came in, and no event says who changed it.",
    "gone": "Row {row} of {table}, which event {event} says came in, is gone, and no event says who deleted it.",
}


def tables_audited_by_run() -> list[tuple[str, list[str]]]:
    """Each such table with the tables where its rows may stand now: itself, and its archive."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return [(table, now_in) for table, now_in in cursor.fetchall()]


def differing_rows() -> Iterator[Problem]:
    """Rows that were changed or removed past the triggers. Reads every row of these tables once.

    What the bank changed since by an import has an event of its own, and is left out.
    """
    for table, now_in in tables_audited_by_run():
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM audited_rows_that_differ(%s, %s)", [table, now_in])
            for row, event, what in cursor.fetchall():
                said = _SAID[what].format(row=row, table=table, event=event)
                yield Problem(f"row_{what}", said, event_id=event)
