"""Command ``propose_cash_records``: bank transactions that look like cash and have no record of it."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from compliance.commanding import actor_of
from compliance.proposing import propose_cash_records
from dwaybank.errors import DomainError


class Command(BaseCommand):
    """Propose, and say how many; exit code 1 where a setting or the day cannot be read."""

    help = "Propose cash records from bank transactions that look like cash and have none."

    def add_arguments(self, parser: CommandParser) -> None:
        """From when on, and how to answer."""
        parser.add_argument("--since", metavar="DAY", help="bank transactions from this day on (default: 90 days)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Propose, and count."""
        try:
            since = parse_date(options["since"]) if options["since"] else None
        except ValueError:
            since = None
        if options["since"] and since is None:
            raise CommandError(f"--since {options['since']}: write a day such as 2026-10-01.")
        try:
            count = propose_cash_records(actor=actor_of("propose_cash_records"), now=timezone.now(), since=since)
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps({"proposed": count}) if options["json"] else f"{count} cash records proposed")
