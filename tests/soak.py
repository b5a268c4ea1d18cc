"""Soak of live connections: a real sandbox over HTTP, real workers that are killed, every fault; then the truth.

By hand, as long as wanted:

    python -m tests.soak --connections 50 --minutes 10 --kills 30

It needs a database of its own (``DATABASE_URL``, or ``EMBEDDED_POSTGRES_DIR`` for an embedded one), fills it and leaves
it as evidence. The exit code is 0 when every account's rows equal the sandbox's truth, no log is open, and no two
syncs of one connection overlapped.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parents[1]
BANKS = ("rbc", "td", "bmo", "cibc")
PLANS = ("storm", "429%10", "500%10", "cut%10", "malformed%8", "wrong-types%8", "expired-token%5", "empty%4", "none")


@dataclass
class Findings:
    """What a run found; ``problems`` must be empty."""

    problems: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)


@contextmanager
def workers(count: int, environment: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Workers as processes of their own; all are ended at the end."""
    running: list[subprocess.Popen[bytes]] = [_worker(environment) for _ in range(count)]
    try:
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "worker", "--concurrency", "3", "--heartbeat", "0.5"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def connect_all(count: int) -> list[tuple[Any, str]]:
    """Connections through the real OAuth flow of the four banks, one customer each: (connection, sandbox customer)."""
    import httpx
    from django.utils import timezone

    from dwaybank.actor import Actor
    from integrations.connecting import begin, complete
    from tests.factories import UserFactory
    from tests.integrations.banks.clients import parse_hidden

    made = []
    actor = Actor(None, "soak")
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=30) as browser:
        for number in range(count):
            bank, customer = BANKS[number % 4], f"{BANKS[number % 4]}-{number // 4 + 1}"
            user = UserFactory.create(email=f"soak-{number}-{time.time_ns()}@example.ca")
            url = begin(
                user=user,
                connector_id=f"fdx-{bank}",
                redirect_uri="http://127.0.0.1/connect/callback/",
                now=timezone.now(),
                actor=actor,
            )
            page = browser.get(url)
            fields = dict(parse_hidden(page.text))
            answer = browser.post(url.split("?")[0], data={**fields, "customer": customer, "decision": "agree"})
            query = parse_qs(urlsplit(answer.headers["Location"]).query)
            callback = {name: values[0] for name, values in query.items()}
            made.append((complete(callback=callback, now=timezone.now(), run="soak"), customer))
    return made


def settle(deadline: float) -> bool:
    """Let the periodic tasks' work be done often, until nothing waits; whether that came before the deadline."""
    from django.utils import timezone

    from dwaybank.jobs.upkeep import keep_queue
    from integrations.models import SyncRequest
    from integrations.syncing.due import dispatch

    while time.monotonic() < deadline:
        keep_queue(dead_after=timedelta(seconds=2))
        dispatch(timezone.now())
        if not SyncRequest.objects.filter(request_status__in=["queued", "running"]).exists():
            return True
        time.sleep(0.25)
    return False


def revive() -> None:
    """As time would: open breakers are due for their probe, and every connection for its next sync."""
    from integrations.models import ConnectionSyncState

    ConnectionSyncState.objects.update(next_sync_at=None, next_probe_at=None)


def compare(made: list[tuple[Any, str]], bank: Any, findings: Findings) -> None:
    """Every account's rows against the sandbox's truth."""
    from integrations.models import BankTransaction, LinkedAccount, WithdrawnTransaction

    rows = wrong = 0
    at = bank.clock.now()
    for connection, customer in made:
        truth = bank.truth(bank.customer(customer), "fdx", at)
        for external, held in truth.items():
            link = LinkedAccount.objects.filter(connection=connection, external_account_id=external).first()
            if link is None:
                findings.problems.append(f"{customer}: account {external} is not linked")
                continue
            stored = {
                (r.external_transaction_id, str(r.amount if r.transaction_type == "credit" else -r.amount))
                for r in BankTransaction.objects.filter(account=link.account_id, connection=connection)
            }
            withdrawn = set(
                WithdrawnTransaction.objects.filter(account=link.account_id, returned_at__isnull=True).values_list(
                    "bank_transaction__external_transaction_id", flat=True
                )
            )
            live = {row for row in stored if row[0] not in withdrawn}
            true = {(row["id"], row["amount"]) for row in held["booked"]}
            rows += len(true)
            if live != true:
                wrong += 1
                findings.problems.append(
                    f"{customer} {external}: {len(true - live)} rows missing, {len(live - true)} too many"
                )
    findings.figures |= {"rows compared": rows, "accounts that differ": wrong}


