"""Command ``compare_balances``: the bank's balance beside DwayBank's, and why they differ."""

from __future__ import annotations

import getpass
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from reconciliation.balancing import Comparison, NothingToCompare, compare_account
from reconciliation.balancing.comparing import accounts_to_compare
from reconciliation.management.commands.match_transactions import find_account


class Command(BaseCommand):
    """Compare balances, record each comparison, open and close conflicts."""

    help = (
        "Compare the newest balance of the bank with DwayBank's of the same day, for one account or for all of which "
        "the bank has stated one, and record it. Exit code: 0 all agree or differ by little, 1 a conflict needs a "
        "person, 2 refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which account, and how to print."""
        parser.add_argument("--account", metavar="ID", help="one account, by its id or its number at the bank")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, and print what was found."""
        wanted = [find_account(options["account"])] if options["account"] else accounts_to_compare()
        actor = Actor(None, run=f"command:compare_balances by {getpass.getuser()}")
        found: list[Comparison] = []
        # disable=None: tqdm shows the bar on a terminal and nothing in a pipe
        for account_id in tqdm(wanted, unit="account", disable=None, leave=False):
            try:
                found.append(compare_account(account_id, actor=actor, now=timezone.now()))
            except NothingToCompare as error:
                if options["account"]:
                    raise CommandError(f"{error} Import a statement that states it.", returncode=2) from error
            except DomainError as error:
                raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps({"comparisons": [as_json(one) for one in found]}, indent=2))
        else:
            self._print(found)
        if any(one.conflict_id and one.what != "healed" for one in found):
            raise SystemExit(1)

    def _print(self, found: list[Comparison]) -> None:
        for one in found:
            self.stdout.write(
                f"{one.account_id} {one.bank_day} bank {one.bank_balance:,.2f} DwayBank {one.dway_balance:,.2f} "
                f"{one.currency}: {in_words(one)}"
            )
        waiting = sum(1 for one in found if one.conflict_id and one.what != "healed")
        style = self.style.WARNING if waiting else self.style.SUCCESS
        self.stdout.write(style(f"{len(found):,} accounts compared, {waiting:,} need a person"))


def in_words(one: Comparison) -> str:
    """``-263.42 off since 2026-03-14 (missing)``."""
    if one.what == "agrees":
        return f"agree{f', {one.timing} rows under way' if one.timing else ''}"
    since = f" since {one.parted_on}" if one.parted_on else ""
    why = one.cause.replace("_", " ") or "no row explains it"
    sure = "" if one.is_certain or not one.cause else "perhaps "
    text = {"by_policy": "kept by policy", "opened": "a new conflict", "continued": "an open conflict"}
    return f"{one.gap:+,.2f} off{since} ({sure}{why}), {text.get(one.what, one.what)}"


def as_json(one: Comparison) -> dict[str, Any]:
    """For machines: amounts as text."""
    return {
        "account": str(one.account_id),
        "comparison": str(one.history_id),
        "bank_day": one.bank_day.isoformat(),
        "source": one.source,
        "currency": one.currency,
        "bank_balance": str(one.bank_balance),
        "dway_balance": str(one.dway_balance),
        "gap": str(one.gap),
        "status": one.status,
        "what": one.what,
        "conflict": str(one.conflict_id) if one.conflict_id else None,
        "parted_on": one.parted_on.isoformat() if one.parted_on else None,
        "cause": one.cause or None,
        "is_certain": one.is_certain,
        "rows_under_way": one.timing,
    }
