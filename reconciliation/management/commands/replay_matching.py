"""Command ``replay_matching``: decided history with other thresholds, before they go live."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dwaybank.errors import DomainError
from reconciliation.management.commands.match_transactions import find_account
from reconciliation.mapping import Replay, replay
from reconciliation.mapping.loading import parameters
from reconciliation.mapping.replaying import Change

_LISTED = 20


class Command(BaseCommand):
    """Match what was decided again, with other thresholds: what would change, and every false acceptance."""

    help = (
        "Match decided history again with the thresholds given (else those of the settings), without being told the "
        "decisions, and say what would change. Nothing is written. Exit code: 0 no false acceptance, 1 some, 2 refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The thresholds to try, and which history."""
        parser.add_argument("--accept-probability", type=float, metavar="P", help="accept from this probability on")
        parser.add_argument("--accept-margin", type=float, metavar="M", help="... with this lead over the runner-up")
        parser.add_argument("--account", metavar="ID", help="one account, by its id or its number at the bank")
        parser.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="bank lines from this day on")
        parser.add_argument("--json", action="store_true", help="print one JSON object, with every change")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, and print."""
        given = {name: options[name] for name in ("accept_probability", "accept_margin") if options[name] is not None}
        if any(not 0 <= value <= 1 for value in given.values()):
            raise CommandError("A probability and a margin lie between 0 and 1.", returncode=2)
        account = find_account(options["account"]) if options["account"] else None
        try:
            result = replay(replace(parameters(), **given), account_id=account, since=options["since"])
        except DomainError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps({**asdict(result), "precision": result.precision}, indent=2))
        else:
            self._print(result)
        if result.false_accepts:
            raise SystemExit(1)

    def _print(self, result: Replay) -> None:
        self.stdout.write(f"{result.decided:,} decided lines, {result.agreed:,} would be accepted as decided")
        precision = "no acceptance at all" if result.precision is None else f"precision {result.precision:.2%}"
        style = self.style.ERROR if result.false_accepts else self.style.SUCCESS
        self.stdout.write(style(f"{len(result.false_accepts):,} false acceptances ({precision})"))
        self._list("false", result.false_accepts)
        self.stdout.write(f"{len(result.would_wait):,} that were accepted would wait for a person")
        self._list("wait", result.would_wait)
        self.stdout.write(f"{len(result.newly_accepted):,} that a person decided would be accepted, rightly")
        self.stdout.write(f"run {result.run_hash[:16]}. Nothing was written.")

    def _list(self, mark: str, changes: Sequence[Change]) -> None:
        for change in changes[:_LISTED]:
            person = ", by a person" if change.decided_by_person else ""
            now = f" now {change.now}" if change.now else ""
            self.stdout.write(f"  {mark}: {change.bank_id} {change.description}: decided {change.decided}{person}{now}")
        if len(changes) > _LISTED:
            self.stdout.write(f"  … and {len(changes) - _LISTED:,} more: see --json")
