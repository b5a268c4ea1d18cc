"""System checks of the ground floor; each says the remedy.

They ask the database and so run only where it is named (``check --database default``, ``migrate``): ``check`` and
``runserver`` must work without one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, connection

from dwaybank.config import unreadable
from dwaybank.models import SystemConfig
from dwaybank.roles import out_of_step


def _migrated(*tables: str) -> bool:
    return set(tables) <= set(connection.introspection.table_names())


@register(Tags.database)
def check_roles(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W001: the staff groups are not what dwaybank/roles.py says."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or not _migrated(
        Group._meta.db_table, Group.permissions.through._meta.db_table
    ):
        return []
    if not (names := out_of_step()):
        return []
    return [
        Warning(
            f"The permissions of these roles are not what dwaybank/roles.py says: {', '.join(names)}.",
            hint="Run 'manage.py sync_roles'.",
            id="dwaybank.W001",
        )
    ]


@register(Tags.database)
def check_settings(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W002: a setting holds a text that cannot be read."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or not _migrated(SystemConfig._meta.db_table):
        return []
    return [
        Warning(message, hint="Open it in the admin under Settings.", id="dwaybank.W002") for message in unreadable()
    ]