def look(findings: Findings) -> None:
    """What must hold whatever happened."""
    from django.db import connection as database

    from integrations.models import BankConnection, BankSyncLog, SyncRequest

    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bank_sync_logs WHERE completed_at IS NULL")
        still_open = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM bank_sync_logs a JOIN bank_sync_logs b ON a.connection_id = b.connection_id "
            "AND a.id < b.id AND a.sync_status <> 'timeout' AND b.sync_status <> 'timeout' "
            "AND tstzrange(a.started_at, a.completed_at) && tstzrange(b.started_at, b.completed_at)"
        )
        overlaps = cursor.fetchone()[0]
    if still_open:
        findings.problems.append(f"{still_open} logs were left open")
    if overlaps:
        findings.problems.append(f"{overlaps} syncs of one connection overlapped")
    statuses = Counter(BankSyncLog.objects.values_list("sync_status", flat=True))
    findings.figures |= {
        "sync logs": dict(statuses),
        "requests": dict(Counter(SyncRequest.objects.values_list("request_status", flat=True))),
        "most attempts of a request": max(SyncRequest.objects.values_list("attempts", flat=True), default=0),
        "connections": dict(Counter(BankConnection.objects.values_list("connection_status", flat=True))),
    }


def soak(*, connections: int, seconds: float, kills: int, seed: int, environment: dict[str, str]) -> Findings:
    """Run it. ``environment`` leads worker processes to this process's database; the sandbox's address is added."""
    from django.conf import settings

    from dwaybank.connectors import connectors_of_sandbox
    from integrations.sandbox.bank import Clock, SandboxBank
    from integrations.sandbox.faults import FaultPlan
    from integrations.sandbox.server import SandboxServer

    findings, chance = Findings(), random.Random(seed)
    bank = SandboxBank(seed=seed, clock=Clock(), years=0, customers=(connections + 3) // 4)
    with SandboxServer(bank, FaultPlan("none", seed=seed), hang_seconds=2, drip_seconds=0.01, wait_seconds=1) as server:
        settings.BANK_CONNECTORS = connectors_of_sandbox(server.url)
        environment = {**environment, "BANK_SANDBOX_URL": server.url, "SYNC_RETRY_SECONDS": "0.3"}
        environment |= {"SYNC_PROBE_SECONDS": "1", "DJANGO_SETTINGS_MODULE": "dwaybank.settings"}
        begun = time.monotonic()
        made = connect_all(connections)
        killed = 0
        with workers(2, environment) as running:
            for turn, plan in enumerate(PLANS):
                server.faults.replace(plan)
                end = begun + seconds * (turn + 1) / len(PLANS)
                while time.monotonic() < end:
                    settle(min(end, time.monotonic() + 2))
                    if killed < kills and chance.random() < 0.5:
                        victim = chance.randrange(len(running))
                        os.kill(running[victim].pid, signal.SIGKILL)
                        running[victim].wait()
                        running[victim] = _worker(environment)
                        killed += 1
                    if chance.random() < 0.3:
                        revive()
            server.faults.replace("none")
            # time passes without faults: breakers are probed, and every connection is synced once more
            for _ in range(4):
                revive()
                if not settle(time.monotonic() + max(60.0, seconds)):
                    findings.problems.append("requests were still waiting after the faults had ended")
                    break
        compare(made, bank, findings)
        look(findings)
        findings.figures |= {
            "connections made": len(made),
            "workers killed": killed,
            "calls by outcome": _outcomes(server.faults.counts),
            "seconds": round(time.monotonic() - begun),
        }
    return findings


def _outcomes(counts: Counter[tuple[str, str]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for (_, outcome), count in counts.items():
        found[outcome] += count
    return dict(found)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dwaybank.settings")
    os.environ.setdefault("EMBEDDED_POSTGRES_DIR", str(ROOT / "var" / "postgres-soak"))
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    findings = soak(
        connections=options.connections,
        seconds=options.minutes * 60,
        kills=options.kills,
        seed=options.seed,
        environment=dict(os.environ),
    )
    for name, value in findings.figures.items():
        sys.stdout.write(f"{name}: {value}\n")
    for problem in findings.problems[:50]:
        sys.stdout.write(f"PROBLEM: {problem}\n")
    sys.stdout.write("As it should be.\n" if not findings.problems else f"{len(findings.problems)} problems.\n")
    return 1 if findings.problems else 0


if __name__ == "__main__":
    sys.exit(main())
