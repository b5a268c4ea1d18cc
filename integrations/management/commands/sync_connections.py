"""Command ``sync_connections``: sync one connection here and now, or set going what is due."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dwaybank.errors import DomainError
from dwaybank.management.arguments import day
from integrations.enums import RequestStatus, SyncReason
from integrations.models import BankConnection
from integrations.syncing.due import dispatch
from integrations.syncing.requests import request_sync
from integrations.syncing.running import run_request
from integrations.syncing.switch import OFF, is_enabled


class Command(BaseCommand):
    """Sync a connection in this process, or queue what is due for the workers."""

    help = (
        "With --connection: sync that connection in this process and wait for the end. With --due: what the workers do "
        "every minute, queue every connection, request and webhook delivery whose time has come, and close the logs of "
        "dead workers. Exit code: 0 done, 1 the sync failed or waits, 2 refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One connection, or what is due."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--due", action="store_true", help="queue what is due")
        which.add_argument("--connection", metavar="ID", type=UUID, help="sync this connection now")
        parser.add_argument("--start", metavar="DATE", type=day, help="fetch these days again (with --end)")
        parser.add_argument("--end", metavar="DATE", type=day, help="last of these days")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and print what became of it."""
        if options["due"]:
            if options["start"] or options["end"]:
                raise CommandError("--start and --end go with --connection: name the one to fetch again.", returncode=2)
            self._due(options["json"])
        else:
            self._one(options)

    def _due(self, as_json: bool) -> None:
        done = dispatch(timezone.now())
        if as_json:
            self.stdout.write(json.dumps({"enabled": is_enabled(), **asdict(done)}))
            return
        if not is_enabled():
            self.stderr.write(str(OFF))
        self.stdout.write(
            f"Syncs asked for: {done.requested}. Requests queued: {done.released}. Webhook deliveries queued: "
            f"{done.deliveries}. Logs of dead workers closed: {done.logs_closed}."
        )

    def _one(self, options: dict[str, Any]) -> None:
        connection = BankConnection.objects.filter(pk=options["connection"], deleted_at__isnull=True).first()
        if connection is None:
            raise CommandError(f"There is no bank connection {options['connection']}.", returncode=2)
        if not is_enabled():
            raise CommandError(str(OFF), returncode=2)
        try:
            request_id = request_sync(
                connection_id=connection.pk, start=options["start"], end=options["end"], reason=SyncReason.MANUAL
            )
        except DomainError as error:
            raise CommandError(str(error), returncode=2) from error
        request = run_request(request_id, run=f"command:sync_connections by {getpass.getuser()}")
        if options["json"]:
            document = {
                "request": str(request.pk),
                "connection": str(connection.pk),
                "status": request.request_status,
                "message": request.message,
                "sync_log": str(request.sync_log_id) if request.sync_log_id else None,
                "next_attempt_at": request.next_attempt_at.isoformat() if request.next_attempt_at else None,
            }
            self.stdout.write(json.dumps(document, indent=2))
        else:
            self.stdout.write(f"{connection.bank_name}: {request.get_request_status_display()}. {request.message}")
            if request.request_status == RequestStatus.QUEUED:
                again = f"{request.next_attempt_at:%Y-%m-%d %H:%M:%S} UTC" if request.next_attempt_at else "soon"
                self.stdout.write(f"It is tried again {again}; another process may be syncing it.")
        if request.request_status != RequestStatus.COMPLETED:
            raise SystemExit(1)
