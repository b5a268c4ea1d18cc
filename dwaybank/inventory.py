"""What a database holds, written down when it is backed up, and compared with what came back from the backup.

Flow: beside a backup ``take_inventory()`` counts the rows of every table and partition in one snapshot and notes the
last seal of the audit. After a restore ``problems_of_restore()`` compares, goes through the whole audit chain, and
opens every stored secret with the keys of this process.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from dwaybank.audit.verifying import Anchor, verify
from dwaybank.errors import DomainError
from dwaybank.key_rotation import SealedRows, all_sealed, key_ids_in_use
from dwaybank.models import AuditSeal
from dwaybank.secret_keys import key_source
from dwaybank.secrets import Place, open_sealed

# rows that come and go by themselves between the inventory and the dump that follows it
TRANSIENT: Final = frozenset({"django_session", "django_cache_entries", "connect_attempts"})
_PREFIX_OF_QUEUE: Final = "procrastinate_"


@dataclass(frozen=True, slots=True)
class Inventory:
    """``tables``: rows of each table and each partition; ``sealed``: id and hash of the last seal of the audit;
    ``key_ids``: sealed texts by the key they need."""

    taken_at: str
    tables: dict[str, int]
    sealed: dict[str, Any] = field(default_factory=dict)
    key_ids: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> str:
        """For a file beside the backup. It holds no personal information and no secret."""
        return json.dumps(asdict(self), indent=2, sort_keys=True)


def read_inventory(text: str, name: str) -> Inventory:
    """What ``as_json`` wrote. Raises DomainError, naming the file, for anything else."""
    try:
        inventory = Inventory(**json.loads(text))
        if not all(isinstance(rows, int) for rows in inventory.tables.values()):
            raise TypeError
    except (ValueError, TypeError, AttributeError) as error:
        said = _("%(name)s is no inventory that verify_restore --write wrote.") % {"name": name}
        raise DomainError(said) from error
    return inventory


def take_inventory(*, now: datetime) -> Inventory:
    """Count everything, at one moment. Needs to be called outside a transaction."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT set_config('statement_timeout', '0', true)")
        tables = {name: _rows(cursor, name) for name in _tables(cursor)}
        last = AuditSeal.objects.order_by("-pk").values_list("pk", "hash").first()
        keys: dict[str, int] = {}
        for sealed in all_sealed():
            for key_id, texts in key_ids_in_use(sealed).items():
                keys[key_id] = keys.get(key_id, 0) + texts
    seal = {"id": last[0], "hash": bytes(last[1]).hex()} if last else {}
    return Inventory(now.isoformat(), tables, seal, keys)


def _tables(cursor: Any) -> list[str]:
    """Every table that holds rows itself: partitions, not their parents."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
    )
    return [name for (name,) in cursor.fetchall()]


def _rows(cursor: Any, table: str) -> int:
    cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
    return int(cursor.fetchone()[0])


def problems_of_restore(
    expected: Inventory, *, now: datetime, progress: Callable[[int], object] = lambda events: None
) -> list[str]:
    """What is missing, does not hold or does not open, each with what to do; empty when all came back.

    ``progress`` is told how many events of the audit each step took.
    """
    found = take_inventory(now=now)
    problems = [
        f"{table}: {found.tables.get(table, 0)} of {rows} rows are there. The backup is older than the inventory, or "
        "was not restored whole."
        for table, rows in expected.tables.items()
        if found.tables.get(table, 0) < rows and not _is_transient(table)
    ]
    missing = sorted(set(expected.tables) - set(found.tables))
    problems += [f"The table or partition {table} is missing." for table in missing]
    anchors = [Anchor(expected.sealed["id"], expected.sealed["hash"])] if expected.sealed else []
    problems += [f"Audit: {one.message}" for one in verify(anchors=anchors, progress=progress).problems]
    return problems + problems_of_secrets()


def _is_transient(table: str) -> bool:
    return table in TRANSIENT or table.startswith(_PREFIX_OF_QUEUE)


def problems_of_secrets() -> list[str]:
    """Secrets that no key of this process opens, by table and row; every one is opened, none is shown."""
    problems: list[str] = []
    keys = key_source()
    for sealed in all_sealed():
        if isinstance(sealed, SealedRows):
            problems += sealed.unreadable(keys)
            continue
        query = sql.SQL("SELECT id, {} FROM {}").format(
            sql.SQL(", ").join(map(sql.Identifier, sealed.columns)), sql.Identifier(sealed.table)
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            for row_id, *texts in cursor:
                for column, text in zip(sealed.columns, texts, strict=True):
                    try:
                        if text:
                            open_sealed(text, Place(sealed.table, column, row_id), keys=keys)
                    except DomainError as error:
                        problems.append(str(error))
    return problems
