"""The soak from its beginning to its end."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from integrations.models import BankConnection, SyncRequest
from integrations.sandbox.server import SandboxServer
from integrations.syncing.running import run_request
from tests.soak import checks, world
from tests.soak.planned import run_planned

# every fault by itself, then all that pass together
PLANS: Final = (
    "429%10",
    "500%10",
    "timeout%3",
    "cut%10",
    "slow%5",
    "malformed%8",
    "wrong-types%8",
    "mutation%30",
    "expired-token%4",
    "revoked%1",
    "clock-skew%20",
    "empty%5",
    "storm",
    "none",
)


@dataclass
class Findings:
    """What a run found; ``problems`` must be empty."""

    problems: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """How large and how long: ``seconds`` of faults by chance, ``plans`` of them, ``kills`` at most meanwhile.

    ``queues`` are what workers work on (empty: everything), ``days`` the history before the first sync.
    """

    connections: int
    seconds: float
    kills: int
    seed: int
    days: int = 300
    plans: tuple[str, ...] = PLANS
    queues: str = ""
    hang_seconds: float = 21.0

    @property
    def patient(self) -> bool:
        """Whether a hanging bank outlasts our own time-out of twenty seconds."""
        return self.hang_seconds > 20


def soak(options: Options, environment: dict[str, str]) -> Findings:
    """Run it. ``environment`` leads worker processes to this process's database; the sandbox's address is added."""
    findings = Findings()
    settings.SYNC_RETRY_SECONDS, settings.SYNC_PROBE_SECONDS = world.RETRY_SECONDS, 1.0
    begun = time.monotonic()
    with world.sandbox(
        customers=options.connections, days=options.days, seed=options.seed, hang_seconds=options.hang_seconds
    ) as server:
        customers = world.connect_all(options.connections)
        with world.workers(2, server.url, environment, options.queues) as group:
            patience = 120.0 + options.connections * 30  # a bound for a busy machine, not a wait
            if not world.settle(time.monotonic() + patience):
                findings.problems.append("the first syncs did not end")
            findings.problems += run_planned(customers, server.faults, patient=options.patient, seconds=patience)
            server.faults.replace("none")
            # the bank's clock stands still: a consent of the same moment would be the one that was revoked
            server.bank.clock.advance(timedelta(minutes=1))
            world.consent_anew(customers)
            world.settle(time.monotonic() + patience)
            since = timezone.now()
            refused = _storm(options, server, group)
            server.faults.replace("none")
            findings.figures["consents given anew"] = world.consent_anew(customers)
            # time passes without faults: breakers are probed, and every connection is synced once more
            for _ in range(2):
                world.revive()
                if not world.settle(time.monotonic() + patience):
                    findings.problems.append("requests were still waiting after the faults had ended")
            findings.figures |= {"workers killed": group.killed, "turned away by the lock": refused}
        compared, wrong = checks.compare(customers, server.bank)
        logs, strange = checks.explained(customers, server.faults.journal(), since)
        findings.problems += [*wrong, *strange, *checks.one_at_a_time()]
        findings.figures |= {
            "connections": len(customers),
            "compared": compared,
            "syncs amid faults": logs,
            "requests": dict(Counter(SyncRequest.objects.values_list("request_status", flat=True))),
            "calls by outcome": _outcomes(server),
            "seconds": round(time.monotonic() - begun),
        }
        asleep = BankConnection.objects.exclude(connection_status="active", consecutive_failures=0).count()
        if asleep:
            findings.problems.append(f"{asleep} connections are not in order again")
    return findings


def _storm(options: Options, server: SandboxServer, group: world.Workers) -> int:
    """Every plan for its share of the time, workers killed meanwhile; how often the lock turned a rival away."""
    chance = random.Random(options.seed)
    begun, refused, step = time.monotonic(), 0, world.BEHIND / len(options.plans)
    for turn, plan in enumerate(options.plans):
        server.bank.clock.advance(step)
        server.faults.replace(plan)
        world.revive()
        end = begun + options.seconds * (turn + 1) / len(options.plans)
        while time.monotonic() < end:
            world.settle(min(end, time.monotonic() + chance.uniform(0.2, 1.5)))
            refused += _rival(chance)
            due = options.kills * (time.monotonic() - begun) / options.seconds
            if group.killed < min(due, options.kills):
                group.kill(chance.randrange(len(group.running)))
            if chance.random() < 0.3:
                world.revive()
    return refused


def _rival(chance: random.Random) -> bool:
    """An operator's ``sync_connections --connection`` on what a worker syncs just now; whether the lock refused it."""
    running = list(SyncRequest.objects.filter(request_status="running").values_list("pk", "attempts"))
    if not running:
        return False
    request, attempts = chance.choice(running)
    after = run_request(request, run="soak: rival")
    return after.attempts == attempts and after.request_status == "running"


def _outcomes(server: SandboxServer) -> dict[str, int]:
    found: Counter[str] = Counter()
    for (_, outcome), count in server.faults.counts.items():
        found[outcome] += count
    return dict(found)
