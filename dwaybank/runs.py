"""What is running: one request, one command or one job, under an id that the audit, the logs and the answer share.

The database is told by the session setting ``dwaybank.run`` before the first statement that may write; reading costs
nothing. ``dwaybank/actor.py`` adds, for one transaction, who decides and why.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from psycopg.pq import TransactionStatus

# what surely writes nothing: Django's own SELECTs name a column first, a function that may write does not
_READS: Final = re.compile(
    r'\s*(?:SELECT\s+(?:DISTINCT\s+)?(?:"|COUNT\(|\(?1\b|EXISTS)|SAVEPOINT|RELEASE|SHOW|SET|DECLARE)', re.I
)
_ROLLS_BACK: Final = re.compile(r"\s*ROLLBACK", re.I)


@dataclass(slots=True)
class Run:
    """One request, command or job. ``actor_id`` is asked for when the database is told, not before."""

    name: str
    run_id: str
    actor_id: Callable[[], uuid.UUID | None]

    def as_json(self) -> str:
        """What the audit reads."""
        actor = self.actor_id()
        return json.dumps({"actor": str(actor) if actor else None, "run": self.name, "run_id": self.run_id})


_current: ContextVar[Run | None] = ContextVar("dwaybank_run", default=None)


def current_run() -> Run | None:
    """What is running in this thread."""
    return _current.get()


def new_run_id() -> str:
    """An id to search logs and audit for."""
    return uuid.uuid4().hex


@contextmanager
def running(
    name: str, *, run_id: str | None = None, actor_id: Callable[[], uuid.UUID | None] = lambda: None
) -> Iterator[Run]:
    """Everything written within the block says that it was ``name`` (``request``, ``command:…``, ``job:…``)."""
    run = Run(name, run_id or new_run_id(), actor_id)
    token = _current.set(run)
    with structlog.contextvars.bound_contextvars(run=run.name, run_id=run.run_id):
        try:
            yield run
        finally:
            _current.reset(token)
            for connection in connections.all(initialized_only=True):
                _forget(connection)


class TellDatabase:
    """Wrapper of one connection's statements: tells the database which run writes, once per run or transaction."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.told: str | None = None  # what this session, or its open transaction, has been told
        self.for_session = False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Tell first, where it is needed."""
        run = _current.get()
        if run is not None and not _READS.match(str(sql)):
            if _ROLLS_BACK.match(str(sql)):
                result = execute(sql, params, many, context)
                self.told = None  # what was told within the savepoint is undone with it
                return result
            if settings.DATABASE_POOLER and self._is_idle():
                return self._in_a_transaction(run, execute, sql, params, many, context)
            self._tell(run)
        return execute(sql, params, many, context)

    def _is_idle(self) -> bool:
        return bool(self.connection.connection.info.transaction_status == TransactionStatus.IDLE)

    def _in_a_transaction(
        self, run: Run, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Behind a pooler the next statement may be another session's: what is told goes with the statement."""
        raw = self.connection.connection
        with raw.transaction(), raw.cursor() as cursor:
            cursor.execute("SELECT set_config('dwaybank.run', %s, true)", [run.as_json()])
            return execute(sql, params, many, context)

    def _tell(self, run: Run) -> None:
        raw = self.connection.connection
        in_transaction = self.connection.in_atomic_block
        if raw.info.transaction_status == TransactionStatus.IDLE and not self.for_session:
            self.told = None  # an earlier transaction took with it what it was told
        text = run.as_json()
        if self.told == text:
            return
        with raw.cursor() as cursor:
            cursor.execute("SELECT set_config('dwaybank.run', %s, %s)", [text, in_transaction])
        self.told, self.for_session = text, not in_transaction

    def forget(self) -> None:
        """The run is over: a session that goes on must not write under its name."""
        raw = self.connection.connection
        if self.told is not None and raw is not None and not raw.closed:
            usable = raw.info.transaction_status in {TransactionStatus.IDLE, TransactionStatus.INTRANS}
            if usable and (self.for_session or self.connection.in_atomic_block):
                with raw.cursor() as cursor:
                    cursor.execute("SELECT set_config('dwaybank.run', '', %s)", [not self.for_session])
        self.told, self.for_session = None, False


def _forget(connection: BaseDatabaseWrapper) -> None:
    for wrapper in connection.execute_wrappers:
        if isinstance(wrapper, TellDatabase):
            wrapper.forget()


@receiver(connection_created, dispatch_uid="tell the database which run writes")
def _on_connection(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    connection.execute_wrappers[:] = [w for w in connection.execute_wrappers if not isinstance(w, TellDatabase)]
    connection.execute_wrappers.append(TellDatabase(connection))
