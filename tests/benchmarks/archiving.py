"""Archiving a month of many rows beside the schema document's INSERT + DELETE of the same rows, and what readers and
writers of other months notice of it.

The document's archive is made twice: with the indexes that its rows are searched by afterwards, as ours has them, and
as a bare table. The month is vacuumed before, as autovacuum has done long before seven years are over.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from unittest import mock

import psycopg
from django.db import connection, transaction

from dwaybank.models import User
from integrations import maintenance
from integrations.maintenance import archive_months
from integrations.partitions import patiently
from tests.benchmarks.filling import ROWS_A_MONTH, session_for_filling, store_month, store_people

# a month of a tenth of the rows first, then one of all
MONTHS: Final = ((date(2014, 5, 1), 10), (date(2014, 6, 1), 1))
QUIET_S: Final = 3.0
_READ: Final = "SELECT * FROM bank_transactions WHERE account_id = %s ORDER BY transaction_date DESC LIMIT 50"
_WRITE: Final = """
    INSERT INTO bank_transactions (
        connection_id, account_id, bank_id, external_transaction_id, external_account_id, raw_data, normalized_data,
        amount, transaction_type, transaction_date
    )
    SELECT connection_id, account_id, bank_id, gen_random_uuid()::text, external_account_id, '{"NAME": "WRITER"}',
        '{"words": ["writer"]}', 1, 'debit', CURRENT_DATE
    FROM linked_accounts WHERE account_id = %s
"""
_DOCUMENTS_ARCHIVE: Final = {
    "with its indexes": "CREATE TABLE document.archive (LIKE document.bank_transactions INCLUDING ALL)",
    "as a bare table": "CREATE TABLE document.archive (LIKE document.bank_transactions)",
}


def run(rows: int) -> Iterator[dict[str, object]]:
    """A line for each size of the month, and one for what others waited meanwhile."""
    accounts = -(-rows // ROWS_A_MONTH)
    with connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("document_table.sql").read_text("utf-8"))
    reviewer = User.objects.create_user("archiving@bench.dwaybank.example").pk
    with session_for_filling():
        store_people(accounts, MONTHS[0][0])
    first, seconds = 0, []
    for month, part in MONTHS:
        count = rows // part
        with session_for_filling(), transaction.atomic():
            store_month(month, first, first + count - 1, now=datetime.now(UTC), reviewer=reviewer)
        first += count
        name = f"bank_transactions_y{month:%Y}m{month:%m}"
        _execute(f"VACUUM (ANALYZE) {name}")
        documents = {what: _document(name, made) for what, made in _DOCUMENTS_ARCHIVE.items()}
        with watched() as waits, timed_calls() as moving:
            start = time.perf_counter()
            (done,) = archive_months(today=datetime.now(UTC).date())
            whole = time.perf_counter() - start
        seconds.append(moving[0])
        assert done.rows == count
        yield {
            "what": "archiving a month",
            **{f"ratio_to_insert_and_delete_{k.replace(' ', '_')}": round(v / whole, 1) for k, v in documents.items()},
            "rows": count,
            "seconds": round(whole, 3),
            "seconds_without_counting_what_went": round(seconds[-1], 3),
            **{f"seconds_of_insert_and_delete_{k.replace(' ', '_')}": round(v, 1) for k, v in documents.items()},
            **waits.line(),
        }
    yield {
        "what": "ten times the rows, without counting what went",
        "ratio_of_times": round(seconds[1] / seconds[0], 2),
    }


@contextmanager
def timed_calls() -> Iterator[list[float]]:
    """Seconds of each statement that moves a month and its commit."""
    found: list[float] = []

    def timed(*arguments: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return patiently(*arguments, **options)
        finally:
            found.append(time.perf_counter() - start)

    with mock.patch.object(maintenance, "patiently", timed):
        yield found


def _document(month: str, archive: str) -> float:
    """Seconds of the document's statements for the rows of this month."""
    _execute(f"INSERT INTO document.bank_transactions SELECT * FROM {month}")
    _execute(archive)
    _execute("VACUUM (ANALYZE) document.bank_transactions")
    start = time.perf_counter()
    with transaction.atomic():
        condition = "WHERE transaction_date < CURRENT_DATE - INTERVAL '7 years'"
        _execute(f"INSERT INTO document.archive SELECT * FROM document.bank_transactions {condition}")
        _execute(f"DELETE FROM document.bank_transactions {condition}")
    seconds = time.perf_counter() - start
    _execute("DROP TABLE document.archive")
    _execute("TRUNCATE document.bank_transactions")
    return seconds


@dataclass
class Waits:
    """How long each read and write of others took, with nothing going on and while it went on."""

    quiet: dict[str, list[float]] = field(default_factory=lambda: {"read": [], "write": []})
    meanwhile: dict[str, list[float]] = field(default_factory=lambda: {"read": [], "write": []})
    is_going_on: bool = False
    ended: bool = False

    def line(self) -> dict[str, object]:
        """The longest of each, in milliseconds."""
        return {
            f"longest_{what}_ms{when}": round(max(found[what], default=0) * 1000, 1)
            for when, found in (("", self.meanwhile), ("_before", self.quiet))
            for what in found
        }


@contextmanager
def watched() -> Iterator[Waits]:
    """One reader and one writer of this month work without a pause, ``QUIET_S`` before the block and during it."""
    waits = Waits()
    threads = [
        threading.Thread(target=_work, args=(waits, what, statement))
        for what, statement in (("read", _READ), ("write", _WRITE))
    ]
    for thread in threads:
        thread.start()
    try:
        time.sleep(QUIET_S)
        waits.is_going_on = True
        yield waits
        time.sleep(0.2)  # who waits now is counted too
    finally:
        waits.ended = True
        for thread in threads:
            thread.join()


def _work(waits: Waits, what: str, statement: str) -> None:
    parameters = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor, "autocommit": True}
    with psycopg.connect(**parameters) as session:
        accounts = [row[0] for row in session.execute("SELECT account_id FROM linked_accounts LIMIT 100").fetchall()]
        _one(session, statement, accounts[0])
        number = 0
        while not waits.ended:
            start = time.perf_counter()
            _one(session, statement, accounts[number % len(accounts)])
            took = time.perf_counter() - start
            (waits.meanwhile if waits.is_going_on else waits.quiet)[what].append(took)
            number += 1


def _one(session: psycopg.Connection[Any], statement: str, account: object) -> None:
    answer = session.execute(statement, [account])
    if answer.description:
        answer.fetchall()


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
