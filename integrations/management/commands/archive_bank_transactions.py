"""Command ``archive_bank_transactions``: months past seven years go to the archive, as they are."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from dwaybank.db.patience import ATTEMPTS, LockedByOthers
from integrations.maintenance import archive_months, months_to_archive


class Command(BaseCommand):
    """Show what is due by default; hand it over with --execute."""

    help = (
        "Show the months of bank transactions that are wholly older than seven years (default), or hand them over to "
        "the archive (--execute): no row is copied, keys and mappings stay, the admin goes on finding them. A run that "
        "is broken off keeps what it did. Exit code: 0 done, 1 another session kept a lock."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to act, and how patiently."""
        parser.add_argument("--execute", action="store_true", help="archive; without it nothing is changed")
        parser.add_argument(
            "--attempts", type=int, default=ATTEMPTS, metavar="N", help=f"tries per month for its locks ({ATTEMPTS})"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Show or archive, month by month."""
        if options["attempts"] < 1:
            raise CommandError("--attempts must be 1 or more.")
        today = timezone.now().date()
        due = months_to_archive(today)
        done, problem = [], ""
        if options["execute"]:
            with tqdm(total=len(due), unit="month", disable=True if options["json"] else None) as bar:
                try:
                    for month in archive_months(today=today, attempts=options["attempts"]):
                        done.append(month)
                        bar.update()
                except LockedByOthers as locked:
                    problem = str(locked)
        shown = done if options["execute"] else due
        if options["json"]:
            months = [{"month": f"{one.month:%Y-%m}", "rows": one.rows} for one in shown]
            self.stdout.write(
                json.dumps({"dry_run": not options["execute"], "months": months, "problem": problem or None}, indent=2)
            )
        else:
            for one in shown:
                self.stdout.write(f"{one.month:%Y-%m}: {one.rows} bank transactions")
            verb = "archived" if options["execute"] else "would be archived"
            self.stdout.write(f"{len(shown)} months, {sum(one.rows for one in shown)} bank transactions {verb}.")
            if not options["execute"] and due:
                self.stdout.write("Nothing was changed. Archive with --execute.")
        if problem:
            raise CommandError(problem)
