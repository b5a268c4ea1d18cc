"""Command ``gather_figures``."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from dwaybank.figures import gather_figures


class Command(BaseCommand):
    """Count anew what the pictures on the first page show."""

    help = "Count anew what the pictures on the first page show. A worker does it every quarter of an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        """How to print."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Gather, and print how many rows each figure has."""
        kept = gather_figures(now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps({"figures": kept}))
            return
        for name, rows in kept.items():
            self.stdout.write(f"{name}: {rows} rows")
