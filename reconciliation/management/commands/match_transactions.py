"""Command ``match_transactions``: map the open bank lines, queue what needs a person."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from dwaybank.management.arguments import day
from dwaybank.models import Account
from reconciliation.management.step_bar import step_bar
from reconciliation.mapping import RunSummary, run_matching


class Command(BaseCommand):
    """Match open bank lines with the ledger: certain ones are mapped, the rest waits in the queue."""

    help = (
        "Match open bank lines with open ledger transactions. Certain matches are mapped, everything else becomes a "
        "proposal that waits for a person. Run again, it maps nothing twice. Exit code: 0 done, 2 refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which lines, and how to print."""
        parser.add_argument("--account", metavar="ID", help="one account, by its id or its number at the bank")
        parser.add_argument("--since", type=day, metavar="DATE", help="bank lines from this day on (2026-10-01)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and print counts by outcome."""
        account = find_account(options["account"]) if options["account"] else None
        with step_bar(2) as progress:
            try:
                summary = run_matching(
                    actor=Actor(None, run=f"command:match_transactions by {getpass.getuser()}"),
                    now=timezone.now(),
                    account_id=account,
                    since=options["since"],
                    dry_run=options["dry_run"],
                    progress=progress,
                )
            except DomainError as error:
                raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(as_json(summary), indent=2))
        else:
            self._print(summary, dry_run=options["dry_run"])

    def _print(self, summary: RunSummary, *, dry_run: bool) -> None:
        self.stdout.write(f"{summary.bank_lines:,} bank lines, {summary.ledger_lines:,} ledger lines")
        for outcome, lines in summary.outcomes.items():
            if lines:
                self.stdout.write(f"  {outcome:<12}{lines:>9,}")
        would = "would be " if dry_run else ""
        self.stdout.write(self.style.SUCCESS(f"{summary.accepted:,} {would}mapped without a person"))
        if summary.created:
            self.stdout.write(f"{summary.created:,} ledger transactions made by policy")
        self.stdout.write(f"{summary.waiting:,} {'would ' if dry_run else ''}wait for a person")
        rate = f"{summary.lines_per_second:,.0f} lines/s"
        self.stdout.write(f"run {summary.run_hash[:16]}, {summary.seconds:.2f} s, {rate}")
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
        elif not summary.bank_lines:
            self.stdout.write("No open bank line is there: all are decided, disputed, or not imported yet.")
        elif summary.waiting:
            self.stdout.write("Reviewers find them in the admin under \u201cMappings to decide\u201d.")


def find_account(text: str) -> UUID:
    """The account by its id or its number at the bank. Raises CommandError for none and for several."""
    try:
        found = Account.objects.filter(pk=UUID(text))
    except ValueError:
        found = Account.objects.filter(external_account_id=text)
    ids = list(found.values_list("pk", flat=True)[:2])
    if not ids:
        raise CommandError(f"There is no account {text}. Name it by its id, or by its whole number.", returncode=2)
    if len(ids) > 1:
        raise CommandError(f"Several accounts have the number {text}. Name one by its id.", returncode=2)
    account: UUID = ids[0]
    return account


def as_json(summary: RunSummary) -> dict[str, Any]:
    """The summary for machines."""
    return {
        **asdict(summary),
        "run_id": str(summary.run_id) if summary.run_id else None,
        "seconds": round(summary.seconds, 3),
        "lines_per_second": round(summary.lines_per_second),
    }
