"""Re-sealing every stored secret under the newest key, in small batches, while everything else goes on.

Flow, per registered table: rows by key, a batch at a time, each batch its own short transaction · rows of which some
secret is not under the newest key are locked, those that another session holds are left for a later pass · open with
whichever key, seal with the newest, one UPDATE for the batch. There is no other state: a run that was broken off is
continued by the next. Readers never wait, since every key of the ring still reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from psycopg import sql

from dwaybank.actor import Actor, acting_as
from dwaybank.db.patience import tried_again
from dwaybank.errors import DomainError
from dwaybank.secret_keys import KeySource, key_source
from dwaybank.secrets import VERSION, Place, key_id_of, open_sealed, seal

BATCH: Final = 500
_FIRST: Final = UUID(int=0)
# After this many passes over rows that others hold, wait for their locks instead.
_PASSES_WITHOUT_WAITING: Final = 3


@dataclass(frozen=True, slots=True)
class SealedTable:
    """Which columns of a table hold sealed texts ("" and NULL hold none), and where it notes their key, if anywhere.

    The table's key is a UUID column ``id``.
    """

    table: str
    columns: tuple[str, ...]
    key_id_column: str | None = None


@dataclass(frozen=True, slots=True)
class RotationReport:
    """What became of one table's rows. ``unreadable`` holds one message per row that stays as it was."""

    table: str
    resealed: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SealedRows:
    """Secrets that stand elsewhere than in columns of their own: how they are counted, found and sealed anew.

    ``key_ids`` counts sealed texts by key id; ``rows_not_under`` counts rows with a secret under another key;
    ``reseal`` takes the keys, the actor, ``progress`` and ``dry_run``; ``unreadable`` names what keys do not open.
    """

    table: str
    key_ids: Callable[[], dict[str, int]]
    rows_not_under: Callable[[str], int]
    reseal: Callable[..., RotationReport]
    unreadable: Callable[[KeySource], list[str]]


_tables: Final[dict[str, SealedTable]] = {}
_rows: Final[dict[str, SealedRows]] = {}


def register_sealed_table(table: SealedTable) -> None:
    """Let rotation and checks know a table with sealed columns; the same table again replaces it."""
    _tables[table.table] = table


def register_sealed_rows(rows: SealedRows) -> None:
    """Let rotation and checks know secrets that stand elsewhere; the same table again replaces them."""
    _rows[rows.table] = rows


def all_sealed() -> tuple[SealedTable | SealedRows, ...]:
    """Everything that rotation re-seals."""
    return (*_tables.values(), *_rows.values())


def rows_to_reseal(table: SealedTable | SealedRows, key_id: str) -> int:
    """How many rows of a table hold a secret that is not under this key."""
    if isinstance(table, SealedRows):
        return table.rows_not_under(key_id)
    query = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(table.table), _not_under(table, key_id))
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def key_ids_in_use(table: SealedTable | SealedRows) -> dict[str, int]:
    """Key id → number of sealed texts under it; "" counts texts that are not sealed."""
    if isinstance(table, SealedRows):
        return table.key_ids()
    texts = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} AS text FROM {}").format(sql.Identifier(column), sql.Identifier(table.table))
        for column in table.columns
    )
    query = sql.SQL(
        "SELECT CASE WHEN starts_with(text, {}) THEN split_part(text, ':', 2) ELSE '' END, count(*) "
        "FROM ({}) AS texts WHERE text <> '' GROUP BY 1 ORDER BY 1"
    ).format(sql.Literal(f"{VERSION}:"), texts)
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


def rotate(
    *,
    actor: Actor,
    batch: int = BATCH,
    dry_run: bool = False,
    keys: KeySource | None = None,
    progress: Callable[[int], object] = lambda rows: None,
) -> list[RotationReport]:
    """Re-seal what is not under the newest key; ``progress`` is told the rows done as they are done.

    ``dry_run`` opens every such secret and writes nothing. A row that does not open is reported and left. Safe to run
    beside syncs and beside itself. Raises KeyUnavailable when there is no newest key, ValueError for a batch below 1.
    """
    if batch < 1:
        raise ValueError("A batch has at least one row.")
    keys = keys or key_source()
    keys.key(keys.key_ids()[0])
    return [
        *(_TableRotation(table, keys, actor, progress, dry_run=dry_run).run(batch) for table in _tables.values()),
        *(rows.reseal(keys, actor, progress, dry_run=dry_run) for rows in _rows.values()),
    ]


