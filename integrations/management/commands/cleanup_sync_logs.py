"""Command ``cleanup_sync_logs``: sync logs older than a year go."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from dwaybank.db.patience import ATTEMPTS, LockedByOthers
from integrations.maintenance import BATCH, logs_to_remove, remove_old_logs


class Command(BaseCommand):
    """Show what is due by default; remove it with --execute."""

    help = (
        "Show how many sync logs are older than a year (default), or remove them (--execute): whole months at once, "
        "the rest in batches. A run that is broken off keeps what it did. Exit code: 0 done, 1 a lock was not given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to act, how much at a time, and how patiently."""
        parser.add_argument("--execute", action="store_true", help="remove; without it nothing is changed")
        parser.add_argument("--batch", type=int, default=BATCH, metavar="N", help=f"rows per transaction ({BATCH})")
        parser.add_argument(
            "--attempts", type=int, default=ATTEMPTS, metavar="N", help=f"tries per step for its locks ({ATTEMPTS})"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Show or remove, step by step."""
        if options["batch"] < 1 or options["attempts"] < 1:
            raise CommandError("--batch and --attempts must be 1 or more.")
        due = logs_to_remove(timezone.now())
        removed, problem = 0, ""
        if options["execute"]:
            with tqdm(total=due.rows, unit="log", disable=True if options["json"] else None) as bar:
                try:
                    for rows in remove_old_logs(batch=options["batch"], attempts=options["attempts"]):
                        removed += rows
                        bar.update(rows)
                except LockedByOthers as locked:
                    problem = str(locked)
        if options["json"]:
            found = {"dry_run": not options["execute"], "due": due.rows, "months": [f"{m:%Y-%m}" for m in due.months]}
            self.stdout.write(json.dumps({**found, "removed": removed, "problem": problem or None}, indent=2))
        elif options["execute"]:
            self.stdout.write(f"{removed} sync logs removed.")
        else:
            months = ", ".join(f"{month:%Y-%m}" for month in due.months) or "none"
            self.stdout.write(f"{due.rows} sync logs would be removed; months that go as a whole: {months}.")
            self.stdout.write("Nothing was changed. Remove with --execute.")
        if problem:
            raise CommandError(problem)
