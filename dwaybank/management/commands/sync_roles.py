"""Command ``sync_roles``."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dwaybank.roles import sync_roles


class Command(BaseCommand):
    """Make the staff groups and their permissions be what the code says."""

    help = "Make the staff roles (groups and their permissions) be what dwaybank/roles.py says."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--json`` for machines."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sync and print one line per role."""
        counts = sync_roles()
        if options["json"]:
            self.stdout.write(json.dumps({"roles": counts}))
            return
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count} permissions")
