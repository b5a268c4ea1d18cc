"""How fast an import is, from normalised rows and from a file's bytes to stored rows, beside plain COPY of the same
rows; and where its time goes."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import psutil
from django.db import connection, transaction
from psycopg import sql

from dwaybank.actor import Actor, acting_as
from dwaybank.models import Account, User
from integrations.importing import following, import_statement, records, staging
from integrations.importing.normalising import AccountRows, Identity, Record
from integrations.importing.reading import read_file
from integrations.models import BankConnection
from integrations.partitions import ensure_months
from tests.benchmarks.generate import SEED, rows
from tests.integrations.statements_text import ofx

ACTOR = Actor(None, "bench")
# what happens by itself when rows are inserted: each is measured by importing once more without it
TRIGGERS = {
    "the audit": "bank_transactions_audit_insert_trigger",
    "keys": "bank_transactions_insert_trigger",
}


def run(count: int) -> Iterator[dict[str, object]]:
    """New rows, known rows, and the profile of new ones, each against COPY into the document's table and a bare one."""
    with connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("document_table.sql").read_text("utf-8"))
    following._followers.clear()  # the import alone: matching has figures of its own
    owner = User.objects.create_user("bench@example.ca")
    import_file(owner, ofx(*rows(200, first_id=9_000_000)))  # accounts, partitions and caches are there
    stages = Stages()
    normalised, known = stored_rate(owner, count, stages=stages), stored_rate(owner, count)
    whole = import_file(owner, ofx(*rows(count, first_id=count)))
    document, bare = _copy_rate("document.bank_transactions"), _copy_rate("document.bare")
    for what, rate in {"normalised rows": normalised, "a file's bytes": whole}.items():
        yield {
            "what": f"new rows, from {what} to stored rows",
            "ratio_to_copy_into_the_documents_table": round(rate / document, 2),
            "share_of_copy_into_a_bare_table": round(rate / bare, 2),
            "rows_per_second": round(rate),
            "copy_into_the_documents_table": round(document),
            "copy_into_a_bare_table": round(bare),
        }
    yield {
        "what": "known rows again, from normalised rows",
        "ratio_to_new_rows": round(known / normalised, 2),
        "rows_per_second": round(known),
    }
    yield {
        "what": "where the time of new rows goes: microseconds of the server's processor, a row",
        **stages.shares(count),
    }
    yield {"what": "what storing costs without a trigger, of 1", **_without_triggers(owner, count)}


class Normalised:
    """Rows of an account that are normalised already (``staging.Rows``)."""

    def __init__(self, rows: AccountRows) -> None:
        self._identities = list(rows.identities())
        self._records = [rows.record(one.position) for one in self._identities]
        self.words = rows.words

    def identities(self) -> list[Identity]:
        return self._identities

    def bank_identity(self, position: int) -> str | None:
        return self._identities[position - 1].bank_identity

    def record(self, position: int) -> Record:
        return self._records[position - 1]


class Stages:
    """Seconds of the server's processor by stage of one import."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Stages of imports within the block are added up."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            server = psutil.Process(cursor.fetchone()[0])

        def watch(name: Callable[..., str], work: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any) -> Any:
                before = sum(server.cpu_times()[:2])
                result = work(*arguments)
                self.seconds[name(*arguments)] += sum(server.cpu_times()[:2]) - before
                return result

            return call

        with (
            mock.patch.object(staging, "_run", watch(lambda name, *_: str(name), staging._run)),
            mock.patch.object(staging, "_copy_identities", watch(lambda *_: "identities", staging._copy_identities)),
            mock.patch.object(staging, "_store_new", watch(lambda *_: "store", staging._store_new)),
        ):
            yield

    def shares(self, count: int) -> dict[str, float]:
        """Microseconds a row, the dearest first."""
        dearest = sorted(self.seconds.items(), key=lambda item: -item[1])
        return {name: round(seconds / count * 1e6, 1) for name, seconds in dearest}


def stored_rate(owner: User, count: int, first_id: int = 0, *, seed: int = SEED, stages: Stages | None = None) -> float:
    """Rows per second of one import, from normalised rows on: months, sync log, what is known, keys, indexes, audit."""
    read = read_file(ofx(*rows(count, seed=seed, first_id=first_id)), "bench.ofx", None, owner=owner)
    assert read.feed is not None
    (part,) = read.feed.accounts
    normalised = Normalised(AccountRows(part.transactions, "ofx", {"statement": f"{first_id:036d}"}))
    link, account = BankConnection.objects.get(user=owner), Account.objects.get(user=owner)
    target = staging.StoredAccount(link.pk, account.pk, link.bank_id, str(account.external_account_id), "ofx")
    with stages.watched() if stages else nullcontext():
        start = time.perf_counter()
        ensure_months("bank_transactions", {one.transaction_date for one in part.transactions})
        with transaction.atomic(), acting_as(ACTOR):
            records.open_sync(link, read)
            staging.classify(normalised, target)
            staging.store(normalised, target)
        return count / (time.perf_counter() - start)


def _without_triggers(owner: User, count: int) -> dict[str, float]:
    """The cost of storing new rows without one trigger, as a share of the cost with all."""

    def storing(first_id: int) -> float:
        stages = Stages()
        stored_rate(owner, count, first_id, stages=stages)
        return stages.seconds["store"]

    whole, shares = storing(3 * count), {}
    for number, (what, trigger) in enumerate(TRIGGERS.items(), start=4):
        _switch("DISABLE", trigger)
        shares[f"without {what}"] = round(storing(number * count) / whole, 2)
        _switch("ENABLE", trigger)
    return shares


def _switch(verb: str, trigger: str) -> None:
    statement = sql.SQL("ALTER TABLE bank_transactions {} TRIGGER {}")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql.SQL(verb), sql.Identifier(trigger)))


def import_file(owner: User, data: bytes) -> float:
    """Rows per second of one import of a file."""
    start = time.perf_counter()
    outcome = import_statement(data=data, file_name="bench.ofx", owner=owner, actor=ACTOR, create_accounts=True)
    return outcome.accounts[0].transactions / (time.perf_counter() - start)


def _copy_rate(table: str) -> float:
    """Rows per second of COPY FROM of all stored rows into ``table``, from text prepared beforehand."""
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        with cursor.copy("COPY (SELECT * FROM bank_transactions) TO STDOUT") as copy:
            text = b"".join(bytes(block) for block in copy)
        # the document's ids are by chance (gen_random_uuid)
        text = re.sub(rb"(?m)^[0-9a-f-]{36}", lambda _: str(uuid4()).encode(), text)
        count = text.count(b"\n")
        start = time.perf_counter()
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(text)
        return count / (time.perf_counter() - start)
