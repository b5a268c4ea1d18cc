"""Command ``mark_overdue_reports``: reports past their day."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from compliance.commanding import actor_of
from compliance.overdue import mark_overdue_reports


class Command(BaseCommand):
    """Mark open reports past their day as overdue."""

    help = "Mark open reports past their day as overdue."

    def add_arguments(self, parser: CommandParser) -> None:
        """How to answer."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark, and say how many."""
        count = mark_overdue_reports(actor=actor_of("mark_overdue_reports"), now=timezone.now())
        self.stdout.write(json.dumps({"overdue": count}) if options["json"] else f"{count} reports became overdue")
