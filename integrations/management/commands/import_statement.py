"""Command ``import_statement``: statement files into the database."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from dwaybank.actor import Actor
from dwaybank.errors import DomainError
from dwaybank.models import User
from integrations.enums import Bank, FileStatus
from integrations.feeds import DEFAULT_LIMITS
from integrations.feeds.contract import FeedProblem, Severity
from integrations.importing import AccountOutcome, FileOutcome, import_statement

EXIT_CODES = {FileStatus.IMPORTED: 0, FileStatus.PARTIAL: 1, FileStatus.REFUSED: 2}


class Command(BaseCommand):
    """Import statement files of one customer, in any of the formats of docs/statement-formats.md."""

    help = (
        "Import statement files (OFX, CSV, camt.053, MT940, BAI2, QIF, Excel), recognised by their content. "
        "Nothing is stored twice. Exit code: 0 all read, 1 some lines rejected, 2 a file refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Files, whose they are, and how to treat unknown accounts."""
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a statement file")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="the customer whose accounts these are")
        parser.add_argument(
            "--bank",
            choices=[bank for bank in Bank.values if bank != Bank.AGGREGATION],
            help="the bank, where a file does not say it",
        )
        parser.add_argument(
            "--account", metavar="NUMBER", help="the owner's account, where a file does not name it (TD, CIBC CSV)"
        )
        parser.add_argument(
            "--profile",
            metavar="NAME",
            help="read CSV files in the layout that was described under this name ('Statement profiles' in the "
            "admin); a file in no known layout is read with the one profile that fits",
        )
        parser.add_argument(
            "--create-accounts", action="store_true", help="link accounts found in the files to the owner"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import every file; print what became of each."""
        owner = User.objects.filter(email=options["owner"].strip().lower()).first()
        if owner is None:
            raise CommandError(
                f"There is no customer with the e-mail {options['owner']}. Check the address, or add the person first.",
                returncode=2,
            )
        outcomes = []
        try:
            for path, outcome in self._outcomes(owner, options):
                outcomes.append((path, outcome))
                if not options["json"]:
                    self._print(path, outcome)
        except DomainError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps({"files": [as_json(path, outcome) for path, outcome in outcomes]}, indent=2))
        elif options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")
        if code := max(EXIT_CODES[outcome.status] for _, outcome in outcomes):
            raise SystemExit(code)

    def _outcomes(self, owner: User, options: dict[str, Any]) -> Iterator[tuple[str, FileOutcome]]:
        """Import one file after the other, with a progress bar on a terminal."""
        actor = Actor(None, run=f"command:import_statement by {getpass.getuser()}")
        # disable=None: tqdm shows the bar on a terminal and nothing in a pipe
        for path in tqdm(options["paths"], unit="file", disable=None if len(options["paths"]) > 1 else True):
            try:
                with Path(path).open("rb") as file:
                    data = file.read(DEFAULT_LIMITS.max_bytes + 1)  # one byte more: refused by its size, and no memory
            except OSError as error:
                yield path, unreadable(path, error)
                continue
            yield (
                path,
                import_statement(
                    data=data,
                    file_name=Path(path).name,
                    owner=owner,
                    actor=actor,
                    bank=options["bank"],
                    account=options["account"],
                    profile=options["profile"],
                    create_accounts=options["create_accounts"],
                    dry_run=options["dry_run"],
                ),
            )

    def _print(self, path: str, outcome: FileOutcome) -> None:
        styles = {FileStatus.IMPORTED: self.style.SUCCESS, FileStatus.PARTIAL: self.style.WARNING}
        style = styles.get(outcome.status, self.style.ERROR)
        with tqdm.external_write_mode():  # the bar makes room for the text
            self.stdout.write(style(f"{path}: {outcome.status} ({outcome.file_format or 'format unknown'})"))
            for account in outcome.accounts:
                self.stdout.write(f"  {describe(account)}")
            for problem in outcome.problems:
                place = f"line {problem.line}: " if problem.line else ""
                mark = "error" if problem.severity == Severity.ERROR else "note"
                self.stdout.write(f"  {mark}: {place}{problem.message}")


def unreadable(path: str, error: OSError) -> FileOutcome:
    """The outcome of a path that cannot be read."""
    message = f"The file cannot be read: {error.strerror}. Check the path and its permissions."
    problem = FeedProblem(None, "file_unreadable", Severity.ERROR, message)
    return FileOutcome(Path(path).name, "", None, None, FileStatus.REFUSED, (), (problem,))


def describe(account: AccountOutcome) -> str:
    """One line about one account, for people."""
    name = account.external_account_id or "account not named"
    known = account.duplicates - account.changed - account.repeated
    parts = [f"{account.imported} new", f"{known} known"]
    parts += [f"{account.changed} changed by the bank"] if account.changed else []
    parts += [f"{account.repeated} known from another source"] if account.repeated else []
    parts += [f"{account.rejected} rejected"] if account.rejected else []
    tie = {True: "; balances tie out", False: "; BALANCES DO NOT TIE OUT", None: ""}[account.ties_out]
    total = f"{account.signed_sum:+,.2f} {account.currency}"
    return f"{name}: {account.transactions} rows, {', '.join(parts)}; sum {total}{tie}"


def as_json(path: str, outcome: FileOutcome) -> dict[str, Any]:
    """One file for machines; amounts are strings, credits positive."""
    return {
        "path": path,
        "sha256": outcome.sha256,
        "format": outcome.file_format,
        "profile": str(outcome.profile_id) if outcome.profile_id else None,
        "status": outcome.status.value,
        "accounts": [
            {
                "external_account_id": account.external_account_id,
                "currency": account.currency,
                "transactions": account.transactions,
                "imported": account.imported,
                "duplicates": account.duplicates,
                "rejected": account.rejected,
                "signed_sum": _text(account.signed_sum),
                "opening_balance": _text(account.opening_balance),
                "closing_balance": _text(account.closing_balance),
                "ties_out": account.ties_out,
            }
            for account in outcome.accounts
        ],
        "problems": [
            {"line": p.line, "code": p.code, "severity": p.severity.value, "message": p.message}
            for p in outcome.problems
        ],
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
