"""A database of ten million plausible bank rows, or any other number, filled inside the server in minutes.

Seeded: row n is the same in every database, whatever its size. Every account has twelve rows a month for seven years
to the current month, so more rows mean more customers, as in life, and one account's history is of one size. Each row
has its key, its place in the audit of its import, and nine of ten their ledger row and mapping; the others wait in the
queues. Triggers are passed by (they would say the same one row at a time); the indexes and foreign keys of the large
tables are dropped and made again, which checks them, and the schema is compared with what it was before.

Each month is a transaction: a fill that was broken off goes on where it was.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, transaction
from psycopg import sql
from tqdm import tqdm

from dwaybank.models import User
from dwaybank.roles import ROLES, sync_roles
from integrations.partitions import ensure_months, existing_months, following_month
from tests.benchmarks.filling.indexes import drop_for_speed, make_again, schema_of

SEED: Final = 7
MONTHS: Final = 84
ROWS_A_MONTH: Final = 12
PREFIX: Final = "dwaybank_bench_filled_"
# what a fill of millions of rows needs; for its session alone
_SETTINGS: Final = {
    "session_replication_role": "replica",
    "synchronous_commit": "off",
    "maintenance_work_mem": "512MB",
    "work_mem": "128MB",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "timezone": "UTC",
    "jit": "off",
}
_TABLES: Final = (
    "bank_transactions", "bank_transaction_keys", "transactions", "transaction_mappings", "mapping_proposals",
    "mapping_decisions", "audit_events", "bank_statements", "statement_files", "bank_sync_logs",
    "balance_sync_history", "accounts", "users",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What a database of so many rows holds: accounts, and months of so many rows each, the oldest first."""

    rows: int
    accounts: int
    months: tuple[date, ...]
    now: datetime

    @classmethod
    def of(cls, rows: int, now: datetime) -> Plan:
        """The plan for ``rows`` bank rows (at least one month's of one account)."""
        if rows < ROWS_A_MONTH:
            raise ValueError(f"A filled database has at least {ROWS_A_MONTH} rows.")
        month = now.date().replace(day=1)
        months = [month]
        while len(months) < MONTHS:
            months.append((months[-1] - timedelta(days=1)).replace(day=1))
        return cls(rows, math.ceil(rows / (MONTHS * ROWS_A_MONTH)), tuple(reversed(months)), now)

    def rows_of(self, place: int) -> tuple[int, int]:
        """First and last number of the rows of a month; the last is below the first where there are none."""
        each = self.accounts * ROWS_A_MONTH
        return place * each, min((place + 1) * each, self.rows) - 1


def database_name(rows: int) -> str:
    """The database that is filled with so many rows."""
    return f"{PREFIX}{rows}"


_opened: Final[set[str]] = set()


@contextmanager
def filled_database(rows: int) -> Iterator[None]:
    """Django's default database is one filled with ``rows`` bank rows, for as long as the block runs.

    It stays until ``drop_filled()``, so that the parts of one run share it; one that an earlier run kept is used again,
    with migrations that came since applied.
    """
    name, original = database_name(rows), connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone()[0]:
            cursor.execute(f"CREATE DATABASE {name}")
    _opened.add(name)
    use_database(name)
    try:
        call_command("migrate", verbosity=0)
        fill(rows)
        yield
    finally:
        use_database(original)


def drop_filled() -> None:
    """Drop the databases that this process filled or used."""
    with connection._nodb_cursor() as cursor:
        for name in sorted(_opened):
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _opened.clear()


def use_database(name: str) -> None:
    """From now on Django's default database is this one of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = name


def fill(rows: int) -> None:
    """Fill Django's default database, freshly migrated, or what is missing of it. Needs a superuser."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS bench")
        cursor.execute("CREATE TABLE IF NOT EXISTS bench.steps (step text PRIMARY KEY, said jsonb)")
    if "done" in _steps():
        return
    with session_for_filling():
        _fill(Plan.of(rows, _moment()))


