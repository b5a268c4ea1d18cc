"""Connections that are a session of PostgreSQL's own, whatever stands between the application and the server."""

from __future__ import annotations

from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

DIRECT: Final = "direct"


def session_connection() -> BaseDatabaseWrapper:
    """For locks and settings that outlast a transaction: ``DATABASE_DIRECT_URL`` behind a pooler, else the default."""
    return connections[DIRECT if DIRECT in connections.settings else DEFAULT_DB_ALIAS]
