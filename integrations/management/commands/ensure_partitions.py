"""Command ``ensure_partitions``: the months that rows will need, and those that rows wait for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from integrations.partitions import MAX_AHEAD, PartitionReport, ensure_partitions


def _months(text: str) -> int:
    months = int(text)
    if not 0 <= months <= MAX_AHEAD:
        raise ValueError
    return months


class Command(BaseCommand):
    """Make the months ahead of bank_transactions and bank_sync_logs, and say what lies outside every month."""

    help = (
        "Make this month's partition and those of the months ahead, and move rows out of the DEFAULT partitions. "
        "Run it daily. Exit code: 0 all is there, 1 a month could not be made or rows wait."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How far ahead, and for whom the report is."""
        parser.add_argument("--months", type=_months, default=3, help=f"months ahead, 0 to {MAX_AHEAD} (3)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them; print what was made, what could not be, and what waits in DEFAULT."""
        reports = ensure_partitions(datetime.now(UTC).date(), options["months"])
        if options["json"]:
            self.stdout.write(json.dumps({"tables": [as_json(report) for report in reports]}, indent=2))
        else:
            for report in reports:
                self._print(report, options["months"])
        if not all(report.is_whole for report in reports):
            raise SystemExit(1)

    def _print(self, report: PartitionReport, months: int) -> None:
        made = ", ".join(f"{month:%Y-%m}" for month in report.made) or "nothing to make"
        self.stdout.write(f"{report.table}: {made}; months ahead wanted: {months}")
        for blocked in report.blocked:
            self.stdout.write(self.style.ERROR(f"  {blocked.month:%Y-%m} could not be made: {blocked.reason}"))
        for month, rows in report.in_default.items():
            self.stdout.write(self.style.WARNING(f"  {rows} rows of {month:%Y-%m} wait in {report.table}_default"))


def as_json(report: PartitionReport) -> dict[str, Any]:
    """One table for machines; months as 2026-11."""
    return {
        "table": report.table,
        "made": [f"{month:%Y-%m}" for month in report.made],
        "blocked": [{"month": f"{one.month:%Y-%m}", "reason": one.reason} for one in report.blocked],
        "rows_in_default": {f"{month:%Y-%m}": rows for month, rows in report.in_default.items()},
    }
