"""System checks of the ground floor; each says the remedy.

Those that ask the database run only where it is named (``check --database default``, ``migrate``): ``check`` and
``runserver`` must work without one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.utils import timezone

from dwaybank.audit.verifying import not_sealed
from dwaybank.config import unreadable
from dwaybank.db import replica
from dwaybank.key_rotation import all_sealed, key_ids_in_use
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
    for table in all_sealed():
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


@register(Tags.security, deploy=True)
def check_deployment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """W010 to W015: settings that production should have; each says what to set."""
    wanted = (
        ("W010", settings.STATEMENT_TIMEOUT_MS > 0, "Statements may run for ever.", "Set STATEMENT_TIMEOUT_MS=15000."),
        ("W011", settings.LOCK_TIMEOUT_MS > 0, "Statements may wait for ever.", "Set LOCK_TIMEOUT_MS=5000."),
        (
            "W012",
            settings.IDLE_IN_TRANSACTION_TIMEOUT_MS > 0,
            "A transaction may stay open for ever and keep the audit from being sealed.",
            "Set IDLE_IN_TRANSACTION_TIMEOUT_MS=600000.",
        ),
        (
            "W013",
            settings.SESSION_IDLE_SECONDS <= 3600 and settings.RECENT_SIGN_IN_SECONDS <= settings.SESSION_IDLE_SECONDS,
            "Sessions outlive an hour without a request, or a sign-in counts as recent for longer than that.",
            "Set SESSION_IDLE_SECONDS to at most 3600 and RECENT_SIGN_IN_SECONDS below it.",
        ),
        (
            "W015",
            None not in settings.REQUEST_LIMITS.values(),
            "Somebody may export, search, upload or send without end: a rate limit is off.",
            "Leave RATE_LIMIT_EXPORT, _SEARCH, _UPLOAD, _JSON and _WEBHOOK out, or set each, for example, to 60/10m.",
        ),
        (
            "W014",
            not settings.METRICS_TOKEN or len(settings.METRICS_TOKEN) >= 24,
            "METRICS_TOKEN can be guessed.",
            "Set it to 24 random characters or more, or leave it out.",
        ),
    )
    return [Warning(message, hint=hint, id=f"dwaybank.{code}") for code, holds, message, hint in wanted if not holds]


@register(Tags.database)
def check_sealing(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W006: the audit's events have not been sealed for an hour."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or not _migrated("audit_seals", "audit_events"):
        return []
    count, oldest = not_sealed()
    if oldest is None or timezone.now() - oldest < timedelta(hours=1):
        return []
    return [
        Warning(
            f"{count} audit events are not sealed, the oldest since {oldest:%Y-%m-%d %H:%M} UTC: nothing proves them.",
            hint="Run 'manage.py seal_audit', and keep a worker running ('manage.py worker').",
            id="dwaybank.W006",
        )
    ]


@register(Tags.database)
def check_pooler_and_replica(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W008: behind a pooler nothing limits statements. W009: the replica is not read."""
    found: list[CheckMessage] = []
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return found
    if settings.DATABASE_POOLER:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout') = '0' OR current_setting('lock_timeout') = '0'")
            if cursor.fetchone()[0]:
                hint = (
                    "ALTER ROLE dwaybank_web SET statement_timeout = '15s'; and lock_timeout = '5s' (docs/scaling.md)."
                )
                found.append(
                    Warning("Statements behind the pooler may run or wait for ever.", hint=hint, id="dwaybank.W008")
                )
    if replica.ALIAS in connections.settings and replica.usable_lag() is None:
        limit = settings.REPLICA_MAX_LAG_SECONDS
        hint = "Look at pg_stat_replication on the primary; lists are read from the primary meanwhile."
        message = f"The replica does not answer, is none any more, or is more than {limit} s behind."
        found.append(Warning(message, hint=hint, id="dwaybank.W009"))
    return found


@register(Tags.database)
def check_database_login(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W007: in production, the application's login owns tables or is a superuser, so that it could change the audit."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or not settings.PRODUCTION or not _migrated("audit_events"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolname::text, r.rolsuper OR pg_has_role(r.rolname, c.relowner, 'MEMBER') "
            "FROM pg_roles r, pg_class c WHERE r.rolname = current_user AND c.oid = 'audit_events'::regclass"
        )
        login, too_mighty = cursor.fetchone()
    if not too_mighty:
        return []
    return [
        Warning(
            f"The login {login} owns the tables, so that whoever has it can change the audit.",
            hint="Serve as a login that is a member of dwaybank_app only; migrate as the owner (docs/operations.md).",
            id="dwaybank.W007",
        )
    ]
