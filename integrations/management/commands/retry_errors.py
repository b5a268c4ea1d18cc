"""Command ``retry_errors``: sync again the connections whose errors are worth another try."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from integrations.models import BankConnection
from integrations.syncing.due import retry_errors
from integrations.syncing.switch import OFF, is_enabled


class Command(BaseCommand):
    """Queue a sync for each connection with an open error that another try may mend."""

    help = (
        "Queue a sync of each active connection with an open error whose next retry is due; with --all also of those "
        "for which no retry is planned. Errors that only the customer can mend are never retried so. "
        "Exit code: 0 done, 2 refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which errors."""
        parser.add_argument("--connection", metavar="ID", type=UUID, help="only errors of this connection")
        parser.add_argument("--all", action="store_true", help="also where no retry is planned")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Queue, and print how many."""
        if not is_enabled():
            raise CommandError(str(OFF), returncode=2)
        wanted = options["connection"]
        if wanted is not None and not BankConnection.objects.filter(pk=wanted, deleted_at__isnull=True).exists():
            raise CommandError(f"There is no bank connection {wanted}.", returncode=2)
        requests = retry_errors(timezone.now(), connection_id=wanted, everything=options["all"])
        if options["json"]:
            self.stdout.write(json.dumps({"requests": [str(one) for one in requests]}))
        else:
            self.stdout.write(f"Connections queued for another sync: {len(requests)}.")
