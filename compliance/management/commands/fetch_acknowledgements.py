"""Command ``fetch_acknowledgements``: what became of submitted reports."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from compliance.commanding import actor_of
from compliance.enums import ReportStatus
from compliance.filing import fetch_acknowledgements
from compliance.fintrac.client import FilingFailed
from compliance.models import ComplianceReport


class Command(BaseCommand):
    """Ask the service for each report that waits."""

    help = "Ask the filing service what became of submitted reports."

    def add_arguments(self, parser: CommandParser) -> None:
        """How to answer."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and count."""
        try:
            answers = fetch_acknowledgements(actor=actor_of("fetch_acknowledgements"), now=timezone.now)
        except FilingFailed as error:
            raise CommandError(str(error)) from None
        outcomes: dict[str, int] = {}
        for one in answers:
            outcomes[one.outcome] = outcomes.get(one.outcome, 0) + 1
        waiting = ComplianceReport.objects.filter(report_status=ReportStatus.SUBMITTED).count()
        if options["json"]:
            self.stdout.write(json.dumps({"answers": outcomes, "still_waiting": waiting}))
        else:
            said = ", ".join(f"{count} {name}" for name, count in outcomes.items()) or "no answers"
            self.stdout.write(f"{said}; {waiting} still waiting")