class _TableRotation:
    """One table on its way to the newest key."""

    def __init__(
        self,
        table: SealedTable,
        keys: KeySource,
        actor: Actor,
        progress: Callable[[int], object],
        *,
        dry_run: bool,
    ) -> None:
        self._table = table
        self._keys = keys
        self._newest = keys.key_ids()[0]
        self._actor = actor
        self._progress = progress
        self._dry_run = dry_run
        self._resealed = 0
        self._unreadable: dict[UUID, str] = {}

    def run(self, batch: int) -> RotationReport:
        """All passes over the table."""
        for attempt in range(_PASSES_WITHOUT_WAITING + 1):
            lock = sql.SQL(
                "FOR NO KEY UPDATE" if attempt == _PASSES_WITHOUT_WAITING else "FOR NO KEY UPDATE SKIP LOCKED"
            )
            after: UUID | None = _FIRST
            while after is not None:
                after = self._take_batch(after, batch, lock)
            if self._dry_run or rows_to_reseal(self._table, self._newest) <= len(self._unreadable):
                break
        return RotationReport(self._table.table, self._resealed, tuple(self._unreadable.values()))

    def _take_batch(self, after: UUID, batch: int, lock: sql.SQL) -> UUID | None:
        """Re-seal the next rows behind ``after``; the last one's key, or None when there are no more."""
        # who makes or archives a month locks the tables that it refers to: one of the two has to begin again
        rows, done = tried_again(lambda: self._rewritten(after, batch, lock))
        self._resealed += done
        self._progress(len(rows))
        return rows[-1][0] if rows else None

    def _rewritten(self, after: UUID, batch: int, lock: sql.SQL) -> tuple[list[tuple[Any, ...]], int]:
        """One batch in one transaction: its rows, and how many were sealed anew."""
        with acting_as(self._actor):
            rows = self._rows(after, batch, lock)
            done = [resealed for row in rows if (resealed := self._resealed_row(row))]
            if done and not self._dry_run:
                self._write(done)
        return rows, len(done)

    def _rows(self, after: UUID, batch: int, lock: sql.SQL) -> list[tuple[Any, ...]]:
        query = sql.SQL("SELECT id, {} FROM {} WHERE id > {} AND ({}) ORDER BY id LIMIT {} {}").format(
            sql.SQL(", ").join(map(sql.Identifier, self._table.columns)),
            sql.Identifier(self._table.table),
            sql.Literal(after),
            _not_under(self._table, self._newest),
            sql.Literal(batch),
            sql.SQL("") if self._dry_run else lock,
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def _resealed_row(self, row: tuple[Any, ...]) -> tuple[UUID, list[str | None]] | None:
        """The row's texts under the newest key, or None (and a message) where one does not open."""
        row_id, *texts = row
        try:
            return row_id, [
                self._resealed_text(text, column, row_id)
                for column, text in zip(self._table.columns, texts, strict=True)
            ]
        except DomainError as error:
            self._unreadable[row_id] = str(error)
            return None

    def _resealed_text(self, text: str | None, column: str, row_id: UUID) -> str | None:
        if not text:
            return text
        place = Place(self._table.table, column, row_id)
        secret = open_sealed(text, place, keys=self._keys)
        return text if key_id_of(text, place) == self._newest else seal(secret, place, keys=self._keys)

    def _write(self, rows: Sequence[tuple[UUID, list[str | None]]]) -> None:
        """One UPDATE for the whole batch."""
        assignments = [sql.SQL("{0} = resealed.{0}").format(sql.Identifier(column)) for column in self._table.columns]
        if self._table.key_id_column:
            assignments.append(
                sql.SQL("{} = {}").format(sql.Identifier(self._table.key_id_column), sql.Literal(self._newest))
            )
        names = sql.SQL(", ").join(map(sql.Identifier, ("id", *self._table.columns)))
        query = sql.SQL(
            "UPDATE {} AS kept SET {} FROM unnest(%s::uuid[], {}) AS resealed ({}) WHERE kept.id = resealed.id"
        ).format(
            sql.Identifier(self._table.table),
            sql.SQL(", ").join(assignments),
            sql.SQL(", ").join([sql.SQL("%s::text[]")] * len(self._table.columns)),
            names,
        )
        columns = [list(column) for column in zip(*(texts for _, texts in rows), strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(query, [[row_id for row_id, _ in rows], *columns])


def _not_under(table: SealedTable, key_id: str) -> sql.Composed:
    """Condition: the row holds a secret that is not under this key."""
    prefix = sql.Literal(f"{VERSION}:{key_id}:")
    conditions = [
        sql.SQL("({0} <> '' AND NOT starts_with({0}, {1}))").format(sql.Identifier(column), prefix)
        for column in table.columns
    ]
    return sql.SQL(" OR ").join(conditions)
