"""Command ``worker``: runs the jobs of the queue, on as many machines as wanted."""

from __future__ import annotations

import asyncio
from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate.contrib.django.django_connector import DjangoConnector

from dwaybank.jobs import queue
from dwaybank.jobs.upkeep import DEAD_AFTER


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 200):
        raise ArgumentTypeError(f"write a whole number from 1 to 200, not {text!r}")
    return int(text)


class Command(BaseCommand):
    """A worker. SIGTERM or Ctrl-C: no new job is taken, running ones end, then it ends."""

    help = (
        "Run the jobs of the queue and offer it the periodic tasks, until SIGTERM or Ctrl-C: then no new job is taken "
        "and the running ones end first. Any number of workers may run, on any machine that reaches the database; "
        "one that is killed loses nothing, its jobs run again. Exit code: 0."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How many jobs at once, which, and for how long."""
        parser.add_argument(
            "--concurrency",
            type=_positive,
            default=settings.WORKER_CONCURRENCY,
            metavar="N",
            help=f"jobs at the same time, each with a database connection ({settings.WORKER_CONCURRENCY})",
        )
        parser.add_argument("--queues", default="", metavar="A,B", help="only jobs of these queues (all)")
        parser.add_argument("--drain", action="store_true", help="end once no job is due")
        parser.add_argument(
            "--grace",
            type=_positive,
            default=None,
            metavar="SECONDS",
            help="how long running jobs may take to end after SIGTERM (as long as they need)",
        )
        parser.add_argument(
            "--heartbeat",
            type=float,
            default=DEAD_AFTER.total_seconds() / 3,
            metavar="SECONDS",
            help=f"how often the worker says that it lives ({DEAD_AFTER.total_seconds() / 3:g}); "
            f"its jobs go to others after {DEAD_AFTER.total_seconds():g} s of silence",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work."""
        if settings.DATABASE_POOLER:
            raise CommandError(
                "Workers listen for jobs and hold locks for as long as they work: give them the server itself as "
                "DATABASE_URL, without DATABASE_POOLER and DATABASE_DIRECT_URL."
            )
        names = [name.strip() for name in options["queues"].split(",") if name.strip()] or None
        self.stdout.write(
            f"Worker started: {options['concurrency']} jobs at once, queues: {', '.join(names) if names else 'all'}."
        )
        self.stdout.flush()
        asyncio.run(self._work(names, options))
        self.stdout.write("Worker ended.")

    async def _work(self, names: list[str] | None, options: dict[str, Any]) -> None:
        connector = queue.connector
        if not isinstance(connector, DjangoConnector):
            raise TypeError(f"The queue's connector is {connector!r}, not Django's.")
        with queue.replace_connector(connector.get_worker_connector()) as app:
            async with app.open_async():
                await app.run_worker_async(
                    queues=names,  # type: ignore[arg-type]
                    concurrency=options["concurrency"],
                    wait=not options["drain"],
                    shutdown_graceful_timeout=options["grace"],
                    update_heartbeat_interval=options["heartbeat"],
                    stalled_worker_timeout=DEAD_AFTER.total_seconds(),
                    listen_notify=not options["drain"],
                )
