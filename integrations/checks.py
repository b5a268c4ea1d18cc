"""System checks of bank integration; each says the remedy.

Those that ask the database run only where it is named (``check --database default``, ``migrate``): ``check`` and
``runserver`` must work without one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from dwaybank.db.patience import LockedByOthers
from integrations.partitions import (
    TABLES,
    PartitionedTable,
    existing_months,
    months_from,
    patiently,
    rows_in_default,
)

MONTHS_AHEAD: Final = 2
REMEDY: Final = "Run 'manage.py ensure_partitions', and see that it runs every day."


@register(Tags.database)
def check_partitions(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Months ahead and rows in DEFAULT, for every partitioned table that has been migrated."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    today = timezone.localdate()
    return [warning for table in TABLES for warning in _warnings(table, today)]


def _warnings(table: PartitionedTable, today: date) -> list[CheckMessage]:
    months = existing_months(table.name)
    if not months:
        return []  # not migrated yet
    found: list[CheckMessage] = []
    missing = sorted(set(months_from(today, MONTHS_AHEAD)) - months)
    if missing:
        found.append(
            Warning(
                f"{table.name} has no partition for {missing[0]:%Y-%m}: fewer than {MONTHS_AHEAD} months remain ahead.",
                hint=REMEDY,
                obj=table.name,
                id="integrations.W001",
            )
        )
    try:
        waiting = sum(patiently(lambda: rows_in_default(table), table, attempts=1).values())
    except LockedByOthers as locked:
        return [*found, Warning(f"{table.name}_default could not be read.", hint=str(locked), id="integrations.W003")]
    if waiting:
        found.append(
            Warning(
                f"{waiting} rows of {table.name} lie in its DEFAULT partition, which every new month has to search.",
                hint=REMEDY,
                obj=table.name,
                id="integrations.W002",
            )
        )
    return found