@contextmanager
def session_for_filling() -> Iterator[None]:
    """Triggers do not fire and nothing times out; the session ends with the block."""
    for name, value in _SETTINGS.items():
        _execute("SELECT set_config(%s, %s, false)", [name, value])
    try:
        yield
    finally:
        connection.close()


def _fill(plan: Plan) -> None:
    first_day = plan.months[0]
    _once("schema", schema_of)
    _once("staff", _staff)
    _once("people", lambda: store_people(plan.accounts, first_day))
    _once("drop", drop_for_speed)
    ensure_months("audit_events", [*plan.months, following_month(plan.months[-1])])
    ensure_months("bank_sync_logs", [*plan.months[-13:], following_month(plan.months[-1])])
    reviewer = User.objects.get(email=staff_email("Reconciliation reviewer")).pk
    for place in tqdm(range(MONTHS), desc=f"fill {plan.rows:,}", unit="month", disable=None):
        _once(f"month {place}", lambda place=place: _month(plan, place, reviewer))  # type: ignore[misc]
    values = {"accounts": plan.accounts, "rows": plan.rows, "first_day": first_day, "now": plan.now}
    _once("queues", lambda: _run("queues", **values))
    make_again()
    _execute("VACUUM (ANALYZE)")
    _check(plan)
    _once("done", sizes)


def _once(step: str, work: Any) -> None:
    """Do a step that is not done, in a transaction that also says so."""
    if step in _steps():
        return
    with transaction.atomic():
        said = work()
        _execute("INSERT INTO bench.steps VALUES (%s, %s)", [step, json.dumps(said)])


def _steps() -> set[str]:
    return {step for (step,) in _rows("SELECT step FROM bench.steps")}


def _moment() -> datetime:
    """The moment the database is filled to: of a fill that was broken off, the same as before."""
    if "now" not in _steps():
        now = datetime.now(UTC).replace(microsecond=0)
        _execute("INSERT INTO bench.steps VALUES ('now', %s)", [json.dumps(now.isoformat())])
    return datetime.fromisoformat(_said("now"))


def _said(step: str) -> Any:
    """What a step left behind."""
    ((text,),) = _rows("SELECT said::text FROM bench.steps WHERE step = %s", [step])
    return json.loads(text)


def staff_email(role: str) -> str:
    """Who works in this role."""
    return f"{role.lower().replace(' ', '.')}@bench.dwaybank.example"


def _staff() -> None:
    sync_roles()
    for role in ROLES:
        person = User.objects.create_user(staff_email(role.name), is_staff=True)
        person.groups.add(Group.objects.get(name=role.name))


def _month(plan: Plan, place: int, reviewer: object) -> None:
    first, last = plan.rows_of(place)
    store_month(plan.months[place], first, last, now=plan.now, reviewer=reviewer, keeps_logs=place >= MONTHS - 12)


def store_people(accounts: int, first_day: date) -> None:
    """Customers with so many accounts."""
    _run("people", accounts=accounts, first_day=first_day)


def store_month(
    month: date, first: int, last: int, *, now: datetime, reviewer: object, keeps_logs: bool = False
) -> None:
    """The rows from ``first`` to ``last`` everywhere, as rows of a month; its accounts are there.

    The month's partition is filled without indexes, which attaching it makes at once. Needs a session in which triggers
    do not fire, in a transaction.
    """
    until = min(following_month(month), now.date() + timedelta(days=1))
    span = {"first_day": month, "days": (until - month).days, "now": now}
    _run("month_rows", first_n=first, last_n=last, rows_a_month=ROWS_A_MONTH, seed=SEED, **span)
    _run("month", reviewer=reviewer, keeps_logs=keeps_logs)
    name = f"bank_transactions_y{month:%Y}m{month:%m}"
    if month in existing_months("bank_transactions"):
        _execute(sql.SQL("ALTER TABLE bank_transactions DETACH PARTITION {}").format(sql.Identifier(name)))
        _execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
    words = {
        "part": sql.Identifier(name),
        "check": sql.Identifier(f"{name}_month_check"),
        "columns": sql.SQL(_COLUMNS),
        "rows": sql.SQL(_text("bank_rows")),
        "first": sql.Literal(str(month)),
        "next": sql.Literal(str(following_month(month))),
    }
    for statement in _PARTITION:
        _execute(sql.SQL(statement).format(**words))
    _audit(words["part"])


