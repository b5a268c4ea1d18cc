"""Workers: syncs a second with one, two and four of them; nothing lost or doubled when they are killed meanwhile."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Final

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from integrations.models import BankSyncLog, SyncRequest
from integrations.syncing.due import dispatch
from tests.servers import process_environment
from tests.soak import checks, world

CONNECTIONS: Final = 24
ROUNDS: Final = 2
KILLS: Final = 2
PATIENCE: Final = 300.0


def run(count: int) -> Iterator[dict[str, object]]:
    """Syncs of two dozen connections at a sandbox over HTTP; the rows of every account are compared at the end."""
    del count  # a sync's rows come from the sandbox
    with world.sandbox(customers=CONNECTIONS, days=60, seed=6, hang_seconds=2) as sandbox:
        customers = world.connect_all(CONNECTIONS)
        environment = process_environment()
        with world.workers(2, sandbox.url, environment, "") as first:
            assert world.settle(time.monotonic() + PATIENCE), "the first syncs did not end"
            del first
        rates: dict[int, float] = {}
        for workers in (1, 2, 4):
            with world.workers(workers, sandbox.url, environment, "") as group:
                _wait_for(workers)
                rates[workers], _ = _synced(group, kills=0)
            yield {
                "what": f"syncs with {workers} workers of three jobs",
                "ratio_to_one_worker": round(rates[workers] / rates[1], 2),
                "syncs_per_second": round(rates[workers], 1),
            }
        with world.workers(4, sandbox.url, environment, "") as group:
            _wait_for(4)
            rate, unended = _synced(group, kills=KILLS)
        figures, problems = checks.compare(customers, sandbox.bank)
        yield {
            "what": f"syncs with 4 workers, {group.killed} killed meanwhile",
            "ratio_to_undisturbed": round(rate / rates[4], 2),
            "syncs_per_second": round(rate, 1),
            "requests_lost": unended,
            "logs_left_open": BankSyncLog.objects.filter(completed_at__isnull=True).count(),
            "rows_compared": figures,
            "rows_lost_or_doubled_and_syncs_overlapping": [*problems, *checks.one_at_a_time()],
        }


def _wait_for(workers: int) -> None:
    """Until so many have said that they live, so that their start is not measured."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > CURRENT_TIMESTAMP - interval '2 s'"
            )
            if cursor.fetchone()[0] >= workers:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{workers} workers did not start")


def _synced(group: world.Workers, kills: int) -> tuple[float, int]:
    """(syncs a second, requests that did not end well) of some rounds in which every connection is due."""
    chance, before, begun = random.Random(6), timezone.now(), time.perf_counter()
    for _turn in range(ROUNDS):
        world.revive()
        dispatch(timezone.now())
        if group.killed < kills:
            time.sleep(chance.uniform(0.1, 0.5))  # into the middle of their work
            group.kill(chance.randrange(len(group.running)))
        assert world.settle(time.monotonic() + PATIENCE), "syncs did not end"
    seconds = time.perf_counter() - begun
    made = SyncRequest.objects.filter(created_at__gte=before)
    ended = made.filter(request_status="completed").count()
    waiting = ProcrastinateJob.objects.filter(queue_name="syncs", status__in=["todo", "doing"]).count()
    return ended / seconds, made.count() - ended + waiting
