"""Command ``check_consents``: remind of consents that end, close connections whose consent has ended."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from dwaybank.actor import Actor
from integrations.syncing.consents import check_consents


class Command(BaseCommand):
    """Look at the end of every consent; workers do the same once a day."""

    help = (
        "Note a reminder (an integration error with the owner 'customer') 30, 7 and 1 days before a consent ends, each "
        "once, and close connections whose consent has ended. Nothing is asked of any bank. Exit code: 0."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Output for scripts."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many."""
        done = check_consents(timezone.now(), actor=Actor(None, f"command:check_consents by {getpass.getuser()}"))
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done)))
        else:
            self.stdout.write(f"Consents that end soon, said now: {done.reminded}. Ended: {done.expired}.")
