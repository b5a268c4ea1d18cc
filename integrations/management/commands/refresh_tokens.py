"""Command ``refresh_tokens``: renew the tokens that end within the hour."""

from __future__ import annotations

import getpass
import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from integrations.syncing.refreshing import refresh_tokens


class Command(BaseCommand):
    """Renew tokens ahead of their end; workers do the same every quarter of an hour."""

    help = (
        "Renew the tokens of live connections that end within the hour; with --connection, of one connection if it is "
        "due. Each connection is renewed by one process at a time. Exit code: 0 all renewed, 1 some not, 2 refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """All that are due, or one."""
        parser.add_argument("--connection", metavar="ID", type=UUID, help="only this connection")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Renew, and print each connection."""
        actor = Actor(None, run=f"command:refresh_tokens by {getpass.getuser()}")
        try:
            done = refresh_tokens(timezone.now(), actor=actor, connection_id=options["connection"])
        except DomainError as error:
            raise CommandError(str(error), returncode=2) from error
        failed = [one for one in done if one.problem]
        if options["json"]:
            listed = [
                {"connection": str(one.connection_id), "bank": one.bank_name, "problem": one.problem} for one in done
            ]
            self.stdout.write(json.dumps({"connections": listed}, indent=2))
        else:
            for one in done:
                self.stdout.write(f"{one.connection_id} {one.bank_name}: {one.problem or 'in order'}")
            self.stdout.write(f"Looked at {len(done)}, {len(failed)} not renewed.")
        if failed:
            raise SystemExit(1)
