"""Command ``replay_matching``: decided history with other thresholds, before they go live."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dwaybank.errors import DomainError
from dwaybank.management.arguments import amount, day, days, share
from reconciliation.management.commands.match_transactions import find_account
from reconciliation.management.step_bar import step_bar
from reconciliation.mapping import Replay, replay
from reconciliation.mapping.loading import parameters
from reconciliation.mapping.replaying import Change
from reconciliation.matching import to_cents

_LISTED = 20


class Command(BaseCommand):
    """Match what was decided again, with other thresholds: what would change, and every false acceptance."""

    help = (
        "Match decided history again with the thresholds given (else those of the settings), without being told the "
        "decisions, and say what would change. Nothing is written. Exit code: 0 no false acceptance, 1 some, 2 refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The thresholds to try, and which history."""
        parser.add_argument("--accept-probability", type=share, metavar="P", help="accept from this probability on")
        parser.add_argument("--accept-margin", type=share, metavar="M", help="... with this lead over the runner-up")
        parser.add_argument("--amount-tolerance", type=amount, metavar="AMOUNT", help="difference that a fee may make")
        parser.add_argument("--max-lag-days", type=days, metavar="DAYS", help="no pair is further apart than this")
        parser.add_argument("--account", metavar="ID", help="one account, by its id or its number at the bank")
        parser.add_argument("--since", type=day, metavar="DATE", help="bank lines from this day on")
        parser.add_argument("--json", action="store_true", help="print one JSON object, with every change")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, and print."""
        given = {name: options[name] for name in ("accept_probability", "accept_margin") if options[name] is not None}
        if options["amount_tolerance"] is not None:
            given["tolerance_cents"] = to_cents(options["amount_tolerance"])
        if options["max_lag_days"] is not None:
            given["max_lag"] = options["max_lag_days"]
        account = find_account(options["account"]) if options["account"] else None
        with step_bar(1) as progress:
            try:
                result = replay(
                    replace(parameters(), **given), account_id=account, since=options["since"], progress=progress
                )
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
        self._list("false", result.false_accepts, len(result.false_accepts))
        self.stdout.write(f"{len(result.would_wait):,} that were accepted would wait for a person")
        self._list("wait", result.would_wait)
        self.stdout.write(f"{len(result.newly_accepted):,} that a person decided would be accepted, rightly")
        self._list("new", result.newly_accepted)
        self.stdout.write(f"run {result.run_hash[:16]}. Nothing was written.")
        if not result.decided:
            self.stdout.write("No line is decided one to one there yet, so this says nothing about the thresholds.")
        elif result.false_accepts:
            self.stdout.write("Look at each false acceptance: the decision was wrong, or this is too loose.")

    def _list(self, mark: str, changes: Sequence[Change], most: int = _LISTED) -> None:
        for change in changes[:most]:
            person = " by a person" if change.decided_by_person else ""
            now = f"; now {change.now_words} ({change.now})" if change.now and change.now != change.decided else ""
            line = f"{change.day} {change.amount} {change.description} ({change.bank_id})"
            self.stdout.write(f"  {mark}: {line}: decided{person} {change.decided_words} ({change.decided}){now}")
        if len(changes) > most:
            self.stdout.write(f"  \u2026 and {len(changes) - most:,} more: see --json")
