"""Command ``migrate``: Django's own, made safe beside a live application.

One run at a time; each wait for a lock is short, so that nobody queues up behind it for long, and is tried again; a
statement that validates or fills may take as long as it needs. And quicker: a fresh database is made in a third of the
time (``dwaybank.db.migration_states``).
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import OperationalError, connections

from dwaybank.db.migration_states import kept_classes
from dwaybank.db.patience import got_no_lock, tried_again

LOCK_TIMEOUT_MS: Final = 2_000
PAUSE_S: Final = 3.0
ATTEMPTS: Final = 10
# any number that nothing else of this project uses: "dway" in ASCII
ADVISORY_LOCK: Final = 0x64776179


class Command(DjangoMigrate):
    """Django's migrate with an advisory lock, short waits for locks and several tries."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's, and how patiently."""
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-attempts",
            type=int,
            default=ATTEMPTS,
            metavar="N",
            help=f"tries while other sessions hold a lock, {LOCK_TIMEOUT_MS // 1000} s each ({ATTEMPTS})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; what is applied stays applied, and a try that got no lock goes on from there."""
        if settings.DATABASE_POOLER:
            raise CommandError(
                "Migrations hold a lock and set time-outs from their first to their last statement: give them the "
                "server itself as DATABASE_URL, without DATABASE_POOLER and DATABASE_DIRECT_URL."
            )
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
            if not cursor.fetchone()[0]:
                raise CommandError("Another migrate is running on this database: wait for its end.")
            cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
            before = cursor.fetchone()
        try:
            self._set_timeouts(connection, f"{LOCK_TIMEOUT_MS}ms", "0")
            with kept_classes():
                self._patiently(max(1, options.pop("lock_attempts", ATTEMPTS)), *args, **options)
        finally:
            if connection.connection is not None and not connection.connection.closed:
                self._set_timeouts(connection, *before)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])

    def _patiently(self, attempts: int, *args: Any, **options: Any) -> None:
        def failed(attempt: int) -> None:
            if attempt < attempts:
                self.stderr.write(f"No lock within {LOCK_TIMEOUT_MS // 1000} s, try {attempt} of {attempts}.")

        once = partial(super().handle, *args, **options)
        try:
            tried_again(once, attempts=attempts, pause_s=PAUSE_S, failed=failed)
        except OperationalError as error:
            if not got_no_lock(error):
                raise
            raise CommandError(
                f"Other sessions kept a lock through {attempts} tries. What was applied stays; run migrate "
                "again at a calmer hour, or end the session that holds it: pg_stat_activity shows it."
            ) from error

    @staticmethod
    def _set_timeouts(connection: Any, lock: str, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false)",
                [lock, statement],
            )
