"""Command ``detect_reportable``: large cash reports that the 24-hour rule makes due, and what the indicators see."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from compliance.commanding import actor_of
from compliance.detecting import detect_reportable
from compliance.policy import bank_zone
from compliance.suspicion import detect, since_last_run
from dwaybank.errors import DomainError


class Command(BaseCommand):
    """Open and re-evaluate drafts, raise alerts; again with the same records it changes nothing.

    Exit code 1 where a setting cannot be read. ``detect_suspicion`` runs the indicators alone.
    """

    help = (
        "Open the large cash reports that are due, each once, re-evaluate those whose records changed, "
        "and run the indicators of suspicion."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """From when on, and how to answer."""
        parser.add_argument(
            "--since",
            metavar="DATE",
            help="windows, and movements of customers of whom something came in, from this day or moment on "
            "(default: all windows, and what came in since the last run)",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Detect, and print the counts."""
        actor, now = actor_of("detect_reportable"), timezone.now()
        try:
            since = _moment(options["since"]) if options["since"] else None
            result = detect_reportable(actor=actor, now=now, since=since)
            suspicion = detect(now=now, actor=actor, new_since=since or since_last_run())
        except DomainError as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps({**result.as_json(), "suspicion": suspicion.as_json()}, indent=2))
            return
        self.stdout.write(
            f"{result.sets} sets: {result.opened} reports opened, {result.reevaluated} re-evaluated, "
            f"{result.unchanged} unchanged"
        )
        for reference in result.waiting:
            self.stdout.write(f"waiting for the regulator's answer: {reference}")
        for reference in result.no_longer_found:
            self.stdout.write(f"its receipts make no set any more, decide whether it is required: {reference}")
        self.stdout.write(
            f"indicators: {sum(suspicion.raised.values())} new alerts, {suspicion.cases_opened} cases opened, "
            f"{suspicion.cases_grown} got more alerts"
        )


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
        if moment is None and (day := parse_date(text)):
            moment = datetime(day.year, day.month, day.day, tzinfo=bank_zone())
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"{text!r} is no date; write one such as 2026-10-01.")
    return moment if moment.tzinfo else moment.replace(tzinfo=bank_zone())
