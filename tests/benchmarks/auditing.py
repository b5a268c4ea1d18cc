"""What the audit costs the writers: bulk statements on bank data with their audit triggers and without, in turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from django.db import connection, transaction

from dwaybank.actor import Actor
from dwaybank.models import User
from integrations.importing import following, import_statement
from tests.benchmarks.generate import rows
from tests.integrations.statements_text import ofx

ROUNDS = 5
TABLES = ("bank_transactions", "transactions")
COPIED = {
    "bank_transactions": "INSERT INTO bank_transactions ({columns}) SELECT {columns} FROM bench_bank_transactions",
    "transactions": "INSERT INTO transactions ({columns}) SELECT {columns} FROM bench_transactions",
}
UPDATED = {
    "bank_transactions": "UPDATE bank_transactions SET processing_status = 'processed'",
    "transactions": "UPDATE transactions SET description = description || ' '",
}


def run(count: int) -> Iterator[dict[str, object]]:
    """Inserts and updates of ``count`` rows in one statement: rows a second with the audit, and the ratio of times."""
    following._followers.clear()
    owner = User.objects.create_user("audit@example.ca")
    data = ofx(*rows(count, first_id=30_000_000))
    import_statement(data=data, file_name="audit.ofx", owner=owner, actor=Actor(None, "bench"), create_accounts=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bank_connections SET data_retention_until = NULL")
        cursor.execute("CREATE TABLE bench_bank_transactions AS SELECT * FROM bank_transactions LIMIT %s", [count])
        cursor.execute(
            "CREATE TABLE bench_transactions AS SELECT id, account_id, amount, currency, transaction_type, "
            "transaction_date, raw_description AS description, 'posted' AS status FROM bench_bank_transactions"
        )
    for table in TABLES:
        for what in ("insert", "update"):
            plain, audited, by_row = _times(table, what, count)
            yield {
                "what": f"{what} of {count} rows into {table} in one statement",
                "time_with_audit_to_without": round(audited / plain, 2),
                "time_with_a_row_trigger_to_without": round(by_row / plain, 2),
                "rows_per_second_with_audit": round(count / audited),
                "rows_per_second_without": round(count / plain),
                "microseconds_per_row_for_the_audit": round((audited - plain) / count * 1e6, 1),
            }


def _times(table: str, what: str, count: int) -> tuple[float, float, float]:
    """Median seconds without audit, with the audit by statement, and with one by row; in turn, each undone."""
    taken: dict[str, list[float]] = {"none": [], "statement": [], "row": []}
    for _ in range(ROUNDS):
        for way, times in taken.items():
            with transaction.atomic(), connection.cursor() as cursor:
                _prepare(cursor, table, what, way)
                start = time.perf_counter()
                cursor.execute(_statement(cursor, table, what))
                times.append(time.perf_counter() - start)
                if cursor.rowcount < count:
                    raise RuntimeError(f"{cursor.rowcount} rows of {count}")
                transaction.set_rollback(True)
    return tuple(statistics.median(times) for times in taken.values())  # type: ignore[return-value]


def _prepare(cursor: object, table: str, what: str, way: str) -> None:
    run = cursor.execute  # type: ignore[attr-defined]
    for event in ("insert", "update", "delete"):
        run(f"ALTER TABLE {table} DISABLE TRIGGER {table}_audit_{event}_trigger")
    if what == "insert":
        run(f"DELETE FROM {table}")
    elif table == "transactions":
        run(_statement(cursor, table, "insert"))
    if way == "statement":
        run(f"ALTER TABLE {table} ENABLE TRIGGER {table}_audit_{what}_trigger")
    if way == "row":
        run(
            f"CREATE TRIGGER bench_by_row AFTER INSERT OR UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_table_changes()"
        )


def _statement(cursor: object, table: str, what: str) -> str:
    if what == "update":
        return UPDATED[table]
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT string_agg(quote_ident(a.attname), ', ') FROM pg_attribute a JOIN pg_attribute t "
        "ON t.attname = a.attname AND t.attrelid = %s::regclass AND t.attgenerated = '' "
        "WHERE a.attrelid = %s::regclass AND a.attnum > 0",
        [table, f"bench_{table}"],
    )
    return COPIED[table].format(columns=cursor.fetchone()[0])  # type: ignore[attr-defined]
