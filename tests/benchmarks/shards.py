"""How evenly a billion bank rows fall on the shards of a distributed PostgreSQL, by the key of docs/scaling.md.

Seeded customers with a plausible number of rows each: most are people, three in a hundred are businesses, a few of them
large; each with one to 84 months of history (older months are archived). Their ids go through PostgreSQL's own hash of
a UUID, and the hash's range is cut into shards of equal width, as Citus does. Bytes per row are measured on real rows
of this schema with its indexes, keys and audit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

import numpy as np
from django.db import connection

SEED: Final = 7
MONTHS: Final = 84
BUSINESSES: Final = 0.03
MOST_ROWS_A_MONTH: Final = 200_000.0
TARGETS: Final = (10_000_000, 100_000_000, 1_000_000_000)
SHARDS: Final = (8, 32, 128)
_MEASURED: Final = ("bank_transactions", "bank_transaction_keys", "audit_events")
_FILL: Final = """
    INSERT INTO bank_transactions (
        connection_id, account_id, bank_id, external_transaction_id, external_account_id, raw_data, normalized_data,
        amount, transaction_type, transaction_date, posted_date, raw_description, normalized_description
    )
    SELECT c.id, a.id, 'rbc', md5(n::text), '01234-5678901',
        jsonb_build_object('TRNTYPE', 'DEBIT', 'DTPOSTED', '20261005120000[-5:EST]', 'TRNAMT', (n %% 30000) / 100.0,
            'FITID', md5(n::text), 'NAME', 'RIVERBEND FOODS #' || n, 'MEMO', 'TORONTO ON'),
        jsonb_build_object('statement', c.id, 'line', n, 'signed_amount', (n %% 30000) / 100.0, 'source', 'ofx'),
        (n %% 30000) / 100.0, 'debit', DATE '2026-10-01' + n %% 28, DATE '2026-10-01' + n %% 28,
        'RIVERBEND FOODS #' || n || ' TORONTO ON', 'riverbend foods toronto on'
    FROM bank_connections c, accounts a, generate_series(1, %s) AS n
"""


def run(rows: int) -> Iterator[dict[str, object]]:
    """Lines of figures; ``rows`` are the real rows that bytes are measured on (at least 20,000)."""
    each = bytes_per_row(max(rows, 20_000))
    held = rows_per_customer(max(TARGETS))
    hashes = hash_of_customers(len(held))
    total = np.cumsum(held)
    for target in TARGETS:
        customers = int(np.searchsorted(total, target)) + 1
        for shards in SHARDS:
            place = shard_of(hashes[:customers], shards)
            per_shard = np.bincount(place, weights=held[:customers], minlength=shards)
            fullest = int(per_shard.argmax())
            largest = held[:customers][place == fullest].max()
            yield {
                "what": "rows per shard, by customer",
                "rows": int(per_shard.sum()),
                "customers": customers,
                "shards": shards,
                "fullest_over_mean": round(float(per_shard.max() / per_shard.mean()), 3),
                "emptiest_over_mean": round(float(per_shard.min() / per_shard.mean()), 3),
                "largest_customer_of_the_fullest": round(float(largest / per_shard[fullest]), 3),
                "bytes_per_row": round(each),
                "gigabytes_of_the_fullest": round(float(per_shard.max()) * each / 1e9, 1),
            }


def rows_per_customer(least: int) -> np.ndarray:
    """Rows of each customer, in the order in which they came, until there are ``least`` together."""
    chance = np.random.default_rng(SEED)
    found: list[np.ndarray] = []
    rows = 0.0
    while rows < least:
        count = 50_000
        business = chance.random(count) < BUSINESSES
        monthly = np.where(
            business, chance.lognormal(np.log(900), 1.3, count), chance.lognormal(np.log(45), 0.9, count)
        )
        held = np.ceil(np.minimum(monthly, MOST_ROWS_A_MONTH) * chance.integers(1, MONTHS + 1, count))
        found.append(held)
        rows += held.sum()
    return np.concatenate(found)


def hash_of_customers(count: int) -> np.ndarray:
    """PostgreSQL's hash of so many seeded UUIDs of version 4."""
    raw = np.random.default_rng(SEED + 1).bytes(16 * count)
    ids = [UUID(bytes=raw[at : at + 16], version=4) for at in range(0, 16 * count, 16)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuid_hash(id) FROM unnest(%s::uuid[]) WITH ORDINALITY AS t (id, n) ORDER BY n", [ids])
        return np.array([value for (value,) in cursor.fetchall()], dtype=np.int64)


def shard_of(hashes: np.ndarray, shards: int) -> np.ndarray:
    """The shard of each hash: the range of 32 bits in parts of equal width."""
    return (hashes + 2**31) * shards // 2**32


def bytes_per_row(rows: int) -> float:
    """What one bank row costs on disk with everything that hangs on it, measured on so many."""
    before = _size()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO users (id, email) VALUES (gen_random_uuid(), 'shards@example.ca')")
        cursor.execute(
            "INSERT INTO bank_connections (user_id, bank_id, bank_name, connection_type, encrypted_credentials, "
            "encryption_key_id, consent_given_at) SELECT id, 'rbc', 'RBC', 'api', '', 'none', now() FROM users"
        )
        cursor.execute(
            "INSERT INTO accounts (user_id, account_name, account_type, is_external) "
            "SELECT id, 'chequing', 'chequing', true FROM users"
        )
        cursor.execute(_FILL, [rows])
    return (_size() - before) / rows


def _size() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(t.relid)) FROM unnest(%s::text[]) AS parent, "
            "LATERAL pg_partition_tree(parent::regclass) AS t WHERE t.isleaf",
            [list(_MEASURED)],
        )
        partitioned = cursor.fetchone()[0] or 0
        return int(partitioned)
