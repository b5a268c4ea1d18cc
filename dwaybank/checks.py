"""System checks of the ground floor; each says the remedy.

Those that ask the database run only where it is named (``check --database default``, ``migrate``): ``check`` and
``runserver`` must work without one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, connection

from dwaybank.config import unreadable
from dwaybank.key_rotation import key_ids_in_use, sealed_tables
from dwaybank.models import SystemConfig
from dwaybank.roles import out_of_step
from dwaybank.secret_keys import KeyUnavailable, key_source


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


@register(Tags.security)
def check_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E001: the keys that seal stored secrets cannot be read."""
    try:
        key_source().key_ids()
    except KeyUnavailable as error:
        return [Error(str(error), id="dwaybank.E001")]
    return []


@register(Tags.database)
def check_sealed(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E002: stored secrets are under a key that is not there. W003: some are not under the newest, or not sealed."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        ids = key_source().key_ids()
    except KeyUnavailable:
        return []  # E001 says it
    found: list[CheckMessage] = []
    for table in sealed_tables():
        if _migrated(table.table):
            found += _key_messages(table.table, key_ids_in_use(table), ids)
    return found


def _key_messages(table: str, in_use: dict[str, int], ids: Sequence[str]) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for key_id, count in in_use.items():
        if not key_id:
            message = f"{count} secrets of {table} are not sealed."
            found.append(Warning(message, hint="Connect these banks again.", obj=table, id="dwaybank.W003"))
        elif key_id not in ids:
            message = f"{count} secrets of {table} are sealed by the key {key_id}, which is not in ENCRYPTION_KEYS."
            found.append(Error(message, hint="Add that key behind the others.", obj=table, id="dwaybank.E002"))
        elif key_id != ids[0]:
            message = f"{count} secrets of {table} are sealed by the key {key_id}; the newest is {ids[0]}."
            found.append(
                Warning(message, hint="Run 'manage.py rotate_encryption_keys'.", obj=table, id="dwaybank.W003")
            )
    return found


@register
def check_mail(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """W004: production without a mail server drops every mail."""
    if not settings.PRODUCTION or settings.EMAIL_URL:
        return []
    return [
        Warning(
            "EMAIL_URL is not set: nobody is told anything by mail.",
            hint="Set EMAIL_URL, for example smtp+tls://user:password@mail.example:587, and SITE_URL; "
            "or EMAIL_URL=dummymail:// where no mail is wanted.",
            id="dwaybank.W004",
        )
    ]
