"""Archiving and cleaning, step by step: each is a short transaction of its own that leaves its line in system_logs.

A run that is killed keeps what it did, and the next goes on; two runs at once are told apart by an advisory lock of the
database's functions; a lock that somebody holds is waited for briefly, several times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from dwaybank.db.patience import ATTEMPTS
from dwaybank.models import SystemLog
from dwaybank.retention import years_before
from integrations.models import ArchivedBankTransaction, BankSyncLog, BankTransaction
from integrations.partitions import (
    TABLES,
    PartitionedTable,
    existing_months,
    following_month,
    patiently,
    rows_in_default,
)

BATCH: Final = 10_000
ARCHIVED_AFTER_YEARS: Final = 7
LOGS_KEPT_YEARS: Final = 1
_TRANSACTIONS: Final = next(table for table in TABLES if table.model is BankTransaction)
_ARCHIVE: Final = PartitionedTable(ArchivedBankTransaction, _TRANSACTIONS.key)
_SYNC_LOGS: Final = next(table for table in TABLES if table.model is BankSyncLog)


@dataclass(frozen=True, slots=True)
class DueMonth:
    """A month that a run would take, and how many rows of it."""

    month: date
    rows: int


def months_to_archive(today: date) -> list[DueMonth]:
    """Months of bank transactions that are wholly older than seven years, those waiting in DEFAULT too, with rows."""
    due = _months_past(today)
    rows = _rows_by_month(_TRANSACTIONS, due)
    return [DueMonth(month, rows.get(month, 0)) for month in due]


def _months_past(today: date) -> list[date]:
    """The same months, the oldest first, without counting a row of them."""
    cutoff = years_before(today, ARCHIVED_AFTER_YEARS)
    waiting = {month for month in rows_in_default(_TRANSACTIONS) if month is not None}
    return sorted(m for m in existing_months(_TRANSACTIONS.name) | waiting if following_month(m) <= cutoff)


def _rows_by_month(table: PartitionedTable, months: list[date]) -> dict[date, int]:
    if not months:
        return {}
    rows = _span(table, months[0], months[-1])
    return dict(rows.annotate(m=TruncMonth(table.key)).values_list("m").annotate(n=Count("*")).order_by("m"))


def _span(table: PartitionedTable, first: date, last: date) -> QuerySet[Any]:
    """Rows of the months from the first to the last, both included."""
    ends = {f"{table.key}__gte": table.bound(first), f"{table.key}__lt": table.bound(following_month(last))}
    return table.model._default_manager.filter(**ends)


def archive_months(*, today: date, attempts: int = ATTEMPTS) -> Iterator[DueMonth]:
    """Hand over every due month to the archive, the oldest first; yields each once it is done, with its rows.

    A month goes over as a whole without a row being read, under locks as short for a million rows as for a thousand.
    Its rows are counted when it has gone: nobody writes them there, and nobody waits for it.

    Raises LockedByOthers where a month's locks are not given in ``attempts`` tries; months before it stay archived.
    Needs to be called outside a transaction.
    """
    for due in _months_past(today):

        def hand_over(month: date = due) -> int | None:
            rows: int | None = _call("SELECT archive_bank_transactions_month(%s)", month)
            _note(f"Archived bank transactions of {month:%Y-%m}", {"month": f"{month:%Y-%m}"})
            return rows

        late = patiently(hand_over, _TRANSACTIONS, attempts)
        rows = _span(_ARCHIVE, due, due).count() if late is None else late
        _note(f"Counted what was archived of {due:%Y-%m}", {"month": f"{due:%Y-%m}", "archived_count": rows})
        yield DueMonth(due, rows)


@dataclass(frozen=True, slots=True)
class DueLogs:
    """Sync logs past a year: how many, and the months that go as a whole."""

    rows: int
    months: tuple[date, ...]


def logs_to_remove(now: datetime) -> DueLogs:
    """What ``remove_old_logs`` would remove at that moment."""
    cutoff = datetime.combine(years_before(now.date(), LOGS_KEPT_YEARS), now.timetz())
    months = (
        m for m in existing_months(_SYNC_LOGS.name) if datetime.combine(following_month(m), time(), UTC) <= cutoff
    )
    return DueLogs(BankSyncLog.objects.filter(started_at__lt=cutoff).count(), tuple(sorted(months)))


def remove_old_logs(*, batch: int = BATCH, attempts: int = ATTEMPTS) -> Iterator[int]:
    """Remove sync logs older than a year: whole months first, then ``batch`` rows at a time; yields rows of each step.

    Raises LockedByOthers as ``archive_months``, ValueError for a batch below 1. Needs to be called outside a
    transaction.
    """
    if batch < 1:
        raise ValueError("A batch has at least one row.")

    def step() -> int | None:
        rows: int | None = _call("SELECT cleanup_sync_logs_step(%s)", batch)
        if rows is not None:
            _note("Removed old sync logs", {"deleted_count": rows})
        return rows

    while (removed := patiently(step, _SYNC_LOGS, attempts)) is not None:
        yield removed


def _call(statement: str, argument: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, [argument])
        return cursor.fetchone()[0]


def _note(message: str, metadata: dict[str, Any]) -> None:
    SystemLog.objects.create(level="INFO", message=message, metadata=metadata)
