"""Command ``sandbox_bank``: a bank to try live connections with, on this machine only."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import datetime
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.sandbox.bank import Clock, SandboxBank
from integrations.sandbox.faults import FaultPlan, read_plan
from integrations.sandbox.server import SandboxServer

_LAST_PORT: Final = 65_535


class Command(BaseCommand):
    """Serve the sandbox until interrupted."""

    help = (
        "A sandbox bank on 127.0.0.1: FDX with OAuth for RBC, TD, BMO and CIBC, and Plaid- and Flinks-shaped "
        "aggregators, with years of made-up history. With BANK_SANDBOX_URL=<its address> all connectors speak to it."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where, what, and what goes wrong."""
        parser.add_argument("--port", type=_port, default=9100, help="port on 127.0.0.1; 0 takes a free one (9100)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed is the same bank (1)")
        parser.add_argument("--years", type=int, default=2, help="years of history before this one (2)")
        parser.add_argument("--customers", type=int, default=50, help="customers per bank (50)")
        parser.add_argument("--clock", type=_moment, help="stand still at this time until moved: 2026-11-25T12:00Z")
        parser.add_argument(
            "--faults",
            type=_plan,
            default="none",
            metavar="PLAN",
            help="what goes wrong: none, storm, or a list such as 429*3,500%%10@plaid,cut@rbc-7 (docs/connectors.md)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve."""
        if options["customers"] < 1 or options["years"] < 0:
            raise CommandError("--customers must be 1 or more, --years 0 or more.")
        bank = SandboxBank(
            seed=options["seed"],
            clock=Clock(options["clock"]),
            years=options["years"],
            customers=options["customers"],
        )
        try:
            server = SandboxServer(bank, FaultPlan(options["faults"], seed=options["seed"]), port=options["port"])
        except OSError as error:
            raise CommandError(f"Port {options['port']} cannot be served: {error.strerror}. Name another.") from error
        with server:
            self.stdout.write(f"The sandbox bank is on {server.url} (Ctrl-C ends it)")
            self.stdout.flush()
            try:
                server.wait()
            except KeyboardInterrupt:
                self.stdout.write("Ended.")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _LAST_PORT):
        raise ArgumentTypeError(f"{text!r} is not a port: write a number from 0 to {_LAST_PORT}")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a time such as 2026-11-25T12:00Z") from None
    if moment.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} has no zone: write 2026-11-25T12:00Z")
    return moment


def _plan(text: str) -> str:
    try:
        read_plan(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    return text
