"""How long the indicators take over the ledger, and what Python holds meanwhile, beside counting the same rows."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from compliance.suspicion import detect
from dwaybank.actor import Actor

# a customer with one account per 200 movements; a year of them, one in six cash, amounts up to 12,000
_CUSTOMERS = """
    WITH people AS (
        INSERT INTO users (email) SELECT 'bench' || n || '@example.ca' FROM generate_series(1, %(customers)s) AS n
        RETURNING id
    )
    INSERT INTO accounts (user_id, account_name, account_type, is_external)
    SELECT id, 'Bench', 'chequing', false FROM people
"""
_MOVEMENTS = """
    INSERT INTO transactions (account_id, amount, transaction_type, transaction_date, description)
    SELECT
        a.id,
        (1 + (hashint8(n) & 1048575) %% 1200000) / 100.0,
        CASE WHEN hashint8(n + 1) & 1 = 0 THEN 'credit' ELSE 'debit' END,
        %(today)s::date - (hashint8(n + 2) & 1023) %% 365,
        CASE WHEN (hashint8(n + 3) & 1023) %% 6 = 0 THEN 'Cash deposit' ELSE 'Payment' END
    FROM (SELECT id, row_number() OVER () - 1 AS place FROM accounts) a
    JOIN generate_series(0, %(rows)s - 1) AS n ON n %% %(customers)s = a.place
"""


def run(count: int) -> Iterator[dict[str, object]]:
    """All indicators over ``count`` movements."""
    now = timezone.now()
    _plant(count, now)
    counting = _seconds(_count)
    tracemalloc.start()
    begun = time.perf_counter()
    found = detect(now=now, actor=Actor(None, "benchmark"))
    seconds = time.perf_counter() - begun
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    again = _seconds(lambda: detect(now=now + timedelta(hours=2), actor=Actor(None, "benchmark"), new_since=now))
    yield {
        "times_slower_than_counting_the_rows": round(seconds / counting, 1),
        "seconds_per_million": round(seconds / count * 1_000_000, 1),
        "peak_python_memory_mb": round(peak / 1e6, 1),
        "movements": found.run.movements,
        "alerts": sum(found.raised.values()),
        "seconds_where_nothing_is_new": round(again, 2),
    }


def _plant(count: int, now: datetime) -> None:
    given = {"customers": max(count // 200, 1), "rows": count, "today": timezone.localdate(now)}
    with connection.cursor() as cursor:
        cursor.execute(_CUSTOMERS, given)
        cursor.execute(_MOVEMENTS, given)
        cursor.execute("UPDATE transactions SET created_at = %s", [now - timedelta(hours=1)])
        cursor.execute("ANALYZE users, accounts, transactions")


def _count() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(amount) FROM transactions")


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
