"""Command ``collect_statements``: take the statement files that banks have dropped."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dwaybank import config
from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from integrations.banks.files.collecting import RUN, Collected, collect_statements, drop_folder
from integrations.enums import FileStatus
from integrations.management.commands.import_statement import describe


class Command(BaseCommand):
    """Import every whole file of STATEMENT_DROP_DIR and move it away."""

    help = (
        "Import the statement files in STATEMENT_DROP_DIR/<customer's e-mail>/, each once, and move them to taken/ or "
        "refused/ beside them. Files that are still being written are left for the next run. "
        "Exit code: 0 all taken, 1 some lines rejected or a folder left, 2 a file refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """``--json`` for machines."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect and print one line per file."""
        try:
            folder = drop_folder(settings.STATEMENT_DROP_DIR)
            if not config.read(config.BANK_INTEGRATION_ENABLED):
                raise DomainError("bank_integration_enabled is false: no file is taken. Switch it on under Settings.")
            found = []
            for one in collect_statements(
                folder,
                actor=Actor(None, run=f"command:collect_statements {RUN}"),
                now=timezone.now,
                may_go_on=lambda: bool(config.read(config.BANK_INTEGRATION_ENABLED)),
            ):
                found.append(one)
                if not options["json"]:
                    self._print(one)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"files": [_document(one) for one in found]}, indent=2))
        elif not found:
            self.stdout.write("No file is ready.")
        if code := max((_code(one) for one in found), default=0):
            raise SystemExit(code)

    def _print(self, one: Collected) -> None:
        if one.outcome is None:
            self.stderr.write(self.style.WARNING(one.problem))
            return
        self.stdout.write(f"{one.owner}/{one.file_name}: {one.outcome.status} → {one.moved_to}")
        for account in one.outcome.accounts:
            self.stdout.write(f"  {describe(account)}")
        for problem in one.outcome.problems:
            self.stdout.write(f"  {problem.message}")


def _code(one: Collected) -> int:
    if one.outcome is None:
        return 1
    return {FileStatus.IMPORTED: 0, FileStatus.PARTIAL: 1}.get(one.outcome.status, 2)


def _document(one: Collected) -> dict[str, Any]:
    return {
        "owner": one.owner,
        "file": one.file_name,
        "status": one.outcome.status.value if one.outcome else None,
        "imported": sum(account.imported for account in one.outcome.accounts) if one.outcome else 0,
        "moved_to": str(one.moved_to) if one.moved_to else None,
        "problem": one.problem,
    }
