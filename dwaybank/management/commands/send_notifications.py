"""Command ``send_notifications``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from dwaybank.notifications import deliver_mail


class Command(BaseCommand):
    """Mail staff what waits in their inboxes."""

    help = (
        "Mail each member of staff whose hour has come how much is new in their inbox. Wants to run every few minutes; "
        "run twice, it mails nothing twice. Exit code: 0 done, 1 when the mail server did not take a mail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to send, and how to print."""
        parser.add_argument("--dry-run", action="store_true", help="say who would be mailed and send nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and print how many people were mailed."""
        delivery = deliver_mail(now=timezone.now(), dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(asdict(delivery)))
        else:
            would = "would be " if options["dry_run"] else ""
            self.stdout.write(f"{delivery.mailed} people {would}mailed, {delivery.waiting} wait for their hour")
            if delivery.failed:
                self.stderr.write(
                    f"{delivery.failed} mails were not taken by the mail server; the next run tries again."
                )
        if delivery.failed:
            sys.exit(1)
