"""Months of the partitioned tables: made ahead of time, and for what an import brings.

``bank_transactions``, ``bank_sync_logs`` and ``audit_events`` need their months. ``bank_transactions_archive`` needs
none: it takes over whole months from the live table and has no DEFAULT partition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as clock
from importlib import resources
from typing import Any, Final, TypeVar

from django.db import ProgrammingError, connection, transaction
from django.db.models import Count, DateField, DateTimeField, Model, Q
from django.db.models.functions import TruncMonth

from dwaybank.db import patience
from dwaybank.db.patience import ATTEMPTS, LockedByOthers
from dwaybank.models import AuditEvent, SystemLog
from integrations.models import BankSyncLog, BankTransaction

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class PartitionedTable:
    """A table partitioned by month of ``key``: a date, or an instant whose month is taken in UTC."""

    model: type[Model]
    key: str

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.model._meta.db_table

    @property
    def by_instant(self) -> bool:
        """Whether the key is a point in time."""
        return isinstance(self.model._meta.get_field(self.key), DateTimeField)

    def bound(self, day: date) -> date:
        """The day as a bound of a partition."""
        return datetime.combine(day, clock.min, UTC) if self.by_instant else day


TABLES: Final = (
    PartitionedTable(BankTransaction, "transaction_date"),
    PartitionedTable(BankSyncLog, "started_at"),
    PartitionedTable(AuditEvent, "occurred_at"),
)


@dataclass(frozen=True, slots=True)
class MonthsReport:
    """What ``ensure_partitions`` did for one table. Months are named by their first day.

    ``made`` maps each month made to the rows that waited for it in the DEFAULT partition; ``present`` are all months
    afterwards; ``left`` maps months to the rows still in DEFAULT (None: dates outside the years 1 to 9999), and is
    None itself where DEFAULT could not be read; ``failed`` maps months that are still missing to the reason.
    """

    table: str
    made: Mapping[date, int]
    present: tuple[date, ...]
    left: Mapping[date | None, int] | None
    failed: Mapping[date, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every month was made and DEFAULT is empty."""
        return not self.failed and self.left is not None and not self.left


def following_month(month: date) -> date:
    """First day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_from(today: date, ahead: int) -> list[date]:
    """The month of ``today`` and ``ahead`` months after it, by their first days."""
    months = [today.replace(day=1)]
    for _ in range(ahead):
        months.append(following_month(months[-1]))
    return months


def existing_months(table: str) -> set[date]:
    """First days of the months that ``table`` has a partition for; empty where there is no such table.

    Reads the catalog only, so nobody's lock is waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = to_regclass(quote_ident(%s))",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
    found = (re.fullmatch(rf"{table}_y([1-9]\d{{0,3}})m(\d\d)", name) for name in names)
    return {date(int(match[1]), int(match[2]), 1) for match in found if match}


def ensure_months(table: str, days: Iterable[date]) -> list[date]:
    """Make the partitions that ``days`` need and that are missing; returns the first days of the months made.

    Existing months take no lock. Each month is made in a transaction of its own where none is open.
    """
    wanted = {day.replace(day=1) for day in days}
    missing = sorted(wanted - existing_months(table)) if wanted else []
    return [month for month in missing if _create_month(table, month)]


