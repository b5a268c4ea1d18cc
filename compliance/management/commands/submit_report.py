"""Command ``submit_report``: file an approved report by API."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from compliance.commanding import actor_of, report_of
from compliance.enums import FilingOutcome
from compliance.filing import submit_report
from compliance.fintrac.client import FilingFailed
from dwaybank.errors import DomainError

_GOOD = {FilingOutcome.ACCEPTED, FilingOutcome.ACCEPTED_WITH_WARNINGS, FilingOutcome.PENDING}


class Command(BaseCommand):
    """File one report; the attempt and its answer are kept."""

    help = "File an approved report by API. Exit code: 0 accepted or received, 1 rejected or not filed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which report, in whose name."""
        parser.add_argument("report", metavar="ID", help="the report's id or reference")
        parser.add_argument("--by", metavar="E-MAIL", default="", help="in this person's name")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """File, and print what was answered."""
        report = report_of(options["report"])
        try:
            answer = submit_report(
                report_id=report.pk, actor=actor_of("submit_report", options["by"]), now=timezone.now
            )
        except (DomainError, FilingFailed) as error:
            raise CommandError(str(error)) from None
        result = {"report": str(report.pk), "outcome": answer.outcome, "said": answer.said, "messages": answer.messages}
        if options["json"]:
            self.stdout.write(json.dumps(result, indent=2, ensure_ascii=False))
        else:
            self.stdout.write(f"{report.report_reference}: {answer.get_outcome_display()} {answer.said.get('en', '')}")
            for message in answer.messages:
                self.stdout.write(f"  {message['severity']}: {message['path'] or '/'} {message['en']}")
        if answer.outcome not in _GOOD:
            raise SystemExit(1)
