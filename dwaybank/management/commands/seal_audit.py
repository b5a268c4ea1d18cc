"""Command ``seal_audit``: seal what the audit recorded since the last time."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dwaybank.audit.sealing import seal_events
from dwaybank.errors import DomainError


class Command(BaseCommand):
    """Add seals to the chain over the audit. Wants to run every minute."""

    help = "Seal what the audit recorded since the last time. Run it every minute; two at once do no harm."

    def add_arguments(self, parser: CommandParser) -> None:
        """Output for scripts."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal, and say how much."""
        try:
            sealed = seal_events(now=timezone.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"events": sealed.events, "seals": sealed.seals, "busy": sealed.busy}))
        elif sealed.busy:
            self.stdout.write("Another session is sealing; nothing was done.")
        else:
            self.stdout.write(f"Sealed {sealed.events} events in {sealed.seals} seals.")