def _create_month(table: str, month: date) -> bool:
    """Whether the month was made; false when another session was faster."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT create_month_partition(%s, %s)", [table, month])
        return bool(cursor.fetchone()[0])


def rows_in_default(table: PartitionedTable) -> dict[date | None, int]:
    """Number of rows per month in the table's DEFAULT partition; None counts dates outside the years 1 to 9999.

    Asked of the parent, for the spans that no month covers: PostgreSQL then reads the DEFAULT partition alone, and
    the application, which may read no partition directly, can ask too.
    """
    spans = Q()
    start: date | None = None
    for month in sorted(existing_months(table.name)):
        if start is None:
            spans |= Q(**{f"{table.key}__lt": table.bound(month)})
        elif start < month:
            spans |= Q(**{f"{table.key}__gte": table.bound(start), f"{table.key}__lt": table.bound(month)})
        start = following_month(month)
    if start is not None:
        spans |= Q(**{f"{table.key}__gte": table.bound(start)})
    rows = table.model._default_manager.filter(spans)
    calendar = Q(**{f"{table.key}__range": (table.bound(date(1, 1, 1)), table.bound(date(9999, 12, 31)))})
    month_of_key = TruncMonth(table.key, output_field=DateField(), tzinfo=UTC if table.by_instant else None)
    by_month = rows.filter(calendar).annotate(month=month_of_key).values_list("month")
    found: dict[date | None, int] = dict(by_month.annotate(rows=Count("*")).order_by("month"))
    if beyond := rows.exclude(calendar).count():
        found[None] = beyond
    return found


def missing_months(*, today: date, ahead: int) -> dict[str, list[date]]:
    """Table → months that ``ensure_partitions`` would make, of those that wait in a readable DEFAULT too."""
    found = {}
    for table in TABLES:
        waiting = {month for month in _default_or_none(table, attempts=1) or {} if month is not None}
        found[table.name] = sorted({*months_from(today, ahead), *waiting} - existing_months(table.name))
    return found


def ensure_partitions(
    *, today: date, ahead: int, attempts: int = ATTEMPTS, progress: Callable[[int], object] = lambda months: None
) -> list[MonthsReport]:
    """Make the month of ``today`` and ``ahead`` months after it, and every month for which rows wait in DEFAULT.

    ``ahead`` is at least 1, since sync logs may be in the next month (UTC) already. Each month is made in a
    transaction of its own, tried ``attempts`` times, each for LOCK_TIMEOUT_MS. What cannot be made is told in the
    report and keeps nothing else from being made; what was made leaves a line in system_logs. ``progress`` is told of
    each month made. Needs to be called outside a transaction.
    """
    if ahead < 1:
        raise ValueError("ahead must be at least 1")
    return [_ensure_table(table, months_from(today, ahead), attempts, progress) for table in TABLES]


def _ensure_table(
    table: PartitionedTable, ahead: list[date], attempts: int, progress: Callable[[int], object]
) -> MonthsReport:
    made: dict[date, int] = {}
    failed: dict[date, str] = {}
    waiting = _default_or_none(table, attempts)
    waited_for = {month for month in waiting or {} if month is not None}
    missing = sorted({*ahead, *waited_for} - existing_months(table.name))
    for place, month in enumerate(missing):
        try:
            rows = (waiting or {}).get(month, 0)
            if patiently(lambda m=month, n=rows: _make_and_note(table.name, m, n), table, attempts):  # type: ignore[misc]
                made[month] = rows
                progress(1)
        except LockedByOthers as locked:
            # the same sessions hold up the months that follow: not waited for once more
            failed.update(dict.fromkeys(missing[place:], str(locked)))
            break
        except ProgrammingError as error:
            failed[month] = f"PostgreSQL refused: {str(error).splitlines()[0]}"
    return MonthsReport(
        table=table.name,
        made=made,
        present=tuple(sorted(existing_months(table.name))),
        left=_default_or_none(table, attempts=1),
        failed=failed,
    )


def _make_and_note(table: str, month: date, rows: int) -> bool:
    made = _create_month(table, month)
    if made:
        metadata = {"table": table, "month": f"{month:%Y-%m}", "rows_moved": rows}
        SystemLog.objects.create(level="INFO", message=f"Made the month {month:%Y-%m} of {table}", metadata=metadata)
    return made


def _default_or_none(table: PartitionedTable, attempts: int) -> dict[date | None, int] | None:
    try:
        return patiently(lambda: rows_in_default(table), table, attempts)
    except LockedByOthers:
        return None


def patiently(work: Callable[[], _Result], table: PartitionedTable, attempts: int = ATTEMPTS) -> _Result:
    """``dwaybank.db.patience.patiently``, which names the sessions that hold up this table's partitions."""
    return patience.patiently(
        work, attempts=attempts, holders=lambda: _locked_message(table.name, _lock_holders(table.name))
    )


def _lock_holders(table: str) -> list[dict[str, Any]]:
    """The sessions in the way: pid, role, application, state, seconds (of their transaction), holds."""
    text = resources.files("integrations").joinpath("sql", "partitions", "lock_holders.sql").read_text("utf-8")
    with connection.cursor() as cursor:
        cursor.execute(text, {"parent": table})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _locked_message(table: str, holders: list[dict[str, Any]]) -> str:
    if not holders:
        return f"Another session kept {table} locked and has let go of it by now. Run the command again."
    sessions = "; ".join(
        f"process {h['pid']} (role {h['role'] or 'unknown'}, application {h['application'] or 'unnamed'}"
        + (f", {h['state']}" if h["state"] else "")
        + (f" for {h['seconds']} s" if h["seconds"] is not None else "")
        + f") holds {h['holds']}"
        for h in holders
    )
    pids = ", ".join(f"SELECT pg_terminate_backend({h['pid']})" for h in holders)
    return f"Locked by others: {sessions}. Run the command again once they have ended, or end them: {pids}."