# as create_month_partition() makes it
_PARTITION: Final = (
    "CREATE TABLE {part} (LIKE bank_transactions INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS "
    "INCLUDING STORAGE)",
    "ALTER TABLE {part} ADD CONSTRAINT {check} CHECK (transaction_date >= {first} AND transaction_date < {next})",
    "INSERT INTO {part} ({columns}) {rows}",
    "ALTER TABLE bank_transactions ATTACH PARTITION {part} FOR VALUES FROM ({first}) TO ({next})",
)
_COLUMNS: Final = (
    "id, connection_id, account_id, bank_id, external_transaction_id, external_account_id, raw_data, normalized_data, "
    "amount, currency, transaction_type, transaction_date, posted_date, raw_description, normalized_description, "
    "merchant_name, processing_status, mapped_transaction_id, imported_at, processed_at, created_at, updated_at"
)


def _audit(part: sql.Composable) -> None:
    """An event for each import, as audit_inserted_run() writes it."""
    ((columns,),) = _rows(
        "SELECT rtrim(encode(tgargs, 'escape'), E'\\\\000') FROM pg_trigger "
        "WHERE tgrelid = 'bank_transactions'::regclass AND tgname = 'bank_transactions_audit_insert_trigger'"
    )
    ((digest,),) = _rows("SELECT audited_record_digest(%s::text[])", [columns])
    _execute(
        sql.SQL(
            "INSERT INTO audit_events (occurred_at, table_name, row_id, action, run, database_role, changed_columns, "
            "new_values) SELECT created_at, 'bank_transactions', '', 'INSERT', 'import', session_user, {}, "
            "jsonb_build_object('rows', jsonb_object_agg(r.id::text, " + digest + ")) "
            "FROM {} r GROUP BY account_id, created_at ORDER BY created_at"
        ).format(sql.Literal(columns), part)
    )


def _check(plan: Plan) -> None:
    """The rows are all there, each with its key, each mapping with its row; the schema is what it was."""
    before, now = _said("schema"), schema_of()
    if differing := {name for name in {*before, *now} if before.get(name) != now.get(name)}:
        raise AssertionError(f"The schema is not what it was before filling: {sorted(differing)}")
    wanted = {
        "SELECT count(*) FROM bank_transactions": plan.rows,
        "SELECT count(*) FROM bank_transaction_keys": plan.rows,
        "SELECT count(*) FROM bank_transactions b WHERE NOT EXISTS "
        "(SELECT FROM bank_transaction_keys k WHERE k.id = b.id AND k.transaction_date = b.transaction_date)": 0,
        "SELECT (SELECT count(*) FROM transaction_mappings) - count(*) FROM bank_transactions "
        "WHERE mapped_transaction_id IS NOT NULL": 0,
        "SELECT count(*) FROM bank_transactions_default": 0,
    }
    for statement, expected in wanted.items():
        ((found,),) = _rows(statement)
        if found != expected:
            raise AssertionError(f"{found} instead of {expected}: {statement}")


def sizes() -> dict[str, Any]:
    """Bytes of each large table with its indexes, and rows."""
    found = _rows(
        "SELECT parent, sum(pg_total_relation_size(c.oid)), sum(greatest(c.reltuples, 0)) "
        "FROM unnest(%s::text[]) parent JOIN pg_class c ON c.oid = parent::regclass OR c.oid IN "
        "(SELECT relid FROM pg_partition_tree(parent::regclass) WHERE isleaf) WHERE c.relkind = 'r' GROUP BY parent",
        [list(_TABLES)],
    )
    return {table: {"bytes": int(size), "rows": int(rows)} for table, size, rows in found}


def _run(name: str, **values: object) -> None:
    _execute(_text(name), values)


@cache
def _text(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text("utf-8")


def _execute(statement: Any, values: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _rows(statement: str, values: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
