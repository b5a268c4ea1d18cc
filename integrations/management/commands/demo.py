"""Command ``demo``: everything needed to look around, then the admin on this machine."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dwaybank.errors import DomainError
from dwaybank.figures import gather_figures
from dwaybank.sign_in.demo import take_the_demo_code
from integrations.demo import PASSWORD, companions, create_staff, further_steps, import_samples, rows_per_bank
from integrations.enums import FileStatus
from integrations.live_demo import connect_and_sync


class Command(BaseCommand):
    """Migrate, make demo staff, import the sample statements, print a summary, and serve the admin."""

    help = "Migrate, make demo staff, import the sample statements, say what is there, and serve the admin."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to serve, and whether."""
        parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (8000)")
        parser.add_argument("--no-serve", action="store_true", help="end after the summary")
        parser.add_argument("--no-live", action="store_true", help="no sandbox bank, no live connections")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it all; running it again keeps what is there."""
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0)
        try:
            logins = create_staff()
        except DomainError as error:
            raise CommandError(str(error)) from error
        outcomes = import_samples()
        new = sum(account.imported for outcome in outcomes for account in outcome.accounts)
        self.stdout.write(f"\nSample statements: {len(outcomes)} files, {new} new movements. Stored now:")
        for bank, movements, repeated in rows_per_bank():
            self.stdout.write(f"  {bank:<22}{movements:>5} movements, {repeated:>3} duplicates from a second source")
        self._print_problems(outcomes)
        live = [] if options["no_live"] else connect_and_sync()
        for line in (*live, *further_steps()):
            self.stdout.write(line)
        gather_figures(now=timezone.now())
        self.stdout.write(
            f"\nSign in with any of these and the password {PASSWORD}; the code asked for next is {settings.DEMO_CODE}"
        )
        for login in logins:
            self.stdout.write(f"  {login.role:<25}{login.email}")
        address = f"http://127.0.0.1:{options['port']}/"
        if options["no_serve"]:
            self.stdout.write(f"\nReady. 'make demo' serves the admin on {address}")
            return
        take_the_demo_code()
        with companions() as lines:
            for line in lines:
                self.stdout.write(f"\n{line}")
            self.stdout.write(self.style.SUCCESS(f"\nThe admin is on {address} (Ctrl-C ends it)\n"))
            call_command("runserver", f"127.0.0.1:{options['port']}", use_reloader=False, skip_checks=True)

    def _print_problems(self, outcomes: list[Any]) -> None:
        with_problems = [outcome for outcome in outcomes if outcome.status != FileStatus.IMPORTED]
        self.stdout.write(f"\nFiles with problems: {len(with_problems)}")
        for outcome in with_problems:
            self.stdout.write(f"  {outcome.file_name}: {outcome.status}")
            for problem in outcome.problems:
                if problem.severity == "error":
                    place = f"line {problem.line}: " if problem.line else ""
                    self.stdout.write(f"    {place}{problem.message}")
