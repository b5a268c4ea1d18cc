"""Command ``keep_queue``: jobs of dead workers go back into the queue, old jobs go."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dwaybank.jobs.upkeep import keep_queue


class Command(BaseCommand):
    """Keep the queue in order; workers do the same every minute."""

    help = (
        "Queue the jobs of dead workers again and remove jobs that ended two weeks ago. Workers do this every minute; "
        "by hand it helps where none runs. Exit code: 0."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Output for scripts."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was done."""
        done = keep_queue()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done)))
            return
        self.stdout.write(
            f"Jobs of dead workers: {done.requeued} queued again, {done.given_up} given up. "
            f"Finished jobs removed: {done.removed}."
        )
