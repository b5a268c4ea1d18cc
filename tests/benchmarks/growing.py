"""Imports as the tables fill: new rows into ours, and COPY into the document's, step by step side by side."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction

from dwaybank.models import User
from integrations.importing import following
from tests.benchmarks.filling import filled_database
from tests.benchmarks.generate import rows
from tests.benchmarks.importing import import_file, stored_rate
from tests.integrations.statements_text import ofx

STEPS = 10
SMALL = 100_000


def run(count: int) -> Iterator[dict[str, object]]:
    """``count`` rows in ten imports, each of another account; each step with the rows there after it."""
    with connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("document_table.sql").read_text("utf-8"))
    following._followers.clear()
    step = count // STEPS
    ours, document = [], []
    for number in range(STEPS):
        owner = User.objects.create_user(f"bench-{number}@example.ca")
        import_file(owner, ofx(*rows(200, first_id=count), account=f"01234-{number:07d}"))
        ours.append(stored_rate(owner, step, number * step, seed=number * step))
        document.append(_copy_newest(step))
        yield {
            "what": "new rows, whole pipeline",
            "ratio_to_copy_into_the_documents_table": round(ours[-1] / document[-1], 2),
            "rows_per_second": round(ours[-1]),
            "rows": (number + 1) * step,
        }
        yield {
            "what": "COPY into the document's table",
            "rows_per_second": round(document[-1]),
            "rows": (number + 1) * step,
        }
    yield {
        "what": f"new rows: the last tenth of {count:,} against the first",
        "ratio": round(ours[-1] / ours[0], 2),
        "ratio_of_the_documents_table": round(document[-1] / document[0], 2),
    }


def run_at_size(rows_there: int) -> Iterator[dict[str, object]]:
    """Imports of new rows into a filled database of so many rows, against one of a hundred thousand; all undone."""
    following._followers.clear()
    rates = {size: _rate_at(size) for size in (SMALL, rows_there)}
    yield {
        "what": f"new rows into {rows_there:,} rows against into {SMALL:,}",
        "ratio": round(rates[rows_there] / rates[SMALL], 2),
        "rows_per_second": round(rates[rows_there]),
        "rows_per_second_into_few": round(rates[SMALL]),
    }


def _rate_at(size: int) -> float:
    """The middle of some imports, the first not counted."""
    with filled_database(size), transaction.atomic():
        owner = User.objects.create_user("bench-at-size@example.ca")
        import_file(owner, ofx(*rows(200, first_id=9_000_000)))
        found = [stored_rate(owner, 20_000, number * 20_000, seed=number * 20_000) for number in range(6)]
        transaction.set_rollback(True)
    return statistics.median(found[1:])


def _copy_newest(count: int) -> float:
    """Rows per second of COPY of what came last into the document's table, under ids by chance like its default."""
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        columns = "SELECT string_agg(attname, ', ' ORDER BY attnum) FILTER (WHERE attname <> 'id') FROM pg_attribute"
        cursor.execute(f"{columns} WHERE attrelid = 'document.bank_transactions'::regclass AND attnum > 0")
        (names,) = cursor.fetchone()
        newest = "(SELECT max(created_at) FROM bank_transactions)"
        with cursor.copy(
            f"COPY (SELECT gen_random_uuid(), {names} FROM bank_transactions WHERE created_at = {newest}) TO STDOUT"
        ) as copy:
            text = b"".join(bytes(block) for block in copy)
        assert text.count(b"\n") == count
        start = time.perf_counter()
        with cursor.copy(f"COPY document.bank_transactions (id, {names}) FROM STDIN") as copy:
            copy.write(text)
        return count / (time.perf_counter() - start)
