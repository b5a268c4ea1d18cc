"""How fast a matching run over the database is, written back, and what became of the lines, beside the engine alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import psutil
from django.db import connection

from dwaybank.actor import Actor
from reconciliation.mapping import run_matching
from reconciliation.matching import Side, match
from tests.benchmarks.matching_shapes import SHAPES
from tests.benchmarks.matching_world import SETTINGS, World, build
from tests.reconciliation.rows import Book

SHAPE = "retail card"


def run(count: int) -> Iterator[dict[str, object]]:
    """Movements of one account on both sides: the engine alone, the run with write-back, the run again."""
    shape, pace = SHAPES[SHAPE]
    world = build(shape, SETTINGS["hard"], count, days=max(int(count / pace), 30))
    # libraries load once in a process, whatever it matches
    small = build(shape, SETTINGS["hard"], 200, days=30)
    match(Side.of(small.bank), Side.of(small.ledger))
    start = time.perf_counter()
    match(Side.of(world.bank), Side.of(world.ledger))
    alone = time.perf_counter() - start
    ids = _store(world, Book())
    before = _processor_seconds()
    summary = run_matching(actor=Actor(None, "bench"), now=datetime.now(UTC))
    busy = _processor_seconds() - before
    again = run_matching(actor=Actor(None, "bench"), now=datetime.now(UTC))
    lines = summary.bank_lines + summary.ledger_lines
    yield {
        "what": "matching run over the database, with write-back",
        "ratio_of_time_to_engine_alone": round(summary.seconds / alone, 2),
        "lines_per_second": round(summary.lines_per_second),
        "lines_per_processor_second": round(lines / busy),
        "engine_alone_lines_per_second": round(lines / alone),
        "bank_lines": summary.bank_lines,
        "mapped": summary.accepted,
        "waiting": summary.waiting,
        **_right(world, ids),
    }
    yield {
        "what": "the run again, only what waits",
        "ratio_of_time_to_first_run": round(again.seconds / summary.seconds, 2),
        "mapped": again.accepted,
    }


def _processor_seconds() -> float:
    """Seconds of processor so far: this process, and all of the server, sessions that have ended too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).parent()
    assert server is not None
    running = (sum(one.cpu_times()[:2]) for one in server.children())
    return time.process_time() + sum(server.cpu_times()[:4]) + sum(running)


def _right(world: World, ids: dict[UUID, str]) -> dict[str, object]:
    """Share of stored one-to-one mappings that the answers confirm."""
    answers = set(world.answers)
    with connection.cursor() as cursor:
        cursor.execute("SELECT bank_transaction_id, transaction_id FROM transaction_mappings")
        pairs = [(ids[bank], ids[ledger]) for bank, ledger in cursor.fetchall() if ledger in ids]
    right = sum(pair in answers for pair in pairs)
    return {"stored_precision": round(100 * right / len(pairs), 2) if pairs else None}


def _store(world: World, book: Book) -> dict[UUID, str]:
    """Both sides in the tables; stored id → id in the answers."""
    account, link = book.account, book.connection
    with connection.cursor() as cursor:
        for day in sorted({line.date.replace(day=1) for line in world.bank}):
            cursor.execute("SELECT create_bank_transactions_partition(%s)", [day])
        with cursor.copy(
            "COPY bank_transactions (connection_id, account_id, bank_id, external_account_id, external_transaction_id, "
            "raw_data, normalized_data, amount, transaction_type, transaction_date, raw_description, bank_reference, "
            "merchant_name) FROM STDIN"
        ) as copy:
            for line in world.bank:
                copy.write_row(
                    (
                        *(link.pk, account.pk, "rbc", account.external_account_id, line.id, "{}", "{}"),
                        *(abs(line.amount), "debit" if line.amount < 0 else "credit", line.date),
                        *(line.description, line.reference or None, line.counterparty or None),
                    )
                )
        with cursor.copy(
            "COPY transactions (account_id, amount, transaction_type, transaction_date, description, bank_reference, "
            "transaction_metadata, external_transaction_id) FROM STDIN"
        ) as copy:
            for line in world.ledger:
                metadata = json.dumps({"counterparty": line.counterparty}) if line.counterparty else None
                copy.write_row(
                    (
                        *(account.pk, abs(line.amount), "debit" if line.amount < 0 else "credit", line.date),
                        *(line.description, line.reference or "", metadata, line.id),
                    )
                )
        cursor.execute("ANALYZE bank_transactions, bank_transaction_keys, transactions")
        cursor.execute("SELECT id, external_transaction_id FROM bank_transactions")
        ids = dict(cursor.fetchall())
        cursor.execute("SELECT id, external_transaction_id FROM transactions")
        return ids | dict(cursor.fetchall())
