"""Command ``check_keys``: whether the keys of secrets are due for rotation, and a line to those who see to it."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dwaybank.key_news import key_news, tell_of_keys
from dwaybank.secret_keys import KeyUnavailable


class Command(BaseCommand):
    """Look at the keys; workers do the same once a day."""

    help = (
        "Say whether secrets are still under an older key and whether the newest has served for a year, and put it "
        "into the inboxes of those who keep the settings, each once. Nothing is rotated. Exit code: 0."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Output for scripts."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is due and how many lines were written."""
        try:
            found = list(key_news(timezone.now()))
        except KeyUnavailable as error:
            raise CommandError(str(error)) from error
        due, told = [str(news.what) for news in found], tell_of_keys(found)
        if options["json"]:
            self.stdout.write(json.dumps({"due": due, "told": told}))
            return
        for what in due:
            self.stdout.write(what)
        self.stdout.write(f"Due: {len(due)}. Lines in inboxes: {told}.")
