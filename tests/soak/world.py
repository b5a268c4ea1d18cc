"""The soak's sandbox, the customers who agree there, and the workers that read them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from dwaybank.actor import Actor
from dwaybank.connectors import connectors_of_sandbox
from dwaybank.jobs.upkeep import keep_queue
from dwaybank.models import User
from integrations.connecting import begin, complete
from integrations.live_demo import agree
from integrations.models import BankConnection, ConnectionSyncState, SyncRequest
from integrations.sandbox.bank import Clock, SandboxBank
from integrations.sandbox.faults import FaultPlan
from integrations.sandbox.flinks import Flinks
from integrations.sandbox.history import BANKS
from integrations.sandbox.server import SandboxServer
from integrations.syncing.due import dispatch
from tests.factories import UserFactory

ROOT: Final = Path(__file__).resolve().parents[2]
ACTOR: Final = Actor(None, "soak")
CONNECTORS: Final = ("fdx-rbc", "plaid", "fdx-td", "flinks", "fdx-bmo", "fdx-cibc")
# the bank's time begins so long ago and is moved on to today: rows post, are dated anew and withdrawn meanwhile.
# Later changes than a fortnight after a row's day are outside of the days that a sync asks for again.
BEHIND: Final = timedelta(days=4)
RETRY_SECONDS: Final = 0.3
RETRY_AFTER: Final = 1  # seconds that the sandbox's 429 asks for
_BACK: Final = "http://127.0.0.1/connect/callback/"


@dataclass(frozen=True, slots=True)
class Customer:
    """Who agreed to what: the connection, and who they are at the sandbox."""

    connection: UUID
    user: User
    connector: str
    key: str

    @property
    def protocol(self) -> str:
        """fdx, plaid or flinks."""
        return self.connector.split("-")[0]


@contextmanager
def sandbox(*, customers: int, days: int, seed: int, hang_seconds: float) -> Iterator[SandboxServer]:
    """A sandbox bank with so many days of history, to which every connector of this process speaks meanwhile."""
    bank = SandboxBank(seed=seed, clock=Clock(datetime.now(UTC) - BEHIND), years=0, customers=customers)
    bank.first_day = (bank.clock.now() - timedelta(days=days)).date()
    before = settings.BANK_CONNECTORS
    plan = FaultPlan(seed=seed)
    with SandboxServer(bank, plan, hang_seconds=hang_seconds, drip_seconds=0.01, wait_seconds=RETRY_AFTER) as server:
        server.sides["flinks"] = Flinks(bank, polls=0)
        settings.BANK_CONNECTORS = connectors_of_sandbox(server.url)
        try:
            yield server
        finally:
            settings.BANK_CONNECTORS = before


def connect_all(count: int) -> list[Customer]:
    """Connections through the real consent pages: the four banks by turns, and both aggregators."""
    used = dict.fromkeys(BANKS, 0)
    made = []
    for number in range(count):
        connector = CONNECTORS[number % len(CONNECTORS)]
        bank = connector.partition("-")[2] or BANKS[number // len(CONNECTORS) % len(BANKS)]
        used[bank] += 1
        user = UserFactory.create(email=f"soak-{number}-{time.time_ns()}@example.ca")
        key = f"{bank}-{used[bank]}"
        made.append(Customer(consent(user, connector, key), user, connector, key))
    return made


def consent(user: User, connector: str, key: str, connection: BankConnection | None = None) -> UUID:
    """One customer's consent, first or anew; the connection's id."""
    page = begin(
        user=user, connector_id=connector, redirect_uri=_BACK, now=timezone.now(), actor=ACTOR, connection=connection
    )
    return complete(callback=agree(page, key), now=timezone.now(), run=ACTOR.run).pk


def consent_anew(customers: list[Customer]) -> int:
    """Customers whose consent was revoked or has to be renewed give it again; returns how many."""
    ended = BankConnection.objects.filter(connection_status="expired").in_bulk()
    for one in customers:
        if one.connection in ended:
            consent(one.user, one.connector, one.key, ended[one.connection])
    return len(ended)


def settle(deadline: float) -> bool:
    """Do the periodic tasks' work often until nothing waits; whether that came before the deadline (monotonic)."""
    while time.monotonic() < deadline:
        keep_queue(dead_after=timedelta(seconds=2))
        dispatch(timezone.now())
        if not SyncRequest.objects.filter(request_status__in=["queued", "running"]).exists():
            return True
        time.sleep(0.1)
    return False


def revive() -> None:
    """As hours would: every connection is due, and so is the probe of an open breaker."""
    ConnectionSyncState.objects.update(next_sync_at=None, next_probe_at=None)


@dataclass
class Workers:
    """Worker processes on this process's database; a killed one is replaced."""

    environment: dict[str, str]
    queues: str
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    killed: int = 0

    def start(self, count: int) -> None:
        self.running += [self._one() for _ in range(count)]

    def kill(self, place: int) -> None:
        """End one by SIGKILL, in whatever it does, and start another."""
        victim = self.running[place % len(self.running)]
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        self.running.remove(victim)
        self.killed += 1
        self.start(1)

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _one(self) -> subprocess.Popen[bytes]:
        options = ["--concurrency", "3", "--heartbeat", "0.5", *(["--queues", self.queues] if self.queues else [])]
        command = [sys.executable, "manage.py", "worker", *options]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=quiet, stderr=quiet)


@contextmanager
def workers(count: int, sandbox_url: str, environment: dict[str, str], queues: str) -> Iterator[Workers]:
    """So many workers that speak to the sandbox and try again soon; all are ended at the end."""
    values: dict[str, Any] = {
        "BANK_SANDBOX_URL": sandbox_url,
        "SYNC_RETRY_SECONDS": RETRY_SECONDS,
        "SYNC_PROBE_SECONDS": 1,
        "DJANGO_SETTINGS_MODULE": "dwaybank.settings",
    }
    group = Workers({**environment, **{name: str(value) for name, value in values.items()}}, queues)
    group.start(count)
    try:
        yield group
    finally:
        group.stop()
