"""Command ``import_cash_records``: receipts of cash from a CSV or JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compliance.commanding import actor_of
from compliance.importing import ImportRefused, import_cash_records


class Command(BaseCommand):
    """Import all receipts of a file, or none and say why, line by line."""

    help = "Import cash records from FILE.csv or FILE.json. Exit code: 0 all imported, 1 errors and nothing imported."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, in whose name."""
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--by", metavar="E-MAIL", default="", help="in this person's name")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and print the outcome."""
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.", returncode=2) from None
        actor = actor_of("import_cash_records", options["by"])
        errors: list[dict[str, Any]] = []
        count = 0
        try:
            count = import_cash_records(name=options["file"], data=data, actor=actor)
        except ImportRefused as refusal:
            errors = [{"line": one.line, "message": one.message} for one in refusal.errors]
        if options["json"]:
            self.stdout.write(json.dumps({"imported": count, "errors": errors}, indent=2, ensure_ascii=False))
        else:
            for one in errors:
                self.stdout.write(self.style.ERROR(f"line {one['line']}: {one['message']}"))
            self.stdout.write(f"{count} cash records imported, {len(errors)} errors")
        if errors:
            raise SystemExit(1)
