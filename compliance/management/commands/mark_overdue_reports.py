"""Command ``mark_overdue_reports``: reports past their day, and reminders."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from compliance.commanding import actor_of
from compliance.overdue import mark_overdue_reports
from compliance.reminding import remind


class Command(BaseCommand):
    """Mark open reports past their day as overdue, and remind who works on what is due; safe to run again."""

    help = "Mark open reports past their day as overdue, and remind who works on what is due."

    def add_arguments(self, parser: CommandParser) -> None:
        """How to answer."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark, and say how many."""
        now = timezone.now()
        count = mark_overdue_reports(actor=actor_of("mark_overdue_reports"), now=now)
        told = remind(now=now)
        if options["json"]:
            self.stdout.write(json.dumps({"overdue": count, "reminders": told}))
        else:
            self.stdout.write(f"{count} reports became overdue; {told} reminders written")
