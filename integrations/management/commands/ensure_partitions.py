"""Command ``ensure_partitions``: the months of the partitioned tables, before rows need them."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from tqdm import tqdm

from dwaybank.db.patience import ATTEMPTS
from integrations.partitions import MonthsReport, ensure_partitions, following_month, missing_months


class Command(BaseCommand):
    """Make months ahead, and the months for which rows wait in the DEFAULT partitions."""

    help = (
        "Make the current month and the months ahead of bank_transactions and bank_sync_logs, and the months for "
        "which rows wait in their DEFAULT partitions; safe to run at any time, best every day. "
        "Exit code: 0 all is in its month, 1 a month could not be made or rows are left in DEFAULT."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How far ahead, and how patiently."""
        parser.add_argument("--months", type=_from(1, 120), default=3, metavar="N", help="months ahead (3)")
        parser.add_argument(
            "--attempts",
            type=_from(1, 1000),
            default=ATTEMPTS,
            metavar="N",
            help=f"tries per month while another session holds a lock, about two seconds each ({ATTEMPTS})",
        )
        parser.add_argument("--dry-run", action="store_true", help="say which months are missing; make none")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; print what was made, what is there, what lies in DEFAULT."""
        today = timezone.localdate()
        if options["dry_run"]:
            self._say_what_is_missing(today, options)
            return
        total = sum(map(len, missing_months(today=today, ahead=options["months"]).values()))
        with tqdm(total=total, unit="month", disable=True if options["json"] else None) as bar:
            reports = ensure_partitions(
                today=today, ahead=options["months"], attempts=options["attempts"], progress=bar.update
            )
        if options["json"]:
            document = {"today": today.isoformat(), "tables": [as_json(report) for report in reports]}
            self.stdout.write(json.dumps(document, indent=2))
        else:
            for report in reports:
                self._print(report)
        if not all(report.complete for report in reports):
            raise SystemExit(1)

    def _say_what_is_missing(self, today: date, options: dict[str, Any]) -> None:
        missing = missing_months(today=today, ahead=options["months"])
        if options["json"]:
            tables = [{"table": table, "missing": [name(one) for one in months]} for table, months in missing.items()]
            self.stdout.write(json.dumps({"dry_run": True, "today": today.isoformat(), "tables": tables}, indent=2))
            return
        for table, months in missing.items():
            self.stdout.write(f"{table}: would make {', '.join(map(name, months)) or 'nothing'}")
        self.stdout.write("Nothing was made.")

    def _print(self, report: MonthsReport) -> None:
        made = ", ".join(
            f"{name(month)} ({rows} rows moved in)" if rows else name(month) for month, rows in report.made.items()
        )
        self.stdout.write(f"{report.table}: made {made or 'nothing'}")
        self.stdout.write(f"  there: {spans(report.present)}")
        self.stdout.write(f"  in DEFAULT: {in_default(report.left)}")
        if report.left and None in report.left:
            self.stderr.write(
                f"  {report.left[None]} rows of {report.table} are dated outside the years 1 to 9999, so no month can "
                "take them: correct their dates."
            )
        # one blocker holds up many months: each reason once
        for reason in dict.fromkeys(report.failed.values()):
            months = ", ".join(name(month) for month, why in report.failed.items() if why == reason)
            self.stderr.write(f"  Not made: {months} of {report.table}. {reason}")


def _from(lowest: int, highest: int) -> Callable[[str], int]:
    """An argparse type: a whole number between both, or a message that says so."""

    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise ArgumentTypeError(f"write a whole number from {lowest} to {highest}, not {text!r}")
        return int(text)

    return number


def name(month: date | None) -> str:
    """A month for people and machines: 2026-11."""
    return "no month" if month is None else month.isoformat()[:7]


def spans(months: Sequence[date]) -> str:
    """Sorted months for people, those that follow on one another drawn together."""
    runs: list[list[date]] = []
    for month in months:
        if runs and following_month(runs[-1][-1]) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(name(r[0]) if len(r) == 1 else f"{name(r[0])} to {name(r[-1])}" for r in runs) or "no month"


def in_default(rows: Mapping[date | None, int] | None) -> str:
    """What a DEFAULT partition holds, for people."""
    if rows is None:
        return "unknown, it is locked"
    return ", ".join(f"{count} rows of {name(month)}" for month, count in rows.items()) or "no rows"


def as_json(report: MonthsReport) -> dict[str, Any]:
    """One table for machines; ``in_default`` is null where the partition is locked."""
    left = report.left
    return {
        "table": report.table,
        "made": [{"month": name(month), "rows_moved": rows} for month, rows in report.made.items()],
        "months": [name(month) for month in report.present],
        "in_default": None
        if left is None
        else [{"month": month and name(month), "rows": rows} for month, rows in left.items()],
        "failed": [{"month": name(month), "reason": reason} for month, reason in report.failed.items()],
    }
