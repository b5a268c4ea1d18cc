"""How fast an import is: the whole pipeline from the file's bytes, beside plain COPY of its rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from dwaybank.actor import Actor
from dwaybank.models import User
from integrations.importing import following, import_statement
from tests.benchmarks.generate import rows
from tests.integrations.statements_text import ofx


def run(count: int) -> Iterator[dict[str, object]]:
    """New rows, then the same rows again, each against COPY into the document's table and into a bare one."""
    with connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("document_table.sql").read_text("utf-8"))
    following._followers.clear()  # the import alone: matching has figures of its own
    owner = User.objects.create_user("bench@example.ca")
    _import(owner, ofx(*rows(200, first_id=9_000_000)))  # accounts, partitions and caches are there
    data = ofx(*rows(count))
    new = _import(owner, data)
    known = _import(owner, ofx(*rows(count), closing="1.00"))
    document, bare = _copy_rate("document.bank_transactions"), _copy_rate("document.bare")
    yield {
        "what": "whole pipeline, new rows",
        "ratio_to_copy_into_the_documents_table": round(new / document, 2),
        "share_of_copy_into_a_bare_table": round(new / bare, 2),
        "rows_per_second": round(new),
        "copy_into_the_documents_table": round(document),
        "copy_into_a_bare_table": round(bare),
    }
    yield {
        "what": "whole pipeline, known rows again",
        "ratio_to_new_rows": round(known / new, 2),
        "rows_per_second": round(known),
    }


def _import(owner: User, data: bytes) -> float:
    """Rows per second of one import."""
    start = time.perf_counter()
    outcome = import_statement(
        data=data, file_name="bench.ofx", owner=owner, actor=Actor(None, "bench"), create_accounts=True
    )
    return outcome.accounts[0].transactions / (time.perf_counter() - start)


def _copy_rate(table: str) -> float:
    """Rows per second of COPY FROM of all stored rows into ``table``, from text prepared beforehand."""
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        with cursor.copy("COPY (SELECT * FROM bank_transactions) TO STDOUT") as copy:
            text = b"".join(bytes(block) for block in copy)
        count = text.count(b"\n")
        start = time.perf_counter()
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(text)
        return count / (time.perf_counter() - start)
