"""Command ``fintrac_simulator``: a filing service on this machine, for trying out."""

from __future__ import annotations

import argparse
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from compliance.fintrac.simulated_registry import Fault, Registry
from compliance.fintrac.simulator import Simulator


def faults(text: str) -> list[Fault]:
    """A plan such as ``accept,timeout,reject``."""
    try:
        return [Fault(name.strip()) for name in text.split(",") if name.strip()]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; write a list of {', '.join(Fault)}") from None


class Command(BaseCommand):
    """Serve the simulated filing service on loopback until Ctrl-C."""

    help = (
        "Serve a simulated FINTRAC filing service on this machine only; it accepts, warns, rejects and hangs on demand."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Where, and what happens to the reports to come."""
        parser.add_argument("--port", type=int, default=8127, help="0 takes a free one (8127)")
        parser.add_argument(
            "--faults",
            type=faults,
            default=[],
            metavar="PLAN",
            help=f"what happens to the first reports, in order, separated by commas: {', '.join(Fault)}",
        )
        parser.add_argument("--hang", type=float, default=60.0, metavar="SECONDS", help="length of a time-out (60)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve; say under which settings the client finds it."""
        client_id = settings.FINTRAC_CLIENT_ID or "simulator"
        client_secret = settings.FINTRAC_CLIENT_SECRET or secrets.token_urlsafe(16)
        registry = Registry(
            now=timezone.now, client_id=client_id, client_secret=client_secret, faults=options["faults"]
        )
        try:
            simulator = Simulator(registry, port=options["port"], hang_seconds=options["hang"])
        except OSError as error:
            raise CommandError(f"Port {options['port']} cannot be served: {error.strerror}. Try --port 0.") from None
        with simulator:
            self.stdout.write(f"FINTRAC_API_URL={simulator.base_url}")
            self.stdout.write(f"FINTRAC_CLIENT_ID={client_id}")
            if not settings.FINTRAC_CLIENT_SECRET:
                self.stdout.write(f"FINTRAC_CLIENT_SECRET={client_secret}")
            self.stdout.write("Simulated filing service; nothing leaves this machine. Ctrl-C ends it.")
            self.stdout.flush()
            try:
                simulator.wait()
            except KeyboardInterrupt:
                self.stdout.write(f"{registry.received} reports came in, {len(registry.reports)} are filed.")
