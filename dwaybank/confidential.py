"""Tables whose very traces are confidential: upper floors say here which permission their audit takes.

Without an entry, who may view a table's rows may read their audit. A table that holds suspicions registers a
permission of its own, so that nobody learns of one from its traces (no tipping off).
"""

from __future__ import annotations

from typing import Final

_permissions: Final[dict[str, str]] = {}


def register_confidential(table: str, permission: str) -> None:
    """Reading the audit of ``table`` takes ``permission`` (``app.codename``)."""
    _permissions[table] = permission


def confidential_permission(table: str) -> str | None:
    """The permission registered for the table, if any."""
    return _permissions.get(table)
