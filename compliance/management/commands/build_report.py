"""Command ``build_report``: draft the report of a period from the system's own data."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from compliance.enums import ReportType
from compliance.periodic import TYPES, build_report
from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from dwaybank.management.arguments import day


class Command(BaseCommand):
    """Exit code 1 where no draft can be made."""

    help = "Draft the report of a period (OSFI_RISK, PRIVACY_AUDIT or PCI_DSS) from the system's own data."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which report, and of which days."""
        parser.add_argument("--type", required=True, choices=[str(one) for one in TYPES])
        parser.add_argument("--from", required=True, dest="start", type=day, help="first day, as 2026-07-01")
        parser.add_argument("--to", required=True, dest="end", type=day, help="last day, as 2026-09-30")
        parser.add_argument("--json", action="store_true", help="the draft as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draft it, and say where it is."""
        try:
            built = build_report(
                report_type=ReportType(options["type"]),
                start=options["start"],
                end=options["end"],
                now=timezone.now(),
                actor=Actor(None, "command:build_report"),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(built.as_json(), indent=2, default=str))
            return
        state = "Drafted" if built.is_new else "Drafted anew"
        self.stdout.write(f"{state}: {built.report.report_type} {built.report.pk}, due {built.report.due_date}.")
        for incident in built.incidents:
            self.stdout.write(f"  incident {incident.report_data['incident']}: due {incident.report_data['due_at']}")
