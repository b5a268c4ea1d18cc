"""Command ``export_report``: the exact JSON of a report, or a PDF to read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from compliance.commanding import actor_of, report_of
from compliance.exporting import export_json, export_pdf
from dwaybank.enums import ReadKind
from dwaybank.errors import DomainError
from dwaybank.reads import record_read


class Command(BaseCommand):
    """Write a report to a file or to standard output; the read is logged."""

    help = "Export a report: the exact JSON that is filed (default), or a readable PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which report, in which form, to where."""
        parser.add_argument("report", metavar="ID", help="the report's id or reference")
        parser.add_argument("--format", choices=["json", "pdf"], default="json")
        parser.add_argument("--output", metavar="FILE", help="write here instead of standard output")
        parser.add_argument("--by", metavar="E-MAIL", default="", help="in this person's name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, log the read, write."""
        report = report_of(options["report"])
        record_read(actor_of("export_report", options["by"]), report, what=ReadKind.EXPORT)
        try:
            data = (export_pdf if options["format"] == "pdf" else export_json)(report, timezone.now())
        except DomainError as error:
            raise CommandError(str(error)) from None
        if options["output"]:
            Path(options["output"]).write_bytes(data)
            self.stdout.write(f"{options['output']}: {len(data)} bytes")
        elif options["format"] == "pdf":
            raise CommandError("A PDF is no text: name a file with --output.")
        else:
            self.stdout.write(data.decode())
