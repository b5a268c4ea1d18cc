"""Months of the partitioned tables: made ahead of time, and for what an import brings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection


def ensure_months(table: str, days: Iterable[date]) -> list[date]:
    """Make the partitions that ``days`` need and that are missing; returns the first days of the months made.

    Existing months take no lock. Each month is made in a transaction of its own where none is open.
    """
    wanted = sorted({day.replace(day=1) for day in days})
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = to_regclass(quote_ident(%s))",
            [table],
        )
        existing = {name for (name,) in cursor.fetchall()}
        missing = [day for day in wanted if f"{table}_y{day.year}m{day.month:02d}" not in existing]
        made = []
        for day in missing:
            cursor.execute("SELECT create_month_partition(%s, %s)", [table, day])
            if cursor.fetchone()[0]:
                made.append(day)
    return made
