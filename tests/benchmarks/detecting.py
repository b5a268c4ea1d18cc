"""How fast reportable sets are found among stored cash records, and whether memory stays flat."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator

from django.db import connection, transaction

from compliance.detecting import find_sets
from compliance.policy import aggregation_rule

# A year of receipts of 40,000 people, seeded; a million a year at a million rows. No trigger runs while they are made.
_FILL = """
    SET LOCAL session_replication_role = replica;
    SELECT setseed(0.7);
    INSERT INTO parties (party_key, kind, surname) SELECT 'p' || n, 'person', 'P' || n FROM generate_series(0, 39999) n;
    INSERT INTO large_cash_records (reference, received_at, zone, location_id, method_code, amount, amount_cad)
    SELECT 'R' || n, '2025-01-01Z'::timestamptz + n * interval '1 year' / {rows}, 'America/Toronto', 'B1', 1, a, a
    FROM (SELECT n, (20 + random() * 11980)::numeric(15, 2) AS a FROM generate_series(1, {rows}) n) made;
    INSERT INTO large_cash_parties (record_id, party_id, party_key, party_role)
    SELECT r.id, p.id, p.party_key, role
    FROM (SELECT id, 'p' || floor(random() * 40000)::int AS key FROM large_cash_records) r
    JOIN parties p ON p.party_key = r.key
    CROSS JOIN unnest(ARRAY['conductor', 'beneficiary']) AS role;
    ANALYZE large_cash_records;
    ANALYZE large_cash_parties;
"""


def run(count: int) -> Iterator[dict[str, object]]:
    """All sets of ``count`` stored receipts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FILL.format(rows=count))
    with transaction.atomic():
        start = time.perf_counter()
        sets = sum(1 for _ in find_sets(aggregation_rule()))
        seconds = time.perf_counter() - start
    with transaction.atomic():
        tracemalloc.start()
        for _ in find_sets(aggregation_rule()):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    yield {
        "seconds_per_million": round(seconds / count * 1_000_000, 1),
        "records_per_second": round(count / seconds),
        "sets": sets,
        "peak_memory_mb": round(peak / 1e6, 1),
    }
