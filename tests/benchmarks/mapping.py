"""How fast a matching run over the database is, written back, and what became of the lines, beside the engine alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import psutil
from django.db import connection
from django.db.backends.utils import CursorWrapper

from dwaybank.actor import Actor
from reconciliation.mapping import run_matching
from reconciliation.matching import Line, Side, match
from tests.benchmarks.matching_shapes import SHAPES
from tests.benchmarks.matching_world import SETTINGS, World, build
from tests.reconciliation.rows import Book

SHAPE, SETTING = "retail card", "hard"
QUARTER = 92  # days


Stored = tuple[UUID, str]


@dataclass
class Ledger:
    """Movements of one account, and the account that takes them."""

    world: World
    book: Book


def run(count: int) -> Iterator[dict[str, object]]:
    """A quarter of many accounts, and as many movements of one account over many years, each on both sides: the
    engine alone, the run with write-back, the run again. Then the many accounts one after the other, as syncs do.
    """
    shape, pace = SHAPES[SHAPE]
    of_account = int(QUARTER * pace)
    many = [build(shape, SETTINGS[SETTING], of_account, seed=seed, days=QUARTER) for seed in range(count // of_account)]
    yield from _measured("a quarter of many accounts", many)
    _empty()
    days = max(int(count / pace), 30)
    yield from _measured("one account of many years", [build(shape, SETTINGS[SETTING], count, days=days)])
    _empty()
    yield _one_by_one(many)


def _measured(what: str, worlds: list[World]) -> Iterator[dict[str, object]]:
    ledgers = [Ledger(world, Book()) for world in worlds]
    # libraries load once in a process, whatever it matches
    small = build(SHAPES[SHAPE][0], SETTINGS[SETTING], 200, days=30)
    match(Side.of(small.bank), Side.of(small.ledger))
    sides = [_side(ledgers, lambda world: world.bank), _side(ledgers, lambda world: world.ledger)]
    start = time.perf_counter()
    match(*sides)
    alone = time.perf_counter() - start
    ids = _store(ledgers)
    before = _processor_seconds()
    summary = run_matching(actor=Actor(None, "bench"), now=datetime.now(UTC))
    busy = _processor_seconds() - before
    again = run_matching(actor=Actor(None, "bench"), now=datetime.now(UTC))
    lines = summary.bank_lines + summary.ledger_lines
    yield {
        "what": f"matching run over the database, with write-back: {what}",
        "accounts": len(ledgers),
        "ratio_of_time_to_engine_alone": round(summary.seconds / alone, 2),
        "lines_per_second": round(summary.lines_per_second),
        "lines_per_processor_second": round(lines / busy),
        "engine_alone_lines_per_second": round(lines / alone),
        "bank_lines": summary.bank_lines,
        "mapped": summary.accepted,
        "waiting": summary.waiting,
        "stored_precision": _right(ledgers, ids),
    }
    yield {
        "what": f"the run again, only what waits: {what}",
        "ratio_of_time_to_first_run": round(again.seconds / summary.seconds, 2),
        "mapped": again.accepted,
    }


def _one_by_one(worlds: list[World]) -> dict[str, object]:
    """A run for each account, in one session."""
    ledgers = [Ledger(world, Book()) for world in worlds]
    _store(ledgers)
    runs = [
        run_matching(actor=Actor(None, "bench"), now=datetime.now(UTC), account_id=one.book.account.pk)
        for one in ledgers
    ]
    quarter = max(len(runs) // 4, 1)
    lines = sum(one.bank_lines + one.ledger_lines for one in runs)
    return {
        "what": "a run for each of many accounts, one after the other",
        "ratio_of_last_runs_to_first": round(
            sum(one.seconds for one in runs[-quarter:]) / sum(one.seconds for one in runs[:quarter]), 2
        ),
        "lines_per_second": round(lines / sum(one.seconds for one in runs)),
        "accounts": len(runs),
        "mapped": sum(one.accepted for one in runs),
    }


def _side(ledgers: list[Ledger], lines: Callable[[World], list[Line]]) -> Side:
    """One side of all accounts for the engine alone."""
    accounts = ((str(one.book.account.pk), line) for one in ledgers for line in lines(one.world))
    return Side.of(line._replace(id=f"{account} {line.id}", account=account) for account, line in accounts)


def _processor_seconds() -> float:
    """Seconds of processor so far: this process, and all of the server, sessions that have ended too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).parent()
    assert server is not None
    running = (sum(one.cpu_times()[:2]) for one in server.children())
    return time.process_time() + sum(server.cpu_times()[:4]) + sum(running)


def _right(ledgers: list[Ledger], ids: dict[UUID, Stored]) -> float | None:
    """Per cent of stored one-to-one mappings that the answers confirm."""
    answers = {one.book.account.pk: set(one.world.answers) for one in ledgers}
    with connection.cursor() as cursor:
        cursor.execute("SELECT bank_transaction_id, transaction_id FROM transaction_mappings")
        pairs = [(ids[bank], ids[ledger]) for bank, ledger in cursor.fetchall() if ledger in ids]
    right = sum((bank, ledger) in answers[account] for (account, bank), (_, ledger) in pairs)
    return round(100 * right / len(pairs), 2) if pairs else None


def _store(ledgers: list[Ledger]) -> dict[UUID, Stored]:
    """Both sides in the tables; stored id → account and id in the answers."""
    with connection.cursor() as cursor:
        for day in sorted({line.date.replace(day=1) for one in ledgers for line in one.world.bank}):
            cursor.execute("SELECT create_bank_transactions_partition(%s)", [day])
        for one in ledgers:
            _store_account(cursor, one.world, one.book)
        cursor.execute("ANALYZE bank_transactions, bank_transaction_keys, transactions")
        cursor.execute("SELECT id, account_id, external_transaction_id FROM bank_transactions")
        ids = {pk: (account, line) for pk, account, line in cursor.fetchall()}
        cursor.execute("SELECT id, account_id, external_transaction_id FROM transactions")
        return ids | {pk: (account, line) for pk, account, line in cursor.fetchall()}


def _store_account(cursor: CursorWrapper, world: World, book: Book) -> None:
    account, link = book.account, book.connection
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


def _empty() -> None:
    """What this part wrote goes, so that the next world stands alone in the tables."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE transaction_mappings, mapping_proposals, bank_transactions, transactions CASCADE")
