"""Months of the partitioned tables: made ahead of time, and for what an import brings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from time import sleep
from typing import Final

from django.db import OperationalError, connection, transaction

# table → the column of its months
PARTITIONED: Final = {"bank_transactions": "transaction_date", "bank_sync_logs": "started_at"}
MAX_AHEAD: Final = 24
LOCK_TIMEOUT: Final = "2s"
ATTEMPTS: Final = 3
PAUSE_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Blocked:
    """A month that could not be made, and why."""

    month: date
    reason: str


@dataclass(frozen=True, slots=True)
class PartitionReport:
    """What became of one table's months. ``in_default``: rows still without a month of their own, by month."""

    table: str
    made: list[date]
    blocked: list[Blocked]
    in_default: dict[date, int]

    @property
    def is_whole(self) -> bool:
        """Every month that is needed is there, and no row waits."""
        return not self.blocked and not self.in_default


def partition_name(table: str, day: date) -> str:
    """Name of the partition of the month of ``day``."""
    return f"{table}_y{day.year}m{day.month:02d}"


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
        missing = [day for day in wanted if partition_name(table, day) not in existing]
        made = []
        for day in missing:
            cursor.execute("SELECT create_month_partition(%s, %s)", [table, day])
            if cursor.fetchone()[0]:
                made.append(day)
    return made


def month_range(first: date, months: int) -> list[date]:
    """First days of the month of ``first`` and of ``months`` more after it."""
    return [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(months + 1)
    ]


def months_ahead(today: date) -> dict[str, int]:
    """Per partitioned table, how many months after this one have their partition, without a gap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.relname, array_agg(c.relname) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "JOIN pg_class p ON p.oid = i.inhparent WHERE i.inhparent = ANY(%s::regclass[]) GROUP BY p.relname",
            [list(PARTITIONED)],
        )
        there = {table: set(names) for table, names in cursor.fetchall()}
    ahead = {}
    for table in PARTITIONED:
        wanted = [partition_name(table, month) for month in month_range(today, MAX_AHEAD)[1:]]
        ahead[table] = next((n for n, name in enumerate(wanted) if name not in there.get(table, ())), MAX_AHEAD)
    return ahead


def rows_in_default(table: str) -> dict[date, int]:
    """Rows that wait in the DEFAULT partition of ``table``, by first day of their month."""
    key = PARTITIONED[table]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT date_trunc('month', {key} AT TIME ZONE 'UTC')::date AS month, count(*) "  # noqa: S608 - own names
            f"FROM {table}_default GROUP BY 1 ORDER BY 1"
        )
        return dict(cursor.fetchall())


def ensure_partitions(today: date, months: int) -> list[PartitionReport]:
    """Make this month, ``months`` more and every month that rows wait for in DEFAULT, of each partitioned table.

    Each month is a transaction of its own that waits at most ``LOCK_TIMEOUT`` for the table and tries again a few
    times: a long query delays a month, never the application behind it. What could not be made is in the report.
    """
    reports = []
    for table in PARTITIONED:
        wanted = sorted({*month_range(today, months), *rows_in_default(table)})
        made, blocked = [], []
        for month in wanted:
            try:
                made += _make_patiently(table, month)
            except OperationalError as error:
                blocked.append(Blocked(month, f"{str(error).strip().splitlines()[0]}. {_who_blocks(table)}"))
        reports.append(PartitionReport(table, made, blocked, rows_in_default(table)))
    return reports


def _make_patiently(table: str, month: date) -> list[date]:
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
                return ensure_months(table, [month])
        except OperationalError:
            if attempt == ATTEMPTS - 1:
                raise
            sleep(PAUSE_SECONDS * (attempt + 1))
    return []


def _who_blocks(table: str) -> str:
    """Sessions that hold locks on the table, for the operator who must wait for them or end them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT a.pid, COALESCE(NULLIF(a.application_name, ''), a.usename), a.xact_start "
            "FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
            "WHERE l.relation = ANY(ARRAY[to_regclass(%s), to_regclass(%s)]) AND l.granted "
            "AND a.pid <> pg_backend_pid() ORDER BY a.xact_start LIMIT 3",
            [table, f"{table}_default"],
        )
        holders = [f"process {pid} ({who}, since {since:%H:%M:%S})" for pid, who, since in cursor.fetchall()]
    if not holders:
        return "Nobody holds the table now: run the command again."
    return f"The table is held by {', '.join(holders)}: let it end, then run the command again."
