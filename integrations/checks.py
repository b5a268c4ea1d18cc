"""System checks of the months: they run where a database is named (``check --database default``, ``migrate``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import ProgrammingError

from integrations.partitions import PARTITIONED, months_ahead, rows_in_default

FEWEST_AHEAD: Final = 2
_REMEDY: Final = "Run 'manage.py ensure_partitions', and have it run daily."


@register(Tags.database)
def check_partitions(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """W001: fewer than two months ahead have a partition. W002: rows wait in a DEFAULT partition."""
    if not databases or "default" not in databases:
        return []
    try:
        ahead = months_ahead(datetime.now(UTC).date())
    except ProgrammingError:
        return []  # the tables are not there yet: this check also runs before the first migration
    found: list[CheckMessage] = []
    for table in PARTITIONED:
        if ahead[table] < FEWEST_AHEAD:
            message = f"{table} has partitions for {ahead[table]} months ahead; fewer than {FEWEST_AHEAD} is short."
            found.append(Warning(message, hint=_REMEDY, id="integrations.W001"))
        if waiting := sum(rows_in_default(table).values()):
            message = f"{waiting} rows of {table} lie in its DEFAULT partition, where nothing prunes them."
            found.append(Warning(message, hint=_REMEDY, id="integrations.W002"))
    return found
