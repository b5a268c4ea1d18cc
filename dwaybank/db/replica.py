"""Lists and reports read from a streaming replica, where ``DATABASE_REPLICA_URL`` names one.

Flow of a request: the middleware lets the view of a list or report read from the copy, if that is alive and not too far
behind and this browser changed nothing in the last seconds · the router sends reads of business tables there, and
everything else (writes, sign-in, settings) to the primary · the page says how far behind the copy was · a copy that
dies meanwhile is left alone for a while, and the view runs again on the primary.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from psycopg_pool import PoolTimeout

ALIAS: Final = "replica"
COOKIE: Final = "read-primary"
_APPS: Final = frozenset({"dwaybank", "integrations", "compliance", "reconciliation"})
# who may do what, and what steers the program, is never read from a copy
_NEVER: Final = frozenset(
    {"users", "system_config", "notifications", "notification_settings", "saved_filters", "legal_holds"}
)
_LIST: Final = "_changelist"
_FAILURES: Final = (OperationalError, InterfaceError, PoolTimeout)
_CHECK_SECONDS: Final = 1.0
_LEFT_ALONE_SECONDS: Final = 10.0
# NULL: no copy (any more). Without a stream from the primary nobody knows what is missing: then since the last change.
_LAG: Final = """
    SELECT CASE
        WHEN NOT pg_is_in_recovery() THEN NULL
        WHEN EXISTS (SELECT FROM pg_stat_wal_receiver) AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 'Infinity')
    END::float8
"""

_reading: ContextVar[float | None] = ContextVar("dwaybank_reading_from_copy", default=None)
_reports: Final[set[str]] = {"admin:index"}


class _Known:
    """What this process last found about the copy; two threads that look at once do no harm."""

    lag: float | None = None
    until: float = 0.0


def read_report_from_replica(view_name: str) -> None:
    """Let the view of that name (``admin:…``) read from the copy, as every list does."""
    _reports.add(view_name)


def lag_of_copy() -> float | None:
    """How many seconds the copy was behind that the current request reads from; None: it reads the primary."""
    return _reading.get()


def usable_lag() -> float | None:
    """Seconds that the replica is behind; None where there is none, it is dead, or it is too far behind."""
    if ALIAS not in connections.settings:
        return None
    now = time.monotonic()
    if now >= _Known.until:
        try:
            with connections[ALIAS].cursor() as cursor:
                cursor.execute(_LAG)
                _Known.lag = cursor.fetchone()[0]
            _Known.until = now + _CHECK_SECONDS
        except _FAILURES:
            leave_alone()
    lag = _Known.lag
    return lag if lag is not None and lag <= settings.REPLICA_MAX_LAG_SECONDS else None


def leave_alone() -> None:
    """The copy does not answer: nobody asks it again for a while."""
    _Known.lag, _Known.until = None, time.monotonic() + _LEFT_ALONE_SECONDS
    connections[ALIAS].close()


def forget_what_is_known() -> None:
    """Look at the copy anew at the next request."""
    _Known.lag, _Known.until = None, 0.0


class ReplicaRouter:
    """Django's router: reads within a list or report go to the copy, if the middleware said so."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """The copy, or no opinion; rows that came from the copy are followed on the primary afterwards."""
        if _reading.get() is not None and _may_lag(model):
            return ALIAS
        return _primary_for(hints)

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        """The primary also for rows that came from the copy."""
        return _primary_for(hints)

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        """The copy and the primary are the same database."""
        return {one._state.db, other._state.db} <= {DEFAULT_DB_ALIAS, ALIAS} or None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """The copy gets its tables from the primary."""
        return False if db == ALIAS else None


def _may_lag(model: type[Model]) -> bool:
    return model._meta.app_label in _APPS and model._meta.db_table not in _NEVER


def _is_list_on_copy(url_name: str) -> bool:
    """Whether this is the admin's list of a table that may be read from the copy."""
    if not url_name.endswith(_LIST):
        return False
    app, _, name = url_name.removesuffix(_LIST).partition("_")
    return _may_lag(apps.get_model(app, name))


def _primary_for(hints: dict[str, Any]) -> str | None:
    instance = hints.get("instance")
    return DEFAULT_DB_ALIAS if instance is not None and instance._state.db == ALIAS else None


class ReplicaReads:
    """Middleware: decides for each request whether it may read from the copy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A browser that changed something reads its own change: from the primary for some seconds."""
        token = _reading.set(None)
        try:
            response = self.get_response(request)
        finally:
            _reading.reset(token)
        if request.method not in {"GET", "HEAD", "OPTIONS"} and ALIAS in connections.settings:
            response.set_cookie(
                COOKIE,
                "1",
                max_age=settings.REPLICA_STICKY_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Lists and reports may read from the copy."""
        match = request.resolver_match
        if match is None or request.method not in {"GET", "HEAD"} or COOKIE in request.COOKIES:
            return
        if match.view_name in _reports or _is_list_on_copy(match.url_name or ""):
            request.view_on_copy = (view, args, kwargs)  # type: ignore[attr-defined]
            _reading.set(usable_lag())

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The copy died, or took a row away that was being read: the same view again, on the primary."""
        if _reading.get() is None or not isinstance(exception, _FAILURES):
            return None
        leave_alone()
        _reading.set(None)
        view, args, kwargs = request.view_on_copy  # type: ignore[attr-defined]
        response: HttpResponse = view(request, *args, **kwargs)
        render = getattr(response, "render", None)
        return render() if callable(render) else response


def copy_lag(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``copy_lag`` in whole seconds, None where the page reads the primary."""
    lag = lag_of_copy()
    return {"copy_lag": None if lag is None else round(lag)}
