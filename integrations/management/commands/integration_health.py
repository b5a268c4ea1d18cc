"""Command ``integration_health``: how connections and the queue are."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from integrations.syncing.health import Health, integration_health
from integrations.syncing.switch import OFF


class Command(BaseCommand):
    """Print the view ``bank_integration_health`` and what waits beside it."""

    help = (
        "Print every connection with its health, worst first, and what waits: requests, webhook deliveries, errors, "
        "jobs, and how many workers live. Exit code: 0 all in order, 1 somebody should look."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Output for scripts."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        health = integration_health()
        if options["json"]:
            document = {**asdict(health), "needs_attention": health.needs_attention}
            self.stdout.write(json.dumps(document, indent=2, cls=DjangoJSONEncoder))
        else:
            self._print(health)
        if health.needs_attention:
            raise SystemExit(1)

    def _print(self, health: Health) -> None:
        if not health.enabled:
            self.stdout.write(str(OFF))
        self.stdout.write(f"{'health':>6}  {'bank':<28}{'status':<12}{'token':<15}{'failures':>8}  last good sync")
        for one in health.connections:
            last = one["last_successful_sync"]
            self.stdout.write(
                f"{one['health_score']:>6}  {one['bank_name'][:27]:<28}{one['connection_status']:<12}"
                f"{one['token_status']:<15}{one['consecutive_failures'] or 0:>8}  "
                f"{last.strftime('%Y-%m-%d %H:%M') if last else 'never'}"
            )
        self.stdout.write(
            f"Connections: {len(health.connections)}. Workers alive: {health.workers}. Syncs running: "
            f"{health.running_syncs}, waiting: {health.requests_waiting}. Deliveries waiting: "
            f"{health.deliveries_waiting}. Unresolved errors: {health.unresolved_errors}."
        )
        for task, count in health.jobs_waiting.items():
            self.stdout.write(f"  {count:>5} jobs of {task}")
