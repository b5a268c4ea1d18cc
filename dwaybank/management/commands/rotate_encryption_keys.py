"""Command ``rotate_encryption_keys``: every stored secret under the newest key, while everything else goes on."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from dwaybank.key_rotation import BATCH, RotationReport, all_sealed, rotate, rows_to_reseal
from dwaybank.secret_keys import key_source


class Command(BaseCommand):
    """Re-seal what is not under the newest key."""

    help = (
        "Seal every stored secret under the newest key of ENCRYPTION_KEYS, in batches; syncs and requests go on "
        "meanwhile, and a run that was broken off is continued by the next. Every process must know the new key first. "
        "Exit code: 0 all is under the newest key, 1 rows were left because a secret does not open."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How much at a time, and whether to write."""
        parser.add_argument("--batch", type=int, default=BATCH, metavar="N", help=f"rows per transaction ({BATCH})")
        parser.add_argument(
            "--dry-run", action="store_true", help="open every secret that would be sealed anew; write nothing"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate and print one line per table."""
        if options["batch"] < 1:
            raise CommandError("--batch must be 1 or more.")
        try:
            newest = key_source().key_ids()[0]
            rows = sum(rows_to_reseal(table, newest) for table in all_sealed())
            with tqdm(total=rows, unit="row", disable=options["json"] or not sys.stderr.isatty()) as bar:
                reports = rotate(
                    actor=Actor(None, run="command:rotate_encryption_keys"),
                    batch=options["batch"],
                    dry_run=options["dry_run"],
                    progress=bar.update,
                )
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(_document(newest, reports, dry_run=options["dry_run"]), indent=2))
        else:
            self._print(newest, reports, dry_run=options["dry_run"])
        if any(report.unreadable for report in reports):
            raise SystemExit(1)

    def _print(self, newest: str, reports: list[RotationReport], *, dry_run: bool) -> None:
        done = "would be sealed" if dry_run else "sealed"
        for report in reports:
            self.stdout.write(f"{report.table}: {report.resealed} rows {done} under {newest}")
            for message in report.unreadable:
                self.stderr.write(f"  left: {message}")


def _document(newest: str, reports: list[RotationReport], *, dry_run: bool) -> dict[str, Any]:
    tables = [
        {"table": report.table, "resealed": report.resealed, "unreadable": list(report.unreadable)}
        for report in reports
    ]
    return {"newest_key": newest, "dry_run": dry_run, "tables": tables}
