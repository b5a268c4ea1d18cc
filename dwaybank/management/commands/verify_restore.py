"""Command ``verify_restore``: what a backup must bring back, and whether it did."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from dwaybank.errors import DomainError
from dwaybank.inventory import problems_of_restore, read_inventory, take_inventory


class Command(BaseCommand):
    """Write the inventory beside a backup; compare with it after a restore."""

    help = (
        "With --write FILE, count every table and note the last seal of the audit, just before a backup is made. With "
        "FILE alone, after a restore: compare counts, verify the audit, open every secret. Ends with 1 on a problem."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and which way."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--write", action="store_true", help="write FILE, of the database as it is now")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare, and say what was found."""
        file: Path = options["file"]
        try:
            if options["write"]:
                inventory = take_inventory(now=timezone.now())
                file.write_text(inventory.as_json(), "utf-8")
                self._say(options, {"tables": len(inventory.tables), "rows": sum(inventory.tables.values())})
                return
            expected = read_inventory(file.read_text("utf-8"), str(file))
        except (DomainError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        with tqdm(unit="event", desc="audit", disable=True if options["json"] else None) as bar:
            problems = problems_of_restore(expected, now=timezone.now(), progress=bar.update)
        self._say(options, {"taken_at": expected.taken_at, "problems": problems})
        if problems:
            sys.exit(1)

    def _say(self, options: dict[str, Any], found: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2))
        elif "problems" not in found:
            self.stdout.write(f"{found['tables']} tables, {found['rows']} rows: written to {options['file']}.")
        elif found["problems"]:
            for problem in found["problems"]:
                self.stderr.write(problem)
        else:
            self.stdout.write(f"Everything of {found['taken_at']} is back: rows, audit, secrets.")
