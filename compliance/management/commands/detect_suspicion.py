"""Command ``detect_suspicion``: run the indicators over the database."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from compliance.suspicion import detect, since_last_run
from dwaybank.actor import Actor
from dwaybank.errors import DomainError


class Command(BaseCommand):
    """Exit code 0 also where something was found; 1 where settings cannot be read."""

    help = "Run the indicators of suspicion over ledger, bank transactions and cash records."

    def add_arguments(self, parser: CommandParser) -> None:
        """How far, and in which form."""
        parser.add_argument(
            "--since",
            help="look at customers of whom something came in since: a day, a time, or 'all' (default: the last run)",
        )
        parser.add_argument("--json", action="store_true", help="the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and say what came out."""
        try:
            found = detect(
                now=timezone.now(), actor=Actor(None, "command:detect_suspicion"), new_since=since(options["since"])
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), indent=2))
            return
        self.stdout.write(f"Looked at {found.run.movements:,} movements in {found.run.seconds} s.")
        if found.run.left_out:
            self.stdout.write(f"Left out: {found.run.left_out:,} movements in other currencies.")
        for name, raised in found.raised.items():
            self.stdout.write(f"  {name:<28}{found.fired[name]:>6} fired, {raised:>6} new")
        self.stdout.write(f"Cases: {found.cases_opened} opened, {found.cases_grown} got more alerts.")


def since(text: str | None) -> datetime | None:
    """From which time on something must be new; None for everybody. Raises CommandError."""
    if text == "all":
        return None
    if text is None:
        return since_last_run()
    moment = parse_datetime(text)
    day = parse_date(text) if moment is None else None
    if moment is None and day is None:
        raise CommandError(f"--since {text}: write a day such as 2026-10-01, a time, or 'all'.")
    moment = moment or datetime.combine(day, datetime.min.time())  # type: ignore[arg-type]
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
